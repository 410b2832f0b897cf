import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CLICKHOUSE_DATABASE, CLICKHOUSE_READER, CLICKHOUSE_WRITER } from '../settings.ts';
import type { ClickHouseAddress } from './addresses.ts';

const schema = z.strictObject({ writerPassword: z.string().min(1), readerPassword: z.string().min(1) });

export type Credentials = z.infer<typeof schema>;

/** The ClickHouse passwords of a data directory: random, made once and kept with the data (mode 0600). */
export async function stackCredentials(dataDir: string): Promise<Credentials> {
  const path = join(dataDir, 'credentials.json');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return schema.parse(JSON.parse(kept));
  const made = { writerPassword: randomPassword(), readerPassword: randomPassword() };
  await writeFile(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return made;
}

/** Letters and digits only: it passes through XML, URLs and shells as it is. */
function randomPassword(): string {
  return randomBytes(18).toString('hex');
}

/** The two logins of a server on this machine. */
export function localLogins(
  port: number,
  credentials: Credentials,
): { writer: ClickHouseAddress; reader: ClickHouseAddress } {
  const url = `http://127.0.0.1:${port}`;
  const login = (username: string, password: string): ClickHouseAddress => {
    return { url, database: CLICKHOUSE_DATABASE, username, password };
  };
  return {
    writer: login(CLICKHOUSE_WRITER, credentials.writerPassword),
    reader: login(CLICKHOUSE_READER, credentials.readerPassword),
  };
}
