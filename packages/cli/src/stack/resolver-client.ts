import type { z } from 'zod';
import { type CliContext, type CommonOptions, openStack } from '../cli-context.ts';
import { requestFrom } from './http.ts';
import { refusedBy } from './refusal.ts';
import {
  type AmbiguousList,
  ambiguousSchema,
  correctionsSchema,
  type MadeCorrection,
  type MergeCandidates,
  madeSchema,
  mergeCandidatesSchema,
  type ShownCorrection,
  type UnresolvedList,
  unresolvedSchema,
  type WhyAccount,
  type WhyPerson,
  whyAccountSchema,
  whyPersonSchema,
} from './resolver-answers.ts';
import { required } from './stack-address.ts';

/** Parameters of a question; what is undefined is not asked. */
export type Question = Readonly<Record<string, string | undefined>>;

/** account-resolver as its operator asks it. */
export interface ResolverClient {
  whyAccount(question: Question): Promise<WhyAccount>;
  whyPerson(question: Question): Promise<WhyPerson>;
  ambiguous(): Promise<AmbiguousList>;
  unresolved(): Promise<UnresolvedList>;
  mergeCandidates(): Promise<MergeCandidates>;
  corrections(): Promise<readonly ShownCorrection[]>;
  /** `wish`: a body of POST /v1/corrections */
  correct(wish: Readonly<Record<string, unknown>>): Promise<MadeCorrection>;
  revoke(id: string, said: Readonly<Record<string, unknown>>): Promise<MadeCorrection>;
}

const RESOLVER = {
  name: 'account-resolver',
  urlVariable: 'GROUNDSWELL_RESOLVER_URL',
  keyVariable: 'GROUNDSWELL_RESOLVER_KEY',
};

/** A look at every touch that an instance holds, behind others that look too. */
const TIMEOUT_MS = 300_000;

const createResolverClient = (url: string, key: string | undefined): ResolverClient => {
  const base = `${url.replace(/\/+$/, '')}/v1`;
  const ask = async <Value>(schema: z.ZodType<Value>, path: string, body?: unknown): Promise<Value> => {
    const where = `${base}${path}`;
    const sent = body === undefined ? {} : ({ method: 'POST', body } as const);
    const answer = await requestFrom(RESOLVER.name, where, { ...sent, key, timeoutMs: TIMEOUT_MS });
    const parsed = answer.status < 300 ? schema.safeParse(answer.json) : undefined;
    if (parsed?.success) return parsed.data;
    // Without what was asked: the query names a person.
    throw refusedBy(RESOLVER, where.replace(/\?.*/, ''), answer);
  };
  const query = (question: Question): string => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) if (value !== undefined) parameters.set(name, value);
    return parameters.toString();
  };
  return {
    whyAccount: (question) => ask(whyAccountSchema, `/why-account?${query(question)}`),
    whyPerson: (question) => ask(whyPersonSchema, `/why-person?${query(question)}`),
    ambiguous: () => ask(ambiguousSchema, '/ambiguous'),
    unresolved: () => ask(unresolvedSchema, '/unresolved'),
    mergeCandidates: () => ask(mergeCandidatesSchema, '/merge-candidates'),
    corrections: async () => (await ask(correctionsSchema, '/corrections')).corrections,
    correct: (wish) => ask(madeSchema, '/corrections', wish),
    revoke: (id, said) => ask(madeSchema, `/corrections/${encodeURIComponent(id)}/revoke`, said),
  };
};

/** The resolver of the stack that the options mean. */
export const openResolver = async (context: CliContext, options: CommonOptions): Promise<ResolverClient> => {
  const stack = await openStack(context, options);
  const variables = [RESOLVER.urlVariable];
  const url = required(stack.resolverUrl, { what: RESOLVER.name, variables, sought: stack.sought });
  return createResolverClient(url, context.settings.GROUNDSWELL_RESOLVER_KEY);
};
