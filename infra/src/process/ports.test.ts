import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { freePort, PortBook } from './ports.ts';

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const bookFile = async (): Promise<string> => join(await testFolder(), 'ports.json');

describe('freePort', () => {
  it('gives ports on which one can listen, outside the range of outgoing connections, and none twice', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_000);
      (await listen(port)).close();
    }
  });
});

describe('PortBook', () => {
  it('remembers a port for the next run', async () => {
    const file = await bookFile();
    const first = await (await PortBook.open(file)).claim('kafka');
    expect(await (await PortBook.open(file)).claim('kafka')).toBe(first);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ kafka: first });
  });

  it('remembers all of the ports that are claimed at once', async () => {
    const file = await bookFile();
    const book = await PortBook.open(file);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const ports = await Promise.all(names.map((name) => book.claim(name)));
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(
      Object.fromEntries(names.map((name, i) => [name, ports[i]])),
    );
  });

  it('takes another port when something else has the remembered one', async () => {
    const file = await bookFile();
    const first = await (await PortBook.open(file)).claim('kafka');
    const squatter = await listen(first);
    try {
      const second = await (await PortBook.open(file)).claim('kafka');
      expect(second).not.toBe(first);
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ kafka: second });
    } finally {
      squatter.close();
    }
  });

  it('starts afresh from a file that it cannot read', async () => {
    const file = await bookFile();
    await writeFile(file, '{"kafka": "half a fi');
    expect(await (await PortBook.open(file)).claim('kafka')).toBeGreaterThan(0);
  });
});
