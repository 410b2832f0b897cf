import type { Metrics } from '@groundswell/service';
import type { SourceCatalog } from '@groundswell/sources';
import type { FastifyRequest } from 'fastify';
import type { AcknowledgedWriter, Write } from './acknowledged-writer.ts';
import type { ActiveRequests } from './active-requests.ts';
import type { InFlightBytes, Lease } from './in-flight-bytes.ts';
import { bodyChunks } from './request-body.ts';
import { RequestRefused } from './request-refused.ts';

export const createIntakeMetrics = (metrics: Metrics) => ({
  accepted: metrics.counter('intake_accepted_total', 'Records accepted', ['kind']),
  rejected: metrics.counter('intake_rejected_total', 'Records that became dead letters', ['kind', 'reason']),
  warnings: metrics.counter('intake_warnings_total', 'Oddities of accepted records', ['kind']),
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
  readonly sources: SourceCatalog;
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

/** The body of a request within the limits, uncompressed. */
export const bodyOf = (request: FastifyRequest, lease: Lease, maxBytes: number): AsyncIterable<Buffer> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new RequestRefused(
      'unsupported_media_type',
      `content encoding ${encoding} is not read; send it uncompressed`,
    );
  const length = Number(request.headers['content-length']);
  const announced = Number.isSafeInteger(length) ? length : undefined;
  // Ending the loop early must not close the connection: the answer still has to go through it.
  const body: AsyncIterable<Buffer> = request.raw.iterator({ destroyOnReturn: false });
  return bodyChunks(body, { maxBytes, announced, lease });
};
