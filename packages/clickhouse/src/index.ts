export {
  type ClickHouse,
  type ClickHouseConfig,
  openClickHouse,
  type QueryParam,
  type QueryParams,
} from './clickhouse.ts';
export { ClickHouseFailure, type FailureKind } from './clickhouse-failure.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export {
  type AppliedMigration,
  type Migration,
  MigrationError,
  migrationsDirectory,
  pendingMigrations,
  readMigrations,
} from './migration-files.ts';
