import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, and can be cut: an outage without stopping the server that others use. */
export interface TcpProxy {
  readonly port: number;
  /** refuses new connections and breaks those there are */
  cut(): Promise<void>;
  restore(): Promise<void>;
}

const listening = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

export const startTcpProxy = async (target: URL): Promise<TcpProxy> => {
  const open = new Set<Socket>();
  const relay = (client: Socket): void => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  };
  let server = createServer(relay);
  const port = await listening(server, 0);
  return {
    port,
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
    restore: async () => {
      server = createServer(relay);
      await listening(server, port);
    },
  };
};
