import { z } from 'zod';
import { CommandError, reasonOf } from '../command-error.ts';
import { backoffMs, type RetryClock, retryAfterMs } from './retry.ts';

export const recordKinds = [
  'touches',
  'accounts',
  'people',
  'opportunities',
  'opportunity_contacts',
  'opportunity_stages',
  'orders',
  'campaigns',
  'content',
  'exclusions',
  'identities',
  'erasures',
] as const;
export type RecordKind = (typeof recordKinds)[number];

export type ClockMode = 'live' | 'replay';

/** One request of records. */
export interface RecordBatch {
  /** NDJSON */
  readonly body: Buffer;
  /** line of the file that line 1 of the body is; null: the records are not in the order of the file */
  readonly firstLine: number | null;
}

export interface SendOptions {
  readonly kind: RecordKind;
  readonly source: string | undefined;
  readonly origin: string;
  /** touches only: `received` is taken from the record */
  readonly replay: boolean;
}

const resultSchema = z.object({
  index: z.number().int().min(0),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const answerSchema = z.object({
  accepted: z.number().int().min(0),
  rejected: z.number().int().min(0),
  /** oddities of accepted records */
  warnings: z.number().int().min(0).default(0),
  results: z.array(resultSchema),
});

export type BatchAnswer = z.infer<typeof answerSchema>;

const policyAnswerSchema = z.object({ name: z.string(), version: z.string(), at: z.string() });
export type PolicyAnswer = z.infer<typeof policyAnswerSchema>;

export interface IntakeClient {
  readonly url: string;
  /** Sends a batch until it is acknowledged. Rejected records are part of the answer, not an error. */
  send(batch: RecordBatch, options: SendOptions): Promise<BatchAnswer>;
  setMode(mode: ClockMode, reason: string): Promise<void>;
  /** Promises that nothing received at or before this instant (epoch ms) follows. */
  tick(instant: number): Promise<void>;
  activatePolicy(policy: { content: string; at?: number; activatedBy?: string }): Promise<PolicyAnswer>;
}

export interface IntakeClientOptions {
  readonly url: string;
  /** shown as a Bearer token */
  readonly key?: string | undefined;
  readonly clock: RetryClock;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** told about every retry, so that a person sees why nothing moves */
  readonly onRetry?: (reason: string, waitMs: number) => void;
}

/** How long one request may fail before it is given up: short until intake has answered once, long afterwards (a restart). */
const PATIENCE_FIRST_MS = 5_000;
const PATIENCE_MS = 120_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Whoever sends them; intake says of its own refusals whether they are worth a retry. */
const retryableStatus = new Set([429, 502, 503, 504]);

interface Reply {
  readonly status: number;
  readonly text: string;
}

const remedyFor = (status: number): string => {
  if (status === 404) return 'check GROUNDSWELL_INTAKE_URL: this address does not look like touch-intake';
  if (status === 401 || status === 403)
    return 'touch-intake does not let you in: set GROUNDSWELL_INTAKE_KEY to a key of this source, or of the operator';
  if (status === 413) return 'one record is larger than touch-intake takes: records over 256 KiB cannot be imported';
  return 'read the message above; the log of touch-intake says more';
};

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A refused request, as intake explains it. */
const refusalSchema = z.object({ reason: z.string(), message: z.string(), retryable: z.boolean().default(false) });

const messageOf = (reply: Reply): string => {
  const refusal = refusalSchema.safeParse(readJson(reply.text));
  return refusal.success ? refusal.data.message : reply.text.trim().slice(0, 300) || 'no explanation';
};

const isRetryable = (reply: Reply): boolean => {
  if (retryableStatus.has(reply.status)) return true;
  const refusal = refusalSchema.safeParse(readJson(reply.text));
  return refusal.success && refusal.data.retryable;
};

const refused = (where: string, reply: Reply): CommandError =>
  new CommandError({
    what: `touch-intake answered ${reply.status}: ${messageOf(reply)}`,
    where,
    remedy: remedyFor(reply.status),
  });

/** A client of touch-intake that retries what is worth it: throttling, unavailability and a broken connection. */
export const createIntakeClient = (options: IntakeClientOptions): IntakeClient => {
  const { clock, signal } = options;
  const send = options.fetch ?? fetch;
  const base = options.url.replace(/\/+$/, '');
  const authorization: Record<string, string> =
    options.key === undefined ? {} : { authorization: `Bearer ${options.key}` };
  let answeredOnce = false;

  const attempt = async (url: string, init: RequestInit): Promise<Reply | { retry: string; waitMs?: number }> => {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    try {
      const response = await send(url, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
      const reply = { status: response.status, text: await response.text() };
      answeredOnce = true;
      if (reply.status < 400 || !isRetryable(reply)) return reply;
      const waitMs = retryAfterMs(response.headers.get('retry-after'), clock.now());
      const retry = `HTTP ${reply.status}: ${messageOf(reply)}`;
      return waitMs === undefined ? { retry } : { retry, waitMs };
    } catch (error) {
      if (signal?.aborted) throw error;
      return { retry: reasonOf(error) };
    }
  };

  const post = async (path: string, body: string | Buffer, contentType: string): Promise<Reply> => {
    const url = `${base}${path}`;
    const started = clock.now();
    for (let tries = 1; ; tries += 1) {
      const outcome = await attempt(url, {
        method: 'POST',
        body,
        headers: { ...authorization, 'content-type': contentType },
      });
      if ('status' in outcome) return outcome;
      const waitMs = outcome.waitMs ?? backoffMs(tries, clock.random());
      const patience = answeredOnce ? PATIENCE_MS : PATIENCE_FIRST_MS;
      if (clock.now() + waitMs - started > patience) {
        throw new CommandError({
          what: `cannot reach touch-intake: ${outcome.retry} (${tries} attempts)`,
          where: url,
          remedy:
            'is the stack running? `npx -y pnpm@12 start` starts one; `groundswell doctor` says what is reachable',
        });
      }
      options.onRetry?.(outcome.retry, waitMs);
      await clock.sleep(waitMs);
    }
  };

  const postJson = async (path: string, body: unknown): Promise<Reply> => {
    const reply = await post(path, JSON.stringify(body), 'application/json');
    if (reply.status >= 300) throw refused(`${base}${path}`, reply);
    return reply;
  };

  const parse = <Value>(schema: z.ZodType<Value>, reply: Reply, path: string): Value => {
    const parsed = schema.safeParse(readJson(reply.text));
    if (parsed.success) return parsed.data;
    throw refused(`${base}${path}`, reply);
  };

  return {
    url: base,
    async send(batch, sendOptions) {
      const query = new URLSearchParams({ origin: sendOptions.origin });
      if (batch.firstLine !== null) query.set('line', String(batch.firstLine));
      if (sendOptions.source !== undefined) query.set('source', sendOptions.source);
      if (sendOptions.replay) query.set('mode', 'replay');
      const path = `/v1/${sendOptions.kind}?${query}`;
      const reply = await post(path, batch.body, 'application/x-ndjson');
      // 400 with results says that every record of the batch was rejected: an answer, not a failure.
      return parse(answerSchema, reply, path);
    },
    async setMode(mode, reason) {
      await postJson('/v1/clock', { mode, reason });
    },
    async tick(instant) {
      await postJson('/v1/clock', { tick: instant });
    },
    async activatePolicy(policy) {
      return parse(policyAnswerSchema, await postJson('/v1/policies', policy), '/v1/policies');
    },
  };
};
