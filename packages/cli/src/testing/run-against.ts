import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { runCli } from '../cli.ts';
import { readCliSettings } from '../config.ts';
import { manualClock } from './manual-clock.ts';

/** A request as it arrived. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly key: string | undefined;
}

export interface RunAgainst {
  readonly args: readonly string[];
  /** status and body, in turn */
  readonly answers: readonly (readonly [number, unknown])[];
  /** the environment, by the URL of the service */
  readonly environment: (url: string) => NodeJS.ProcessEnv;
  readonly stdin?: string;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly asked: readonly Asked[];
}

/** Runs a command against a service that answers in turn. */
export const runAgainst = async ({ args, answers, environment, stdin = '' }: RunAgainst): Promise<RunResult> => {
  const asked: Asked[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    void readText(request).then((text) => {
      asked.push({
        method: request.method ?? '',
        url: request.url ?? '',
        body: text === '' ? null : JSON.parse(text),
        key: request.headers.authorization,
      });
      const [status, body] = left.shift() ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await runCli(args, {
    readSettings: () => readCliSettings(environment(`http://127.0.0.1:${port}`)),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: Readable.from([Buffer.from(stdin)]),
    cwd: '/',
    projectDir: '/nowhere',
    signal: new AbortController().signal,
    ...manualClock(),
  }).finally(() => {
    server.close();
    server.closeAllConnections();
  });
  return { exitCode, asked, ...written };
};
