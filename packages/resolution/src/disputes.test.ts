import type { TouchAsserted } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { describe, expect, it } from 'vitest';
import { Disputes, type TakenDecision } from './disputes.ts';
import { RETRACTED } from './resolve-touch.ts';

const at = (accountId: string | null, revision: number, disposition = 'candidate') =>
  touchAsserted({ touchId: 't', personId: 'p', time: 1, accountId, revision, disposition });

const settled = (disputes: Disputes): (string | null)[] =>
  [...disputes.ready(() => true)].flatMap(({ from }): (string | null)[] => (from.length > 0 ? [...from] : [null]));

const taken = (decision: TouchAsserted, movedFrom: string | null, isOfEarlier = false): TakenDecision => ({
  decision,
  movedFrom,
  isOfEarlier,
});

describe('two decisions about one touch', () => {
  it('are no dispute when the later one follows the earlier, or is the same', () => {
    const disputes = new Disputes();
    expect(disputes.take(at('a', 1), taken(at('a', 1), null))).toBe(false);
    expect(disputes.take(at('a', 1), taken(at('a', 3, 'excluded'), null))).toBe(true);
    expect(disputes.take(at('a', 3), taken(at('b', 5), 'a'))).toBe(true);
    expect(disputes.take(at('b', 5), taken(at('b', 7, RETRACTED), null))).toBe(true);
    expect(disputes.isEmpty).toBe(true);
  });

  it.each([
    ['at one account under one revision: said again', at('a', 3), at('a', 3, 'excluded'), null, false, [null]],
    ['at two accounts under one revision: taken from the other', at('a', 1), at('b', 1), null, false, ['b']],
    ['the other behind: taken from where it was', at('a', 5), at('b', 3), 'a', false, ['b']],
    [
      'the other behind, at the same account: said again, to be the last word',
      at('a', 5),
      at('a', 1),
      null,
      false,
      [null],
    ],
    ['the other ahead, without knowing of this: taken from here', at('a', 1), at('c', 3), 'b', true, ['a']],
    ['the other retracted: said again', at('a', 3), at('a', 3, RETRACTED), null, false, [null]],
    ['this one retracted, the other elsewhere: taken from there', at('a', 3, RETRACTED), at('b', 3), 'a', false, ['b']],
  ] as const)('%s', (_, before, decision, movedFrom, stands, from) => {
    const disputes = new Disputes();
    expect(disputes.take(before, taken(decision, movedFrom))).toBe(stands);
    expect(settled(disputes)).toEqual(from);
    expect(disputes.isEmpty).toBe(true);
  });

  it('are settled by a decision above both that takes the touch from the other account', () => {
    const disputes = new Disputes();
    disputes.take(at('a', 1), taken(at('b', 1), null));
    expect(disputes.take(at('a', 1), taken(at('a', 3), 'b'))).toBe(true);
    expect(settled(disputes)).toEqual([]);
  });

  it('are settled by what was made of the later raw record, above all revisions', () => {
    const disputes = new Disputes();
    expect(disputes.take(at('a', 5), taken(at('b', 9), 'a', true))).toBe(false);
    expect([...disputes.ready(() => true)]).toEqual([{ touchId: 't', from: ['b'], above: 9 }]);
  });

  it('stay a dispute when the next decision does not know of it', () => {
    const disputes = new Disputes();
    disputes.take(at('a', 1), taken(at('b', 1), null));
    disputes.take(at('a', 1), taken(at('c', 3), 'a'));
    expect(settled(disputes)).toEqual(['b']);
  });
});
