import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

export interface HttpAnswer {
  status: number;
  body: string;
}

export interface HttpProbe {
  method?: 'GET' | 'PUT' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
}

/**
 * One request on a connection of its own. Not fetch: its kept-alive connections make a ClickHouse that is asked to stop
 * wait for five seconds. Rejects when nothing answers within the timeout.
 */
export function httpProbe(url: string, probe: HttpProbe = {}): Promise<HttpAnswer> {
  const send = new URL(url).protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const outgoing = send(
      url,
      {
        method: probe.method ?? 'GET',
        headers: probe.headers ?? {},
        agent: false,
        signal: AbortSignal.timeout(probe.timeoutMs ?? 5_000),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(probe.body);
  });
}
