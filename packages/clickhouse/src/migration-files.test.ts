import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AppliedMigration,
  MigrationError,
  migrationsDirectory,
  pendingMigrations,
  readMigrations,
} from './migration-files.ts';

const folders: string[] = [];

const folderOf = (files: Record<string, string>): URL => {
  const folder = mkdtempSync(join(tmpdir(), 'groundswell-migrations-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
};

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const two = { '0001-first.sql': 'SELECT 1', '0002-second.sql': 'SELECT 2; SELECT 3' };
const asApplied = (directory: URL): AppliedMigration[] =>
  readMigrations(directory).map(({ version, name, checksum }) => ({ version, name, checksum }));

describe('readMigrations', () => {
  it('reads files in order, with their statements', () => {
    const migrations = readMigrations(folderOf(two));
    expect(migrations.map(({ version, statements }) => [version, statements])).toEqual([
      [1, ['SELECT 1']],
      [2, ['SELECT 2', 'SELECT 3']],
    ]);
  });

  it('refuses a gap', () => {
    const directory = folderOf({ '0001-first.sql': '', '0003-third.sql': '' });
    expect(() => readMigrations(directory)).toThrow(/0003-third\.sql stands where 0002 is expected/);
  });

  it('refuses a number used twice', () => {
    const directory = folderOf({ '0001-a.sql': '', '0001-b.sql': '' });
    expect(() => readMigrations(directory)).toThrow(/0001-b\.sql stands where 0002 is expected/);
  });

  it('refuses a name without a number', () => {
    expect(() => readMigrations(folderOf({ 'first.sql': '' }))).toThrow(MigrationError);
  });
});

describe('pendingMigrations', () => {
  it('is what was not applied yet', () => {
    const directory = folderOf(two);
    const migrations = readMigrations(directory);
    expect(pendingMigrations(migrations, [])).toEqual(migrations);
    expect(pendingMigrations(migrations, asApplied(directory).slice(0, 1)).map(({ name }) => name)).toEqual([
      '0002-second.sql',
    ]);
    expect(pendingMigrations(migrations, asApplied(directory))).toEqual([]);
  });

  it('refuses a file that was changed after it was applied, and says which', () => {
    const applied = asApplied(folderOf(two));
    const changed = readMigrations(folderOf({ ...two, '0001-first.sql': 'SELECT 11' }));
    expect(() => pendingMigrations(changed, applied)).toThrow(/0001-first\.sql was changed after it was applied/);
  });

  it('does not mind how lines end', () => {
    const applied = asApplied(folderOf({ '0001-first.sql': 'SELECT\n1' }));
    expect(pendingMigrations(readMigrations(folderOf({ '0001-first.sql': 'SELECT\r\n1' })), applied)).toEqual([]);
  });

  it('refuses a database that a newer version migrated', () => {
    const applied = asApplied(folderOf(two));
    const older = readMigrations(folderOf({ '0001-first.sql': 'SELECT 1' }));
    expect(() => pendingMigrations(older, applied)).toThrow(/0002-second\.sql, which this version does not know/);
  });

  it('refuses a database with a gap', () => {
    const directory = folderOf(two);
    expect(() => pendingMigrations(readMigrations(directory), asApplied(directory).slice(1))).toThrow(
      /not migration 1/,
    );
  });
});

describe('the migrations of this repository', () => {
  const statements = readMigrations(migrationsDirectory).flatMap((migration) =>
    migration.statements.map((sql) => ({ name: migration.name, sql })),
  );

  it('bear being run again, so that one interrupted half-way can be finished', () => {
    expect(statements.length).toBeGreaterThan(0);
    for (const { name, sql } of statements) {
      expect
        .soft(sql, name)
        // The same rows again are one row, whatever table they are inserted into (see below).
        .toMatch(
          /^CREATE (TABLE IF NOT EXISTS|OR REPLACE VIEW) |^ALTER TABLE \w+ (ADD|DROP|MODIFY|COMMENT) |^INSERT INTO \w+_rows\n/,
        );
    }
  });

  it('give every table an engine that bears re-delivery, and a comment', () => {
    for (const { name, sql } of statements.filter((statement) => statement.sql.startsWith('CREATE TABLE'))) {
      expect.soft(sql, name).toMatch(/\nENGINE = ReplacingMergeTree/);
      expect.soft(sql, name).toMatch(/\nCOMMENT '[^\n]+'$/);
    }
  });
});
