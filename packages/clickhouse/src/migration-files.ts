import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { sqlStatements } from './sql-statements.ts';

/** The migrations of this repository. */
export const migrationsDirectory = new URL('../../../infra/clickhouse/migrations/', import.meta.url);

/** The migrations and the database do not fit together; the message says which file and what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

export interface Migration {
  /** from 1, without gaps */
  readonly version: number;
  /** file name */
  readonly name: string;
  /** SHA-256 of the text, hex */
  readonly checksum: string;
  readonly statements: readonly string[];
}

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

const fileName = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** Reads the migrations of a folder, in order. Throws MigrationError for a name that is no migration, a gap or a number used twice. */
export const readMigrations = (directory: URL): Migration[] => {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, index) => {
    const version = Number(fileName.exec(name)?.[1]);
    if (Number.isNaN(version)) throw new MigrationError(`${name} is not named NNNN-name.sql`);
    if (version !== index + 1) {
      const expected = String(index + 1).padStart(4, '0');
      throw new MigrationError(
        `${name} stands where ${expected} is expected: migrations count up from 0001 without gaps`,
      );
    }
    const sql = readFileSync(new URL(name, directory), 'utf8').replaceAll('\r\n', '\n');
    return { version, name, checksum: createHash('sha256').update(sql).digest('hex'), statements: sqlStatements(sql) };
  });
};

/** What is left to apply, in order. Throws MigrationError when what was applied is not the beginning of `migrations`. */
export const pendingMigrations = (
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] => {
  const inOrder = [...applied].sort((a, b) => a.version - b.version);
  for (const [index, done] of inOrder.entries()) {
    if (done.version !== index + 1) {
      throw new MigrationError(`the database has ${done.name} but not migration ${index + 1}: it was changed by hand`);
    }
    const file = migrations[index];
    if (!file) {
      throw new MigrationError(
        `the database has ${done.name}, which this version does not know: it was migrated by a newer one, run that`,
      );
    }
    if (file.checksum !== done.checksum) {
      throw new MigrationError(
        `${file.name} was changed after it was applied (as ${done.name}): restore it and put the change into a new migration`,
      );
    }
  }
  return migrations.slice(inOrder.length);
};
