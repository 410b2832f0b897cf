import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readNdjson } from '@groundswell/interchange';

/** A request as it arrived. */
export interface SeenRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A record that was taken, in order of arrival, repeated ones included. */
export interface TakenRecord {
  readonly value: unknown;
  /** of the file, as the line numbers of the request say */
  readonly line: number | null;
}

export type Mishap =
  /** answers with this status and touches nothing */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** takes the request, then breaks the connection before answering */
  | { readonly kind: 'answer lost' };

export interface FakeIntake {
  readonly url: string;
  readonly requests: SeenRequest[];
  readonly taken: TakenRecord[];
  /** epoch ms, in order */
  readonly ticks: number[];
  readonly modes: string[];
  /** what was wrong with the order of records and ticks, as the log of a replay must have it */
  readonly broken: string[];
  /** mishaps for the next requests of records, one each */
  readonly mishaps: Mishap[];
  stop(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

const receivedOf = (value: unknown): number => Date.parse(String(field(value, 'received') ?? field(value, 'time')));

const reply = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

/** touch-intake as far as the import meets it: takes records, rejects what has no type, and watches the promise of ticks. */
export const startFakeIntake = async (): Promise<FakeIntake> => {
  const seen: Omit<FakeIntake, 'url' | 'stop'> = {
    requests: [],
    taken: [],
    ticks: [],
    modes: [],
    broken: [],
    mishaps: [],
  };
  const known = new Set<string>();

  const takeRecords = async (request: SeenRequest): Promise<unknown> => {
    const results: unknown[] = [];
    let accepted = 0;
    const first = request.query['line'] === undefined ? null : Number(request.query['line']);
    const body = (async function* () {
      yield request.body;
    })();
    for await (const item of readNdjson(body)) {
      const index = results.length;
      const typeless = request.path === '/v1/touches' && 'value' in item && field(item.value, 'type') === undefined;
      if ('rejection' in item || typeless) {
        const why = 'rejection' in item ? item.rejection : { reason: 'missing_field', message: 'type: is required' };
        results.push({ index, status: 'rejected', ...why });
        continue;
      }
      accepted += 1;
      results.push({ index, status: 'accepted' });
      const text = JSON.stringify(item.value);
      const latest = seen.ticks.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (request.query['mode'] === 'replay' && receivedOf(item.value) <= latest && !known.has(text)) {
        seen.broken.push(`${text} came after the tick ${new Date(latest).toISOString()}`);
      }
      known.add(text);
      seen.taken.push({ value: item.value, line: first === null ? null : first + item.line - 1 });
    }
    return { accepted, rejected: results.length - accepted, warnings: 0, results };
  };

  const control = (request: SeenRequest): unknown => {
    const sent: unknown = JSON.parse(request.body.toString());
    const tick = field(sent, 'tick');
    const mode = field(sent, 'mode');
    if (typeof tick === 'number') seen.ticks.push(tick);
    if (typeof mode === 'string') seen.modes.push(mode);
    return {};
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://intake');
    const body = await bodyOf(incoming);
    const request = { path: url.pathname, query: Object.fromEntries(url.searchParams), body };
    seen.requests.push(request);
    if (url.pathname === '/v1/clock') return reply(response, 202, control(request));
    const mishap = seen.mishaps.shift();
    if (mishap?.kind === 'status') {
      return reply(response, mishap.status, { reason: 'busy', message: 'busy' }, { ...mishap.headers });
    }
    const answer = await takeRecords(request);
    if (mishap?.kind === 'answer lost') return void incoming.socket.destroy();
    reply(response, field(answer, 'accepted') === 0 ? 400 : 202, answer);
  };

  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...seen,
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
