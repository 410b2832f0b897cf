import { z } from 'zod';
import { type HttpAnswer, requestFrom } from './http.ts';
import { refusedBy } from './refusal.ts';

const instant = z.string();
const count = z.number().int().min(0);

const tallySchema = z.object({ name: z.string(), open: count, replayed: count });
export type Tally = z.infer<typeof tallySchema>;

const headSchema = z.object({
  deadLetterId: z.string(),
  stage: z.string(),
  reason: z.string(),
  source: z.string(),
  origin: z.string(),
  /** null: the pipeline made it */
  recordKind: z.string().nullable(),
  at: instant,
  state: z.enum(['open', 'replayed']),
  replayedAt: instant.nullable(),
  replayable: z.boolean(),
  bytes: count,
  offset: count,
});
export type LetterHead = z.infer<typeof headSchema>;

const listSchema = z.object({
  letters: z.array(headSchema),
  next: count.nullable(),
  counts: z.object({
    open: count,
    replayed: count,
    byReason: z.array(tallySchema),
    bySource: z.array(tallySchema),
    byStage: z.array(tallySchema),
  }),
  holding: z.object({
    records: count,
    bytes: count,
    oldestAt: instant.nullable(),
    newestAt: instant.nullable(),
    retentionMs: count.nullable(),
    retentionBytes: count.nullable(),
    oldestGoesAt: instant.nullable(),
    openGoingWithinDay: count,
  }),
});
export type LetterList = z.infer<typeof listSchema>;

const letterSchema = headSchema.extend({
  message: z.string(),
  explanation: z.object({ meaning: z.string(), action: z.string() }).nullable(),
  help: z.string(),
  received: instant,
  accepted: z.boolean(),
  headers: z.record(z.string(), z.string()),
  record: z.string().nullable(),
  recordBase64: z.string().nullable(),
  cut: z.boolean(),
  replays: z.array(
    z.object({
      at: instant,
      edited: z.boolean(),
      recordKind: z.string(),
      records: count,
      touchIds: z.array(z.string()),
      requestId: z.string(),
    }),
  ),
});
export type Letter = z.infer<typeof letterSchema>;

const resultSchema = z.object({
  deadLetterId: z.string(),
  origin: z.string(),
  status: z.enum(['accepted', 'refused', 'not_replayable', 'already_replayed']),
  records: count.optional(),
  touchIds: z.array(z.string()).optional(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
  replayedAt: instant.optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});
export type ReplayResult = z.infer<typeof resultSchema>;

const refusedResultSchema = z.object({ result: resultSchema });

const bulkSchema = z.object({
  accepted: count,
  refused: count,
  notReplayable: count,
  results: z.array(resultSchema),
  remaining: count,
  alreadyReplayed: count,
  next: count.nullable(),
});
export type BulkAnswer = z.infer<typeof bulkSchema>;

export interface LetterQuery {
  readonly reason?: string | undefined;
  readonly source?: string | undefined;
  readonly stage?: string | undefined;
  /** epoch ms */
  readonly since?: number | undefined;
}

export interface Correction {
  readonly set: Readonly<Record<string, string>>;
  readonly timeZone?: string | undefined;
  readonly dryRun: boolean;
}

export interface DeadLetterClient {
  list(query: LetterQuery & { state: string; limit: number; before?: number }): Promise<LetterList>;
  show(id: string): Promise<Letter>;
  /** What became of it; being refused again is an answer, not an error. */
  replay(id: string, correction: Correction & { record?: string | undefined }): Promise<ReplayResult>;
  /** One step of a replay of many; `after`: where the one before stopped. */
  replaySome(query: LetterQuery, correction: Correction, after: number): Promise<BulkAnswer>;
}

/** Letters in one step, the most that intake takes: each step reads all letters. */
const MOST_REPLAYED = 10_000;
/** A reading of all letters behind others that read them too. */
const TIMEOUT_MS = 120_000;

const INTAKE = {
  name: 'touch-intake',
  urlVariable: 'GROUNDSWELL_INTAKE_URL',
  keyVariable: 'GROUNDSWELL_INTAKE_KEY',
};

/** Instants travel as RFC 3339. */
const instantOf = ({ since }: LetterQuery): { since?: string } =>
  since === undefined ? {} : { since: new Date(since).toISOString() };

/** The dead letters as touch-intake gives them to read and replays them. */
export const createDeadLetterClient = (intakeUrl: string, key: string | undefined): DeadLetterClient => {
  const base = `${intakeUrl.replace(/\/+$/, '')}/v1/dead-letters`;
  const ask = async (path: string, body?: unknown): Promise<{ where: string; answer: HttpAnswer }> => {
    const where = `${base}${path}`;
    const sent = body === undefined ? {} : ({ method: 'POST', body } as const);
    return { where, answer: await requestFrom('touch-intake', where, { ...sent, key, timeoutMs: TIMEOUT_MS }) };
  };
  const parsed = <Value>(schema: z.ZodType<Value>, { where, answer }: { where: string; answer: HttpAnswer }): Value => {
    const found = answer.status < 300 ? schema.safeParse(answer.json) : undefined;
    if (found?.success) return found.data;
    throw refusedBy(INTAKE, where, answer);
  };
  return {
    list: async (query) => {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...query, ...instantOf(query) })) {
        if (value !== undefined) parameters.set(name, `${value}`);
      }
      return parsed(listSchema, await ask(`?${parameters}`));
    },
    show: async (id) => parsed(letterSchema, await ask(`/${encodeURIComponent(id)}`)),
    replay: async (id, correction) => {
      const asked = await ask(`/${encodeURIComponent(id)}/replay`, correction);
      const refusal = refusedResultSchema.safeParse(asked.answer.json);
      return refusal.success ? refusal.data.result : parsed(resultSchema, asked);
    },
    replaySome: async (query, correction, after) =>
      parsed(
        bulkSchema,
        await ask('/replay', { ...query, ...instantOf(query), ...correction, after, limit: MOST_REPLAYED }),
      ),
  };
};
