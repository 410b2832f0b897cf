import type { ClickHouse } from './clickhouse.ts';
import { type AppliedMigration, type Migration, pendingMigrations, readMigrations } from './migration-files.ts';
import { acquireMigrationLock, type MigrationLock } from './migration-lock.ts';

export interface MigrateOptions {
  /** any login of the server that may create `database` and its tables */
  readonly client: ClickHouse;
  readonly directory: URL;
  readonly database: string;
}

/** Always there and readable, unlike the database that is about to be created. */
const SYSTEM_DATABASE = 'system';

/** ReplacingMergeTree by version: a migration that two processes record is one row. */
const ledger = `CREATE TABLE IF NOT EXISTS schema_migrations
(
    version UInt32 COMMENT 'Number of the migration',
    name String COMMENT 'Its file',
    checksum String COMMENT 'SHA-256 of the file as applied, hex',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
)
ENGINE = ReplacingMergeTree ORDER BY version
COMMENT 'Migrations applied to this database'`;

const createDatabase = async (client: ClickHouse, name: string): Promise<void> => {
  const system = client.inDatabase(SYSTEM_DATABASE);
  try {
    await system.command('CREATE DATABASE IF NOT EXISTS {name:Identifier} ENGINE = Atomic', { name });
  } finally {
    await system.close();
  }
};

const appliedTo = (database: ClickHouse): Promise<AppliedMigration[]> =>
  database.query<AppliedMigration>('SELECT version, name, checksum FROM schema_migrations FINAL ORDER BY version');

const apply = async (database: ClickHouse, lock: MigrationLock, migration: Migration): Promise<void> => {
  for (const statement of migration.statements) {
    await lock.renew();
    await database.command(statement);
  }
  const { version, name, checksum } = migration;
  await database.insert('schema_migrations', [{ version, name, checksum }]);
};

/**
 * Brings `database` up to the migrations of `directory`, creating it when it is missing. Every file is applied once, in
 * order; processes that do this at the same time wait for each other. A file that was interrupted is run again from its
 * start, so its statements must bear that. Returns the names of the files that were applied.
 * Throws MigrationError when an applied file was changed or is missing, ClickHouseFailure when ClickHouse refuses a statement.
 */
export const migrate = async (options: MigrateOptions): Promise<string[]> => {
  const migrations = readMigrations(options.directory);
  await createDatabase(options.client, options.database);
  const database = options.client.inDatabase(options.database);
  try {
    await database.command(ledger);
    if (pendingMigrations(migrations, await appliedTo(database)).length === 0) return [];
    const lock = await acquireMigrationLock(database);
    try {
      const pending = pendingMigrations(migrations, await appliedTo(database));
      for (const migration of pending) await apply(database, lock, migration);
      return pending.map(({ name }) => name);
    } finally {
      await lock.release();
    }
  } finally {
    await database.close();
  }
};
