import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { readRelations, writeTables } from './tables.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'tables.md');

describe('docs/tables.md', () => {
  const client = openClickHouse(inject('stack').clickhouse.writer);
  const database = `groundswell_documents_${Math.random().toString(36).slice(2, 8)}`;

  afterAll(async () => {
    await client.command('DROP DATABASE IF EXISTS {database:Identifier}', { database });
    await client.close();
  });

  it('says what the migrations make (else run `pnpm documents`)', async () => {
    const text = writeTables(await readRelations(client, database));
    expect(text).toContain('## account_current\n');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
