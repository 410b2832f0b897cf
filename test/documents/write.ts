/** `pnpm documents`: writes the generated documents in docs/. Tests fail while they are out of date. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { startStack } from '@groundswell/infra';
import { generateDocuments } from './documents.ts';
import { readRelations, writeTables } from './tables.ts';

const root = join(import.meta.dirname, '..', '..');

const write = async (path: string, text: string): Promise<void> => {
  await writeFile(join(root, path), text);
  process.stdout.write(`${path}\n`);
};

/** What the migrations make is read from a database they made. */
const tablesText = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-documents-'));
  const stack = await startStack({ dataDir: join(folder, 'data') });
  const client = openClickHouse(stack.addresses.clickhouse.writer);
  try {
    return writeTables(await readRelations(client, stack.addresses.clickhouse.writer.database));
  } finally {
    await client.close();
    await stack.stop({ removeData: true });
    await rm(folder, { recursive: true, force: true });
  }
};

for (const [path, text] of await generateDocuments(root)) await write(path, text);
await write(join('docs', 'tables.md'), await tablesText());
