import { describe, expect, it } from 'vitest';
import { Corrections } from './corrections.ts';
import { NO_DECISION } from './no-decision.ts';

const corrected = { ...NO_DECISION, correction: 1, cause: 'directory', movedFrom: null };

const unpublished = (corrections: Corrections): string[] => corrections.takeUnpublished().map(({ touchId }) => touchId);

describe('which corrections were published', () => {
  it('is marked when the flush after the one that sent them begins', () => {
    const corrections = new Corrections();
    corrections.known(10);
    corrections.next();
    expect(corrections.mark()).toBeNull();
    // Acknowledged: the correction lay at 10.
    corrections.known(11);
    expect(corrections.mark()?.correction).toBe(10);
    expect(corrections.hasWork).toBe(true);
    corrections.known(12);
    expect(corrections.mark()?.correction).toBe(11);
    expect(corrections.hasWork).toBe(false);
    expect(corrections.mark()).toBeNull();
  });

  it('is known after a crash by the highest mark, whoever wrote it: what lies above is published again', () => {
    const corrections = new Corrections();
    for (const [offset, touchId] of ['a', 'b', 'c', 'd'].entries())
      corrections.restore(touchId, corrected, { revision: 3, offset });
    corrections.restoreMark({ ...NO_DECISION, correction: 2 });
    corrections.restoreMark({ ...NO_DECISION, correction: 1 });
    expect(unpublished(corrections)).toEqual(['c', 'd']);
    expect(unpublished(corrections)).toEqual([]);
    expect(corrections.hasWork).toBe(true);
  });
});
