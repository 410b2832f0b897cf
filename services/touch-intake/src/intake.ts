import { RequestRefused } from '@groundswell/interchange';
import type { Metrics } from '@groundswell/service';
import type { SourceCatalog } from '@groundswell/sources';
import type { FastifyRequest } from 'fastify';
import type { AcknowledgedWriter, Write } from './acknowledged-writer.ts';
import type { ActiveRequests } from './active-requests.ts';
import type { Gate } from './gate/gate.ts';
import type { InFlightBytes, Lease } from './in-flight-bytes.ts';
import { bodyChunks } from './request-body.ts';
import { unzipped } from './unzipped.ts';

export const createIntakeMetrics = (metrics: Metrics) => ({
  accepted: metrics.counter('intake_accepted_total', 'Records accepted', ['kind']),
  rejected: metrics.counter('intake_rejected_total', 'Records that became dead letters', ['kind', 'reason']),
  replayed: metrics.counter('intake_replayed_total', 'Dead letters that somebody replayed', ['outcome']),
  warnings: metrics.counter('intake_warnings_total', 'Oddities of accepted records', ['kind']),
  skipped: metrics.counter('intake_skipped_total', 'Records that a rule of their source leaves out', ['source']),
  declarationsValid: metrics.gauge(
    'intake_declarations_valid',
    '0 while sources and secrets as they stand cannot be used, and earlier ones are in force',
  ),
  refused: metrics.counter('intake_refused_total', 'Requests refused as a whole', ['reason']),
  requests: metrics.histogram('intake_request_duration_seconds', 'Time from request to answer', {
    labels: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }),
  inFlight: metrics.gauge('intake_in_flight_bytes', 'Bytes read and not yet acknowledged'),
  sent: metrics.histogram('intake_send_messages', 'Messages in one acknowledged send', {
    labels: ['outcome'],
    buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000],
  }),
});

export type IntakeMetrics = ReturnType<typeof createIntakeMetrics>;

/** What the routes work with. */
export interface Intake {
  readonly writer: AcknowledgedWriter;
  readonly inFlight: InFlightBytes;
  readonly active: ActiveRequests;
  /** as declared now */
  readonly sources: SourceCatalog;
  readonly gate: Gate;
  readonly metrics: IntakeMetrics;
  readonly maxBodyBytes: number;
  /** epoch ms, wall clock */
  readonly now: () => number;
}

/** Resolves when the broker acknowledged. Throws RequestRefused (503) when it did not in time. */
export const acknowledged = async ({ outcome }: Write): Promise<void> => {
  const result = await outcome;
  if (!result.ok) throw new RequestRefused('not_acknowledged', `the broker did not acknowledge: ${result.message}`);
};

export interface Body {
  readonly maxBytes: number;
  /** false: who sends it shows only when it is there, so it gets no room before it comes */
  readonly isKnown: boolean;
}

/**
 * The body of a request within the limits, uncompressed: it is what it unpacks to that counts, so that a small body that
 * unpacks to a large one is cut off.
 */
export const bodyOf = (request: FastifyRequest, lease: Lease, { maxBytes, isKnown }: Body): AsyncIterable<Buffer> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  // Ending the loop early must not close the connection: the answer still has to go through it.
  const body: AsyncIterable<Buffer> = request.raw.iterator({ destroyOnReturn: false });
  if (encoding === 'gzip')
    return bodyChunks(unzipped(body), { maxBytes, announced: undefined, lease, reserves: false });
  if (encoding !== 'identity')
    throw new RequestRefused('unsupported_media_type', `content encoding ${encoding} is not read; send gzip or none`);
  const length = Number(request.headers['content-length']);
  const announced = Number.isSafeInteger(length) ? length : undefined;
  return bodyChunks(body, { maxBytes, announced, lease, reserves: isKnown });
};
