import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouse } from './clickhouse.ts';
import { ClickHouseFailure } from './clickhouse-failure.ts';
import { MigrationError } from './migration-files.ts';

const POLL_MS = 100;
/** Seconds without a renewal after which an owner counts as dead. */
const STALE_AFTER_S = 30;
const RENEW_EVERY_MS = 3_000;
const GIVE_UP_MS = 120_000;

export interface MigrationLock {
  /** Shows that the owner lives; to be called before every statement. Throws MigrationError when somebody else took the lock over. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

interface LockRow {
  readonly owner: string;
  readonly age_s: number;
}

/** ClickHouse has no locks, but creates a table for one caller only. The owner is its comment, its life sign the change of it. */
const lockTable = 'schema_migrations_lock';

const create = async (database: ClickHouse, owner: string): Promise<boolean> => {
  try {
    await database.command(`CREATE TABLE ${lockTable} (renewed UInt8) ENGINE = Memory COMMENT '${owner} 0'`);
    return true;
  } catch (error) {
    if (error instanceof ClickHouseFailure && error.code === 'TABLE_ALREADY_EXISTS') return false;
    throw error;
  }
};

const read = async (database: ClickHouse): Promise<LockRow | undefined> => {
  const [row] = await database.query<LockRow>(
    `SELECT splitByChar(' ', comment)[1] AS owner, toInt64(now()) - toInt64(metadata_modification_time) AS age_s
     FROM system.tables WHERE database = currentDatabase() AND name = '${lockTable}'`,
  );
  return row;
};

const drop = (database: ClickHouse): Promise<void> => database.command(`DROP TABLE IF EXISTS ${lockTable} SYNC`);

/** Waits until nobody else migrates this database. An owner that died is taken over after 30 s. */
export const acquireMigrationLock = async (database: ClickHouse): Promise<MigrationLock> => {
  const owner = randomUUID();
  let renewals = 0;
  for (let waited = 0; !(await create(database, owner)); waited += POLL_MS) {
    const other = await read(database);
    if (other && other.age_s > STALE_AFTER_S) await drop(database);
    else if (waited >= GIVE_UP_MS) throw new MigrationError(`${other?.owner} has been migrating for two minutes`);
    else await sleep(POLL_MS);
  }
  let renewedAt = performance.now();
  return {
    renew: async () => {
      if (performance.now() - renewedAt < RENEW_EVERY_MS) return;
      const current = await read(database);
      if (current?.owner !== owner) throw new MigrationError('another process took the migration over');
      renewals += 1;
      await database.command(`ALTER TABLE ${lockTable} MODIFY COMMENT '${owner} ${renewals}'`);
      renewedAt = performance.now();
    },
    release: async () => {
      const current = await read(database);
      if (current?.owner === owner) await drop(database);
    },
  };
};
