import { OrdinalCounter } from '@groundswell/interchange';
import type { OutgoingMessage } from '@groundswell/kafka';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deadLetterMessage } from '../dead-letters.ts';
import { acknowledged, bodyOf, type Intake } from '../intake.ts';
import { type RecordBody, readRecordBody } from '../record-body.ts';
import { type RecordKind, recordKinds } from '../record-kinds.ts';
import { parsedRequest } from '../request-fields.ts';
import { RequestRefused } from '../request-refused.ts';
import { type Origin, type TakenBatch, takeRecords } from '../take-records.ts';

const plainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters');

const querySchema = z.strictObject({
  source: plainText(200).optional(),
  mode: z.enum(['live', 'replay']).default('live'),
  origin: plainText(500).optional(),
  line: z.coerce.number().int().min(1).optional(),
});

type Query = z.infer<typeof querySchema>;

interface Call {
  readonly kind: RecordKind;
  readonly query: Query;
  readonly origin: Origin;
  readonly requestId: string;
  readonly contentType: string | undefined;
  /** epoch ms */
  readonly receivedAt: number;
  /** resolves when acknowledged, throws RequestRefused when not in time */
  readonly write: (messages: readonly OutgoingMessage[]) => Promise<void>;
}

const count = ({ metrics }: Intake, kind: RecordKind, batch: TakenBatch): void => {
  metrics.accepted.inc({ kind }, batch.accepted);
  metrics.warnings.inc({ kind }, batch.warnings);
  for (const [reason, times] of batch.rejectedBy) metrics.rejected.inc({ kind, reason }, times);
};

const answer = (batch: TakenBatch, reply: FastifyReply): FastifyReply => {
  const { accepted, rejected, warnings, results } = batch;
  const body = { accepted, rejected, warnings, results };
  if (accepted > 0) return reply.code(202).send(body);
  const message = 'every record was rejected; each result says why';
  return reply.code(400).send({ reason: 'nothing_accepted', message, retryable: false, ...body });
};

/** A body that cannot be read at all is one dead letter, so that it can be looked at. */
const refuseBody = async (intake: Intake, call: Call, body: RecordBody & { ok: false }): Promise<never> => {
  const reason = 'unreadable_body';
  const { message, bytes } = body;
  const { origin, query, requestId, receivedAt } = call;
  const letter = deadLetterMessage({
    reason,
    message,
    source: query.source ?? '',
    origin: origin.file ?? `POST ${origin.path}`,
    bytes,
    receivedAt,
    requestId,
    occasion: `${origin.path} ${requestId}`,
  });
  await call.write([letter]);
  intake.metrics.rejected.inc({ kind: call.kind, reason });
  const results = [{ index: 0, status: 'rejected', reason, message }];
  throw new RequestRefused(reason, message, { accepted: 0, rejected: 1, warnings: 0, results });
};

const handle = async (intake: Intake, call: Call, chunks: AsyncIterable<Buffer>): Promise<TakenBatch> => {
  const body = await readRecordBody(chunks, call.contentType);
  if (!body.ok) return refuseBody(intake, call, body);
  const { source, mode } = call.query;
  const context = {
    ...(source === undefined ? {} : { defaultSource: source }),
    receivedAt: call.receivedAt,
    mode,
    timeZoneOf: intake.sources.timeZoneOf,
    ordinals: new OrdinalCounter(),
  };
  const { origin, requestId } = call;
  const batch = await takeRecords(body.items, { take: recordKinds[call.kind], context, origin, requestId });
  if (batch.results.length === 0) throw new RequestRefused('empty_body', 'the request holds no record');
  await call.write(batch.messages);
  count(intake, call.kind, batch);
  return batch;
};

const isRecordKind = (name: string): name is RecordKind => Object.hasOwn(recordKinds, name);

/** POST /v1/<kind>: records in the interchange format; answered only when the broker acknowledged them. */
export const recordRoutes = (app: FastifyInstance, intake: Intake): void => {
  const post = async (kind: RecordKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const query = parsedRequest(querySchema, request.query);
    const lease = intake.inFlight.lease();
    let held = Promise.resolve();
    const call: Call = {
      kind,
      query,
      origin: { path: `/v1/${kind}`, file: query.origin, firstLine: query.line },
      requestId: request.id,
      contentType: request.headers['content-type'],
      receivedAt: intake.now(),
      write: (messages) => {
        const write = intake.writer.write(messages);
        held = write.settled;
        return acknowledged(write);
      },
    };
    try {
      return answer(await handle(intake, call, bodyOf(request, lease, intake.maxBodyBytes)), reply);
    } finally {
      // A request that was answered after its time limit does not free what the producer still holds.
      void held.then(() => lease.release());
    }
  };
  for (const kind of Object.keys(recordKinds)) {
    if (isRecordKind(kind)) app.post(`/v1/${kind}`, (request, reply) => post(kind, request, reply));
  }
};
