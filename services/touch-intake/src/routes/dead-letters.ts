import { parsedRequest, parseTime, RequestRefused, Turns } from '@groundswell/interchange';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { controlBody } from '../control-request.ts';
import type { Intake } from '../intake.ts';
import { browseLetters, showLetter } from '../replay/browse-letters.ts';
import type { Correction } from '../replay/judge-letter.ts';
import type { LetterLog } from '../replay/letter-log.ts';
import { type ReplayResult, replayLetter, replayLetters } from '../replay/replay-letters.ts';

const MOST_LISTED = 1_000;
const MOST_REPLAYED = 10_000;
/** Readings of the log that may wait behind the one under way. */
const MOST_WAITING = 16;

const instant = z.string().transform((text, context) => {
  const parsed = parseTime(text, 'since', 'UTC');
  if (parsed.ok) return parsed.at;
  context.addIssue(parsed.message.replace('since: ', ''));
  return z.NEVER;
});

const filterFields = {
  reason: z.string().max(100).optional(),
  source: z.string().max(200).optional(),
  stage: z.string().max(100).optional(),
  since: instant.optional(),
};

const listSchema = z.strictObject({
  ...filterFields,
  state: z.enum(['open', 'replayed', 'all']).default('open'),
  limit: z.coerce.number().int().min(0).max(MOST_LISTED).default(50),
  before: z.coerce.number().int().min(0).optional(),
});

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const orderFields = {
  set: z.record(z.string().min(1).max(200), z.string().max(10_000)).default({}),
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone, such as Europe/Berlin').optional(),
  dryRun: z.boolean().default(false),
};

const oneSchema = z.strictObject({
  ...orderFields,
  /** the record put right: an object, or the text of one */
  record: z.unknown().optional(),
});

const bulkSchema = z
  .strictObject({
    ...filterFields,
    ...orderFields,
    limit: z.number().int().min(1).max(MOST_REPLAYED).default(1_000),
    after: z.number().int().min(-1).default(-1),
  })
  .refine(({ reason, source }) => (reason ?? source) !== undefined, 'expected reason, source or both');

/** A replay without corrections needs no body. */
const bodyOrNothing = (intake: Intake, request: FastifyRequest): Promise<unknown> =>
  request.headers['content-type'] === undefined ? Promise.resolve({}) : controlBody(intake, request);

const recordOf = (record: unknown): Buffer | undefined => {
  if (record === undefined || record === null) return undefined;
  return Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
};

/** A single replay answers like a request of one record: 202, or the refusal with its reason. */
const answerOf = (result: ReplayResult): ReplayResult => {
  const { status, message = '' } = result;
  switch (status) {
    case 'refused':
      throw new RequestRefused('nothing_accepted', `refused again: ${message}`, { result });
    case 'not_replayable':
      throw new RequestRefused('not_replayable', message, { result });
    case 'accepted':
    case 'already_replayed':
      return result;
  }
};

const idSchema = z.object({ id: z.guid('is no id of a dead letter; they are listed by GET /v1/dead-letters') });

const tally = (results: readonly ReplayResult[], status: ReplayResult['status']): number =>
  results.filter((result) => result.status === status).length;

/**
 * GET /v1/dead-letters lists and counts without personal data; the other routes show or change records. All are the
 * operator's, as every route that names nobody. They take turns.
 */
export const deadLetterRoutes = (app: FastifyInstance, intake: Intake, log: LetterLog): void => {
  // A reading of the dead letters holds what it counts, and two replays of one letter at once would both find it open.
  const turns = new Turns('requests for dead letters', MOST_WAITING);
  const replaying = { intake, log };
  void app.register(
    (scope, _options, done) => {
      scope.get('', (request) => {
        const options = parsedRequest(listSchema, request.query);
        return turns.take(() => browseLetters(log, options, intake.now()));
      });

      scope.get('/:id', (request) => {
        const { id } = parsedRequest(idSchema, request.params);
        return turns.take(() => showLetter(log, id));
      });

      scope.post('/:id/replay', async (request, reply) => {
        const { id } = parsedRequest(idSchema, request.params);
        const { record, dryRun, ...sent } = parsedRequest(oneSchema, await bodyOrNothing(intake, request));
        const correction: Correction = { ...sent, record: recordOf(record) };
        const order = { correction, dryRun, requestId: request.id };
        const result = answerOf(await turns.take(() => replayLetter(replaying, id, order)));
        return reply.code(dryRun || result.status === 'already_replayed' ? 200 : 202).send({ dryRun, ...result });
      });

      scope.post('/replay', async (request, reply) => {
        const sent = parsedRequest(bulkSchema, await controlBody(intake, request));
        const { reason, source, stage, since, set, timeZone, dryRun, limit, after } = sent;
        const outcome = await turns.take(() =>
          replayLetters(replaying, {
            filter: { reason, source, stage, since },
            correction: { set, timeZone },
            dryRun,
            limit,
            after,
            requestId: request.id,
          }),
        );
        const { results } = outcome;
        const accepted = tally(results, 'accepted');
        return reply.code(dryRun || accepted === 0 ? 200 : 202).send({
          dryRun,
          accepted,
          refused: tally(results, 'refused'),
          notReplayable: tally(results, 'not_replayable'),
          ...outcome,
        });
      });
      done();
    },
    { prefix: '/v1/dead-letters' },
  );
};
