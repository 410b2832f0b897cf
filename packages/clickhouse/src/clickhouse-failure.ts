import { ClickHouseError } from '@clickhouse/client';

/**
 * What to do about it.
 * `unavailable`: try again, the same statement may well succeed (down, overloaded, out of resources, connection lost).
 * `data`: the values were refused; other rows of the batch may be fine.
 * `statement`: the statement, the schema or the rights are wrong; trying again changes nothing.
 */
export type FailureKind = 'unavailable' | 'data' | 'statement';

/** ClickHouse said no, or could not be asked. `code` is ClickHouse's error name (UNKNOWN_TABLE) or the system's (ECONNREFUSED). */
export class ClickHouseFailure extends Error {
  override name = 'ClickHouseFailure';
  readonly kind: FailureKind;
  readonly code: string;
  /** trying the same again may succeed */
  readonly retryable: boolean;

  constructor(options: { kind: FailureKind; code: string; message: string; cause: unknown }) {
    super(`${options.code}: ${options.message}`, { cause: options.cause });
    this.kind = options.kind;
    this.code = options.code;
    this.retryable = options.kind === 'unavailable';
  }
}

/** Source: ClickHouse src/Common/ErrorCodes.cpp; those that say that the server, not the statement, is the matter. */
const unavailableCodes: ReadonlySet<string> = new Set([
  'ABORTED',
  'ALL_CONNECTION_TRIES_FAILED',
  'ALL_REPLICAS_ARE_STALE',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'CANNOT_ALLOCATE_MEMORY',
  'CANNOT_SCHEDULE_TASK',
  'DEADLOCK_AVOIDED',
  'KEEPER_EXCEPTION',
  'MEMORY_LIMIT_EXCEEDED',
  'NETWORK_ERROR',
  'NO_FREE_CONNECTION',
  'NO_ZOOKEEPER',
  'NOT_ENOUGH_SPACE',
  'POCO_EXCEPTION',
  'QUERY_WAS_CANCELLED',
  'QUERY_WAS_CANCELLED_BY_CLIENT',
  'RESOURCE_NOT_FOUND',
  'S3_ERROR',
  'SERVER_OVERLOADED',
  'SOCKET_TIMEOUT',
  'SYSTEM_ERROR',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_FEW_LIVE_REPLICAS',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'UNFINISHED',
  'UNKNOWN_STATUS_OF_INSERT',
]);

/** The same source; those that say that a value does not fit its column. */
const dataCodes: ReadonlySet<string> = new Set([
  'ARGUMENT_OUT_OF_BOUND',
  'CANNOT_CONVERT_TYPE',
  'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN',
  'CANNOT_PARSE_BOOL',
  'CANNOT_PARSE_DATE',
  'CANNOT_PARSE_DATETIME',
  'CANNOT_PARSE_ESCAPE_SEQUENCE',
  'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_PARSE_NUMBER',
  'CANNOT_PARSE_QUOTED_STRING',
  'CANNOT_PARSE_TEXT',
  'CANNOT_PARSE_UUID',
  'DECIMAL_OVERFLOW',
  'INCORRECT_DATA',
  'TYPE_MISMATCH',
  'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
]);

const kindOfCode = (code: string): FailureKind => {
  if (unavailableCodes.has(code)) return 'unavailable';
  return dataCodes.has(code) ? 'data' : 'statement';
};

const systemCode = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : 'CONNECTION';

/**
 * Classifies what the client threw. Whatever is not an answer of ClickHouse (refused or reset connections, time-outs, a
 * proxy's reply) counts as unavailable, since nothing is known about the statement.
 */
export const toFailure = (error: unknown): ClickHouseFailure => {
  if (error instanceof ClickHouseFailure) return error;
  if (error instanceof ClickHouseError) {
    const code = error.type ?? error.code;
    return new ClickHouseFailure({ kind: kindOfCode(code), code, message: error.message, cause: error });
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  return new ClickHouseFailure({ kind: 'unavailable', code: systemCode(cause), message: cause.message, cause: error });
};
