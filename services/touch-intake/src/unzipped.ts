import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RequestRefused } from '@groundswell/interchange';

/** The bytes of a gzipped body, unpacked as they are asked for. Throws RequestRefused when they are not gzip. */
export async function* unzipped(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(body);
  const gunzip = createGunzip();
  // An error of the connection must end the unpacking too: pipe alone does not pass it on.
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new RequestRefused('invalid_request', 'the body is not gzip, as its content encoding says');
    }
    throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
