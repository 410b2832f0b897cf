import { describe, expect, it } from 'vitest';
import { boundedMemo } from './bounded-memo.ts';

describe('a bounded memo', () => {
  it('computes an answer once, also when it is null, until too many are remembered', () => {
    const asked: string[] = [];
    const memo = boundedMemo(2, (text) => {
      asked.push(text);
      return text === 'none' ? null : text.length;
    });
    expect(['none', 'ab', 'none', 'ab'].map(memo)).toEqual([null, 2, null, 2]);
    expect(asked).toEqual(['none', 'ab']);
    expect(['abc', 'abc', 'none'].map(memo)).toEqual([3, 3, null]);
    expect(asked).toEqual(['none', 'ab', 'abc', 'none']);
  });

  it('does not keep long texts', () => {
    let computed = 0;
    const memo = boundedMemo(10, () => {
      computed += 1;
      return computed;
    });
    expect([memo('x'.repeat(301)), memo('x'.repeat(301))]).toEqual([1, 2]);
  });
});
