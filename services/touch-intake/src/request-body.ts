import { RequestRefused } from '@groundswell/interchange';
import type { Lease } from './in-flight-bytes.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** the size the sender announced, where it did */
  readonly announced: number | undefined;
  readonly lease: Lease;
  /** true: room for what was announced is leased at once */
  readonly reserves: boolean;
}

const tooLarge = (maxBytes: number): RequestRefused =>
  new RequestRefused('body_too_large', `the body is larger than ${maxBytes} bytes; send smaller batches`);

const tooMuch = (): RequestRefused =>
  new RequestRefused('too_much_in_flight', 'too much is waiting for the broker; come again as Retry-After says');

/**
 * The chunks of a body, as long as it stays within the limits: each byte is leased before it is held.
 * Throws RequestRefused at once for an announced size that is too large.
 */
export async function* bodyChunks(body: AsyncIterable<Buffer>, limits: BodyLimits): AsyncGenerator<Buffer> {
  const { maxBytes, lease, announced = 0 } = limits;
  if (announced > maxBytes) throw tooLarge(maxBytes);
  let leased = limits.reserves ? announced : 0;
  if (!lease.add(leased)) throw tooMuch();
  let read = 0;
  for await (const chunk of body) {
    read += chunk.length;
    if (read > maxBytes) throw tooLarge(maxBytes);
    if (read > leased && !lease.add(read - leased)) throw tooMuch();
    leased = Math.max(leased, read);
    yield chunk;
  }
}

/** The whole body. */
export const wholeBody = async (chunks: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
};
