import {
  type ClickHouse,
  type ClickHouseConfig,
  migrate,
  migrationsDirectory,
  openClickHouse,
} from '@groundswell/clickhouse';

export interface TestDatabase {
  readonly clickhouse: ClickHouse;
  readonly config: ClickHouseConfig;
  drop(): Promise<void>;
}

/** A migrated database of its own on the run's stack. */
export const createTestDatabase = async (writer: ClickHouseConfig): Promise<TestDatabase> => {
  const database = `groundswell_test_${Math.random().toString(36).slice(2, 10)}`;
  const config = { ...writer, database };
  const clickhouse = openClickHouse(config);
  await migrate({ client: clickhouse, directory: migrationsDirectory, database });
  return {
    clickhouse,
    config,
    drop: async () => {
      await clickhouse.command('DROP DATABASE {database:Identifier}', { database });
      await clickhouse.close();
    },
  };
};
