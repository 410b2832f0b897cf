import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ClickHouse, openClickHouse } from './clickhouse.ts';
import { migrate } from './migrate.ts';
import { migrationsDirectory, readMigrations } from './migration-files.ts';

const names = readMigrations(migrationsDirectory).map(({ name }) => name);

describe('migrate', () => {
  let client: ClickHouse;
  let target: { client: ClickHouse; directory: URL; database: string };
  const databases: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'groundswell-migrations-'));

  beforeAll(() => {
    client = openClickHouse(inject('stack').clickhouse.writer);
  });

  beforeEach(() => {
    const database = `groundswell_test_${Math.random().toString(36).slice(2, 10)}`;
    databases.push(database);
    target = { client, directory: migrationsDirectory, database };
  });

  afterAll(async () => {
    for (const name of databases) await client.command('DROP DATABASE IF EXISTS {name:Identifier}', { name });
    await client.close();
    rmSync(folder, { recursive: true });
  });

  it('creates the database and applies every file once, in order', async () => {
    expect(await migrate(target)).toEqual(names);
    expect(await migrate(target)).toEqual([]);
    const [database] = await client.query<{ engine: string }>(
      'SELECT engine FROM system.databases WHERE name = {name:String}',
      { name: target.database },
    );
    expect(database).toEqual({ engine: 'Atomic' });
  });

  it('is applied once by processes that start together', async () => {
    const clients = Array.from({ length: 4 }, () => openClickHouse(inject('stack').clickhouse.writer));
    const applied = await Promise.all(clients.map((one) => migrate({ ...target, client: one })));
    await Promise.all(clients.map((one) => one.close()));
    expect(applied.flat()).toEqual(names);
  });

  it('finishes what a process that died left half-way', async () => {
    const interrupted = readMigrations(migrationsDirectory)[0]?.statements[0] ?? '';
    await client.command('CREATE DATABASE {name:Identifier} ENGINE = Atomic', { name: target.database });
    const database = client.inDatabase(target.database);
    await database.command(interrupted);
    await database.close();
    expect(await migrate(target)).toEqual(names);
  });

  it('refuses an applied file that was changed', async () => {
    await migrate(target);
    cpSync(fileURLToPath(migrationsDirectory), folder, { recursive: true });
    const first = names[0] ?? '';
    writeFileSync(join(folder, first), 'SELECT 1');
    const changed = migrate({ ...target, directory: pathToFileURL(`${folder}/`) });
    await expect(changed).rejects.toThrow(`${first} was changed after it was applied`);
  });

  it('documents every column of every table and view', async () => {
    await migrate(target);
    const undocumented = await client.query(
      `SELECT table, name FROM system.columns WHERE database = {database:String} AND comment = ''`,
      { database: target.database },
    );
    expect(undocumented).toEqual([]);
    const silent = await client.query(
      `SELECT name FROM system.tables WHERE database = {database:String} AND comment = ''`,
      { database: target.database },
    );
    expect(silent).toEqual([]);
  });

  it('lets the reader read every view and write nothing', async () => {
    await migrate(target);
    const reader = openClickHouse({ ...inject('stack').clickhouse.reader, database: target.database });
    const views = await client.query<{ name: string }>(
      `SELECT name FROM system.tables WHERE database = {database:String} AND engine = 'View' AND NOT endsWith(name, '_at')`,
      { database: target.database },
    );
    expect(views.length).toBeGreaterThan(10);
    for (const { name } of views) {
      expect.soft(await reader.query('SELECT * FROM {name:Identifier}', { name }), name).toEqual([]);
    }
    for (const name of ['account_windows_at', 'account_intensity_at']) {
      expect(await reader.query(`SELECT * FROM ${name}(as_of = '2026-01-01 00:00:00')`), name).toEqual([]);
    }
    for (const name of ['accounts_at', 'people_at']) {
      const asOf = `at = '2026-01-01 00:00:00', known_at = '2026-02-01 00:00:00'`;
      expect(await reader.query(`SELECT * FROM ${name}(${asOf})`), name).toEqual([]);
    }
    await expect(reader.insert('raw_log_rows', [{ offset: 1 }])).rejects.toMatchObject({ kind: 'statement' });
    await reader.close();
  });
});
