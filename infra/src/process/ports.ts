import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { z } from 'zod';

// Below the ranges from which Linux (32768) and macOS (49152) take the local ports of outgoing connections: a port
// from there could be taken by any client while a part restarts.
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const ATTEMPTS = 100;

/** Handed out by this process: two callers must not get the same port before either has bound it. */
const handedOut = new Set<number>();

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A TCP port on which something can listen on 127.0.0.1 now. Never the same twice in a process. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await canListen(port)) return port;
  }
  throw new Error(`No free port found between ${FIRST_PORT} and ${LAST_PORT} on 127.0.0.1 after ${ATTEMPTS} attempts.`);
}

const portBookSchema = z.record(z.string(), z.int().min(1).max(65_535));

/**
 * Ports by name, remembered in a file: a stack that is started again on its data has the addresses it had, unless
 * something else took a port meanwhile.
 */
export class PortBook {
  readonly #file: string;
  readonly #ports: Map<string, number>;
  /** Claims happen one after the other, since each writes the file. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: string, ports: Map<string, number>) {
    this.#file = file;
    this.#ports = ports;
  }

  /** Reads the file; starts afresh when it is missing or unreadable. */
  static async open(file: string): Promise<PortBook> {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    const parsed = portBookSchema.safeParse(parseJson(text));
    return new PortBook(file, new Map(parsed.success ? Object.entries(parsed.data) : []));
  }

  /** The port of that name: the remembered one when it is free, else a new one. */
  claim(name: string): Promise<number> {
    const claimed = this.#last.then(() => this.#claim(name));
    this.#last = claimed.catch(() => undefined);
    return claimed;
  }

  async #claim(name: string): Promise<number> {
    const remembered = this.#ports.get(name);
    if (remembered !== undefined && (await canListen(remembered))) {
      handedOut.add(remembered);
      return remembered;
    }
    const port = await freePort();
    this.#ports.set(name, port);
    await writeFile(this.#file, `${JSON.stringify(Object.fromEntries(this.#ports), null, 2)}\n`, { mode: 0o600 });
    return port;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
