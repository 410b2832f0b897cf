import type { z } from 'zod';
import { type CliContext, type CommonOptions, openStack } from '../cli-context.ts';
import { requestFrom } from './http.ts';
import {
  type Answer,
  type Merged,
  type MergedMade,
  mergeAmbiguous,
  mergeCandidateLists,
  mergeMade,
  mergeUnresolved,
} from './merge-answers.ts';
import { refusedBy } from './refusal.ts';
import {
  type AmbiguousList,
  ambiguousSchema,
  correctionsSchema,
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

/** What is to be corrected; with `dry_run` nothing is written. */
export type Wish = Readonly<Record<string, unknown>>;

/** Parameters of a question; what is undefined is not asked. */
export type Question = Readonly<Record<string, string | undefined>>;

/**
 * account-resolver as its operator asks it. What is counted over touches is asked of every instance, since each has some of the
 * partitions; all else of the first, since each knows all people, accounts and corrections.
 */
export interface ResolverClient {
  whyAccount(question: Question): Promise<WhyAccount>;
  whyPerson(question: Question): Promise<WhyPerson>;
  ambiguous(): Promise<Merged<AmbiguousList>>;
  unresolved(): Promise<Merged<UnresolvedList>>;
  mergeCandidates(): Promise<Merged<MergeCandidates>>;
  corrections(): Promise<readonly ShownCorrection[]>;
  /** `wish`: a body of POST /v1/corrections */
  correct(wish: Wish): Promise<MergedMade>;
  /** `said`: a body of POST /v1/corrections/ID/revoke */
  revoke(id: string, said: Wish): Promise<MergedMade>;
}

const RESOLVER = {
  name: 'account-resolver',
  urlVariable: 'GROUNDSWELL_RESOLVER_URL',
  keyVariable: 'GROUNDSWELL_RESOLVER_KEY',
};

/** A look at every touch that an instance holds, behind others that look too. */
const TIMEOUT_MS = 300_000;

const createResolverClient = (urls: readonly string[], key: string | undefined): ResolverClient => {
  const askOne = async <Value>(url: string, schema: z.ZodType<Value>, path: string, body?: unknown): Promise<Value> => {
    const where = `${url.replace(/\/+$/, '')}/v1${path}`;
    const sent = body === undefined ? {} : ({ method: 'POST', body } as const);
    const answer = await requestFrom(RESOLVER.name, where, { ...sent, key, timeoutMs: TIMEOUT_MS });
    const parsed = answer.status < 300 ? schema.safeParse(answer.json) : undefined;
    if (parsed?.success) return parsed.data;
    // Without what was asked: the query names a person.
    throw refusedBy(RESOLVER, where.replace(/\?.*/, ''), answer);
  };
  const ask = <Value>(schema: z.ZodType<Value>, path: string, body?: unknown): Promise<Value> =>
    askOne(urls[0] ?? '', schema, path, body);
  const askAll = <Value>(schema: z.ZodType<Value>, path: string, body?: unknown): Promise<Answer<Value>[]> =>
    Promise.all(urls.map(async (url) => ({ url, value: await askOne(url, schema, path, body) })));
  /** One instance writes; what it would change all of them say. */
  const make = async (path: string, wish: Wish): Promise<MergedMade> =>
    wish['dry_run'] === true
      ? mergeMade(await askAll(madeSchema, path, wish))
      : mergeMade([{ url: urls[0] ?? '', value: await ask(madeSchema, path, wish) }]);
  const query = (question: Question): string => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) if (value !== undefined) parameters.set(name, value);
    return parameters.toString();
  };
  return {
    whyAccount: (question) => ask(whyAccountSchema, `/why-account?${query(question)}`),
    whyPerson: (question) => ask(whyPersonSchema, `/why-person?${query(question)}`),
    ambiguous: async () => mergeAmbiguous(await askAll(ambiguousSchema, '/ambiguous')),
    unresolved: async () => mergeUnresolved(await askAll(unresolvedSchema, '/unresolved')),
    mergeCandidates: async () => mergeCandidateLists(await askAll(mergeCandidatesSchema, '/merge-candidates')),
    corrections: async () => (await ask(correctionsSchema, '/corrections')).corrections,
    correct: (wish) => make('/corrections', wish),
    revoke: (id, said) => make(`/corrections/${encodeURIComponent(id)}/revoke`, said),
  };
};

/** The resolver of the stack that the options mean. */
export const openResolver = async (context: CliContext, options: CommonOptions): Promise<ResolverClient> => {
  const stack = await openStack(context, options);
  const variables = [RESOLVER.urlVariable];
  const urls = required(stack.resolverUrls, { what: RESOLVER.name, variables, sought: stack.sought });
  return createResolverClient(urls, context.settings.GROUNDSWELL_RESOLVER_KEY);
};
