import { RequestRefused } from '@groundswell/interchange';
import type { Source } from '@groundswell/sources';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deadLetterMessage } from '../dead-letters.ts';
import { formatOf } from '../formats/formats.ts';
import type { RecordFormat } from '../formats/record-format.ts';
import type { BodyCheck } from '../gate/gate.ts';
import { bodyOf, type Intake } from '../intake.ts';
import { isNestedTooDeep, NESTED_TOO_DEEP } from '../json-depth.ts';
import type { UnreadableBody } from '../record-body.ts';
import { wholeBody } from '../request-body.ts';
import { MAPPED, type MappedBatch, takeMappedRecords } from '../take-mapped.ts';
import { type WriteAcknowledged, withLease } from '../with-lease.ts';

/** A tool's request to the endpoint of a source. */
export interface ToolRequest {
  readonly source: Source;
  readonly format: RecordFormat;
  /** path with the declaration's version: which touches this request made can be told years later */
  readonly origin: string;
  readonly check: BodyCheck | null;
}

const refuseBody = async (
  intake: Intake,
  {
    tool,
    request,
    body,
    write,
  }: { tool: ToolRequest; request: FastifyRequest; body: UnreadableBody; write: WriteAcknowledged },
): Promise<never> => {
  const reason = 'unreadable_body';
  const { message, bytes } = body;
  const { source, origin } = tool;
  const receivedAt = intake.now();
  const letter = {
    reason,
    message,
    recordKind: MAPPED,
    source: source.id,
    origin,
    bytes,
    receivedAt,
    requestId: request.id,
    occasion: origin,
  } as const;
  await write([deadLetterMessage(letter)]);
  intake.metrics.rejected.inc({ kind: source.format, reason });
  throw new RequestRefused(reason, message);
};

const count = ({ metrics }: Intake, { format, id }: Source, batch: MappedBatch): void => {
  for (const [kind, times] of batch.became) metrics.accepted.inc({ kind }, times);
  for (const [reason, times] of batch.rejectedBy) metrics.rejected.inc({ kind: format, reason }, times);
  metrics.warnings.inc({ kind: format }, batch.warnings);
  if (batch.skipped > 0) metrics.skipped.inc({ source: id }, batch.skipped);
};

/** Reads, judges and writes the records of a tool; resolves when the broker has acknowledged all of them. */
export const takeToolRequest = (intake: Intake, request: FastifyRequest, tool: ToolRequest): Promise<MappedBatch> =>
  withLease(intake, async (lease, write) => {
    const { source, format, origin, check } = tool;
    const maxBytes = Math.min(format.maxBytes ?? intake.maxBodyBytes, intake.maxBodyBytes);
    const bytes = await wholeBody(bodyOf(request, lease, { maxBytes, isKnown: check === null }));
    await check?.(bytes);
    const receivedAt = intake.now();
    const body = isNestedTooDeep(bytes)
      ? ({ ok: false, message: NESTED_TOO_DEEP, bytes } as const)
      : format.read({ bytes, headers: request.headers, receivedAt });
    if (!body.ok) return refuseBody(intake, { tool, request, body, write });
    if (body.records.length === 0) throw new RequestRefused('empty_body', 'the request holds no record');
    const batch = await takeMappedRecords(body.records, { source, origin, requestId: request.id, receivedAt });
    if (batch.messages.length > 0) await write(batch.messages);
    count(intake, source, batch);
    return batch;
  });

const answer = (batch: MappedBatch, { keepsTrying }: RecordFormat, reply: FastifyReply): FastifyReply => {
  const { accepted, rejected, skipped, warnings, results } = batch;
  const body = { accepted, rejected, skipped, warnings, results };
  if (keepsTrying) return reply.code(200).send(body);
  if (accepted + skipped > 0) return reply.code(202).send(body);
  const message = 'every record was rejected; each result says why';
  return reply.code(400).send({ reason: 'nothing_accepted', message, retryable: false, ...body });
};

const declared = ({ sources }: Intake, id: string): { source: Source; format: RecordFormat } => {
  const source = sources.get(id);
  if (!source) throw new RequestRefused('unknown_source', 'no source of this id is declared');
  const format = formatOf(source.format);
  if (format !== null) return { source, format };
  const where: { readonly [Format in Source['format']]?: string } = {
    touches: 'is sent to POST /v1/touches and the endpoints of the directory',
    segment: 'is sent to POST /v1/batch and the like, as its SDKs do',
    csv: 'is a file: groundswell import takes it',
  };
  throw new RequestRefused(
    'unknown_source',
    `the format ${source.format} ${where[source.format] ?? 'has no endpoint'}`,
  );
};

const idOf = ({ params }: FastifyRequest): string =>
  typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : '';

const CHALLENGE = /^[\x21-\x7e]{1,200}$/;

/** What senders of webhooks ask before the first event, so that nobody makes them call where they are not wanted. */
const handshakes = (app: FastifyInstance, intake: Intake): void => {
  // Adobe I/O registers an address that answers with the challenge.
  app.get('/v1/sources/:id', { config: { access: 'tool' } }, (request, reply) => {
    const { source } = declared(intake, idOf(request));
    const { query } = request;
    const challenge = typeof query === 'object' && query !== null && 'challenge' in query ? query.challenge : undefined;
    if (source.format !== 'adobe-io' || typeof challenge !== 'string' || !CHALLENGE.test(challenge)) {
      throw new RequestRefused(
        'invalid_request',
        'only Adobe I/O asks here, with a challenge; records are sent by POST',
      );
    }
    return reply.header('x-content-type-options', 'nosniff').type('text/plain').send(challenge);
  });
  // CloudEvents, HTTP 1.1 Web Hooks, 4: who may send has a key; how often is told by 429.
  app.options('/v1/sources/:id', { config: { access: 'tool' } }, (request, reply) => {
    const { source } = declared(intake, idOf(request));
    const origin = request.headers['webhook-request-origin'];
    if (source.format !== 'cloudevents' || typeof origin !== 'string' || !CHALLENGE.test(origin)) {
      throw new RequestRefused('invalid_request', 'only senders of CloudEvents ask here, with WebHook-Request-Origin');
    }
    return reply.header('webhook-allowed-origin', origin).header('webhook-allowed-rate', '*').code(200).send();
  });
};

/** POST /v1/sources/<id>: what a tool sends in a format of its own, authenticated as its source file says. */
export const sourceRoutes = (app: FastifyInstance, intake: Intake): void => {
  handshakes(app, intake);
  app.post('/v1/sources/:id', { config: { access: 'tool' } }, async (request, reply) => {
    const { source, format } = declared(intake, idOf(request));
    const check = intake.gate.tool(source, request);
    const origin = `POST /v1/sources/${source.id}@${source.version}`;
    return answer(await takeToolRequest(intake, request, { source, format, origin, check }), format, reply);
  });
};
