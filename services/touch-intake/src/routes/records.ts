import { OrdinalCounter, parsedRequest, RequestRefused } from '@groundswell/interchange';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deadLetterMessage } from '../dead-letters.ts';
import type { Sender } from '../gate/gate.ts';
import { bodyOf, type Intake } from '../intake.ts';
import { type RecordBody, readRecordBody } from '../record-body.ts';
import { isRecordKind, type RecordKind, recordKinds } from '../record-kinds.ts';
import { type Origin, type TakenBatch, takeRecords } from '../take-records.ts';
import { type WriteAcknowledged, withLease } from '../with-lease.ts';

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
  readonly sender: Sender;
  readonly write: WriteAcknowledged;
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
    recordKind: call.kind,
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
  const { sender } = call;
  const { source = sender.source?.id, mode } = call.query;
  const context = {
    ...(source === undefined ? {} : { defaultSource: source }),
    receivedAt: call.receivedAt,
    mode,
    timeZoneOf: intake.sources.timeZoneOf,
    ordinals: new OrdinalCounter(),
  };
  const { origin, requestId } = call;
  const { allows } = sender;
  const { kind } = call;
  const take = recordKinds[kind];
  const batch = await takeRecords(body.items, { kind, take, context, allows, origin, requestId });
  if (batch.results.length === 0) throw new RequestRefused('empty_body', 'the request holds no record');
  await call.write(batch.messages);
  count(intake, kind, batch);
  return batch;
};

/** POST /v1/<kind>: records in the interchange format; answered only when the broker acknowledged them. */
export const recordRoutes = (app: FastifyInstance, intake: Intake): void => {
  const post = async (kind: RecordKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const query = parsedRequest(querySchema, request.query);
    const sender = intake.gate.sender(request);
    // A replayed arrival drives the clock of the whole log.
    if (query.mode === 'replay' && !sender.isOperator) intake.gate.operator(request);
    const origin = { path: `/v1/${kind}`, file: query.origin, firstLine: query.line };
    const contentType = request.headers['content-type'];
    const batch = await withLease(intake, (lease, write) => {
      const call: Call = {
        kind,
        query,
        origin,
        requestId: request.id,
        contentType,
        receivedAt: intake.now(),
        sender,
        write,
      };
      return handle(intake, call, bodyOf(request, lease, { maxBytes: intake.maxBodyBytes, isKnown: true }));
    });
    return answer(batch, reply);
  };
  for (const kind of Object.keys(recordKinds)) {
    if (isRecordKind(kind))
      app.post(`/v1/${kind}`, { config: { access: 'sender' } }, (request, reply) => post(kind, request, reply));
  }
};
