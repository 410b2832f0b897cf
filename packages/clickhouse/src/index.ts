export type { EncodedRows } from './binary-insert.ts';
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
export { type Column, rowBinaryWriter } from './row-binary.ts';
export { RowBytes } from './row-bytes.ts';
