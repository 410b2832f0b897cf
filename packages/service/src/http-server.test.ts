import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLimitedServer } from './http-server.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

const limits = { headersMs: 100, requestMs: 200, headerBytes: 2_048, headerCount: 100, checkMs: 20 };

/** Writes `pieces` at once, keeps the connection open, and gives what comes back until the server ends it. */
const answerTo = async (...pieces: readonly string[]): Promise<string> => {
  server = createLimitedServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('done'));
  }, limits).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (const piece of pieces) socket.write(piece);
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes('done')) break;
  }
  return answer;
};

describe('an HTTP server with limits', () => {
  it('answers who sends a whole request', async () => {
    const request = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n';
    expect(await answerTo(request, '{}')).toContain('200 OK');
  });

  it('lets go of who sends headers too slowly', async () => {
    expect(await answerTo('POST / HTTP/1.1\r\nhost: a\r\n')).toContain('408 Request Timeout');
  });

  it('lets go of who sends a body too slowly', async () => {
    const answer = await answerTo('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n', '{');
    expect(answer).toContain('408 Request Timeout');
  });

  it('refuses headers that are too large', async () => {
    const answer = await answerTo(`POST / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(3_000)}\r\n\r\n`);
    expect(answer).toContain('431 Request Header Fields Too Large');
  });
});
