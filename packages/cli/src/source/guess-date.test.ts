import { describe, expect, it } from 'vitest';
import { type DateGuess, guessDate } from './guess-date.ts';

const guess = (...texts: string[]): DateGuess | null =>
  guessDate(texts.map((text, index) => ({ line: index + 2, text })));
const formatsOf = (...texts: string[]): readonly string[] | undefined => guess(...texts)?.formats;

describe('the format of dates in a column', () => {
  it('has day first when a day shows it, month first when one shows that, and says which', () => {
    expect(guess('03/02/2026', '25/02/2026')).toMatchObject({ formats: ['D/M/YYYY'], because: { line: 3 } });
    expect(guess('03/02/2026', '2/25/2026')).toMatchObject({ formats: ['M/D/YYYY'], because: { text: '2/25/2026' } });
    expect(formatsOf('25/02/26 9:05 PM')).toEqual(['D/M/YY h:mm A']);
  });

  it('is never guessed when day and month cannot be told apart', () => {
    expect(formatsOf('03/02/2026', '04/02/2026')).toEqual(['D/M/YYYY', 'M/D/YYYY']);
    expect(formatsOf('3-2-2026 9:30')).toEqual(['D-M-YYYY H:mm', 'M-D-YYYY H:mm']);
  });

  it.each([
    ['3.2.2026', 'D.M.YYYY'],
    ['3. Feb 2026', null],
    ['3 Feb 2026', 'D MMM YYYY'],
    ['Feb 3, 2026 9:30 AM', 'MMM D, YYYY h:mm A'],
    ['2026-02-03 3:15:52', 'YYYY-M-D H:mm:ss'],
    ['2026-02-03T09:30:00.000+0000', null],
    ['2026-02-03 09:30:00 UTC', 'YYYY-MM-DD HH:mm:ss [UTC]'],
  ])('of %s is %s', (text, format) => expect(formatsOf(text)?.[0] ?? null).toBe(format));

  it('needs none where the interchange format reads it, and tells whether it has offsets', () => {
    expect(guess('2026-02-03T09:30:00Z')).toMatchObject({ formats: [], hasOffset: true });
    expect(guess('2026-02-03', '2026-02-04 09:30:00')).toMatchObject({ formats: [], hasOffset: false });
    expect(guess('1770111000000')).toMatchObject({ formats: [], epochSeconds: false, hasOffset: true });
    expect(guess('1770111000')).toMatchObject({ epochSeconds: true, hasOffset: true });
  });

  it('is that of most values, and the others are told', () => {
    const found = guess('25/02/2026', '26/02/2026', '2026-02-27', '28/02/2026');
    expect(found).toMatchObject({ formats: ['D/M/YYYY'], misfitCount: 1, misfits: [{ line: 4, text: '2026-02-27' }] });
  });

  it('is none of a column of other things', () => {
    expect(guess('Acme', 'B/C')).toBeNull();
    expect(guess('7', '12')).toBeNull();
    expect(guess('31/02/2026')).toBeNull();
    expect(guess()).toBeNull();
  });
});
