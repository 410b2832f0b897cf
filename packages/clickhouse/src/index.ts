export {
  type ClickHouse,
  type ClickHouseConfig,
  openClickHouse,
  type QueryParam,
  type QueryParams,
} from './clickhouse.ts';
export { ClickHouseFailure, type FailureKind } from './clickhouse-failure.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export { migrationsDirectory } from './migration-files.ts';
