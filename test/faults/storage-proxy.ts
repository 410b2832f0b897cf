import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** Stands between the services and ClickHouse, and can say on its behalf that the disk is full. */
export interface StorageProxy {
  readonly url: string;
  /** From now on, or no longer: every INSERT is answered as ClickHouse answers on a full disk. */
  setFull(full: boolean): void;
  /** INSERTs refused so far */
  readonly refused: number;
  stop(): Promise<void>;
}

const DISK_FULL = 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)';

const isInsert = ({ url = '' }: IncomingMessage): boolean =>
  /^\s*insert/i.test(new URL(url, 'http://localhost').searchParams.get('query') ?? '');

/** Source of the answer: ClickHouse on a full disk, error 243, HTTP 500. */
const refuse = (incoming: IncomingMessage, answer: ServerResponse): void => {
  incoming.resume();
  incoming.once('end', () => {
    answer.writeHead(500, { 'X-ClickHouse-Exception-Code': '243', 'content-type': 'text/plain; charset=UTF-8' });
    answer.end(`${DISK_FULL}\n`);
  });
};

/** Passes everything on to `target` (http://host:port). A target that is away looks like one: the connection breaks. */
export const startStorageProxy = async (target: string): Promise<StorageProxy> => {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  let full = false;
  let refused = 0;
  const server = createServer((incoming, answer) => {
    if (full && isInsert(incoming)) {
      refused += 1;
      refuse(incoming, answer);
      return;
    }
    const { method, headers, url } = incoming;
    const onward = request({ hostname, port, method, headers, path: url, agent }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
      response.once('error', () => answer.destroy());
    });
    onward.once('error', () => answer.destroy());
    incoming.once('error', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has an address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    setFull: (now) => {
      full = now;
    },
    get refused() {
      return refused;
    },
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
