import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stickyAssignment } from './sticky-assignment.ts';

const member = (memberId: string, owned: readonly (readonly [number, number])[] = []) => ({
  memberId,
  owned: new Map(owned),
});

const group = fc.uniqueArray(
  fc.record({
    memberId: fc.string({ minLength: 1, maxLength: 4 }),
    owned: fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.nat(1_000))).map((claims) => new Map(claims)),
  }),
  { selector: ({ memberId }) => memberId, minLength: 1, maxLength: 8 },
);

describe('stickyAssignment', () => {
  it('gives every partition to exactly one member, in shares that differ by at most one', () => {
    fc.assert(
      fc.property(group, fc.integer({ min: 0, max: 20 }), (members, partitions) => {
        const assignment = stickyAssignment(members, partitions);
        const given = [...assignment.values()].flat().sort((a, b) => a - b);
        expect(given).toEqual(Array.from({ length: partitions }, (_, partition) => partition));
        const sizes = [...assignment.values()].map((list) => list.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('changes nothing when it is asked again with what it gave', () => {
    fc.assert(
      fc.property(group, fc.integer({ min: 0, max: 20 }), (members, partitions) => {
        const first = stickyAssignment(members, partitions);
        const again = [...first].map(([memberId, list]) =>
          member(
            memberId,
            list.map((partition) => [partition, 7]),
          ),
        );
        expect(stickyAssignment(again, partitions)).toEqual(stickyAssignment(again.reverse(), partitions));
        expect(new Map([...stickyAssignment(again, partitions)].sort())).toEqual(new Map([...first].sort()));
      }),
    );
  });

  it('moves only what a new member needs', () => {
    const owner = member(
      'a',
      [0, 1, 2, 3, 4, 5].map((partition) => [partition, 10]),
    );
    const assignment = stickyAssignment([owner, member('b')], 6);
    expect(assignment.get('a')).toEqual([0, 1, 2]);
    expect(assignment.get('b')).toEqual([3, 4, 5]);
  });

  it('gives a partition back to the member whose state is furthest ahead', () => {
    const assignment = stickyAssignment([member('a', [[0, 5]]), member('b', [[0, 9]])], 1);
    expect(assignment.get('b')).toEqual([0]);
  });
});
