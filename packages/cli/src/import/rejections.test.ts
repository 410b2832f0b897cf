import { describe, expect, it } from 'vitest';
import { Rejections } from './rejections.ts';

describe('Rejections', () => {
  it('counts by reason, keeps the first lines and the first message, most frequent first', () => {
    const rejections = new Rejections();
    rejections.add('no_person', 1, 'nobody');
    for (let line = 2; line < 10; line += 1) rejections.add('wrong_type', line, `line ${line}`);
    expect(rejections.summaries()).toEqual([
      { reason: 'wrong_type', count: 8, lines: [2, 3, 4, 5, 6], message: 'line 2' },
      { reason: 'no_person', count: 1, lines: [1], message: 'nobody' },
    ]);
  });

  it('goes on from what an earlier run counted, without changing it', () => {
    const earlier = [{ reason: 'no_person', count: 3, lines: [1], message: 'nobody' }];
    const rejections = new Rejections(earlier);
    rejections.add('no_person', 9, 'nobody else');
    expect(rejections.summaries()).toEqual([{ reason: 'no_person', count: 4, lines: [1, 9], message: 'nobody' }]);
    expect(earlier[0]?.count).toBe(3);
  });
});
