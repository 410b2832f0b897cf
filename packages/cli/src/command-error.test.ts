import { describe, expect, it } from 'vitest';
import { reasonOf } from './command-error.ts';

describe('reasonOf', () => {
  it('says what hides in the causes', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(reasonOf(new TypeError('fetch failed', { cause: refused }))).toBe(
      'fetch failed: connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  it('takes the first of several failures, and a code where there is no message', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect(reasonOf(new AggregateError([refused], ''))).toBe('AggregateError: ECONNREFUSED');
    expect(reasonOf('text')).toBe('text');
  });

  it('says a message once', () => {
    expect(reasonOf(new Error('a: b', { cause: new Error('b') }))).toBe('a: b');
  });
});
