import { describe, expect, it } from 'vitest';
import { Revisions } from './revisions.ts';

const touchId = '70000000-0000-4000-8000-000000000000';

describe('the revisions that were seen', () => {
  it('are kept until the touch has left wherever it sat, also when it was sent once more as an earlier one', () => {
    const revisions = new Revisions();
    revisions.note('acme.example', { touchId, revision: 3, effectiveTime: 100 });
    revisions.note('acme.example', { touchId, revision: 5, effectiveTime: 10 });
    revisions.forgetUntil(50);
    expect(revisions.isStale('acme.example', { touchId, revision: 4 })).toBe(true);
    revisions.forgetUntil(100);
    expect(revisions.isStale('acme.example', { touchId, revision: 4 })).toBe(false);
  });
});
