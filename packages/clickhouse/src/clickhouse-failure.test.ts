import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { toFailure } from './clickhouse-failure.ts';

const answer = (type: string): ClickHouseError => new ClickHouseError({ message: 'no', code: '1', type });

describe('toFailure', () => {
  it.each(['TOO_MANY_PARTS', 'MEMORY_LIMIT_EXCEEDED', 'NOT_ENOUGH_SPACE', 'TIMEOUT_EXCEEDED'])(
    '%s is worth another try',
    (type) => {
      expect(toFailure(answer(type))).toMatchObject({ kind: 'unavailable', code: type, retryable: true });
    },
  );

  it('a value that does not fit is the fault of the data', () => {
    expect(toFailure(answer('CANNOT_PARSE_UUID'))).toMatchObject({ kind: 'data', retryable: false });
  });

  it.each(['UNKNOWN_TABLE', 'ACCESS_DENIED', 'AUTHENTICATION_FAILED', 'SYNTAX_ERROR'])(
    '%s stays wrong however often it is tried',
    (type) => {
      expect(toFailure(answer(type))).toMatchObject({ kind: 'statement', retryable: false });
    },
  );

  it('a connection that fails says nothing about the statement, so it is worth another try', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(toFailure(refused)).toMatchObject({ kind: 'unavailable', code: 'ECONNREFUSED', retryable: true });
    expect(toFailure(new Error('Timeout error.'))).toMatchObject({ kind: 'unavailable', retryable: true });
  });

  it('classifies once', () => {
    const failure = toFailure(answer('UNKNOWN_TABLE'));
    expect(toFailure(failure)).toBe(failure);
  });
});
