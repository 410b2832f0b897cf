import type { PersonRecord } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { DirectoryTitles } from './directory-titles.ts';

const JANUARY = Date.UTC(2026, 0, 1);
const MAY = Date.UTC(2026, 4, 1);
const ANN = { address: 'ann@acme.example', local: 'ann', domain: 'acme.example' };

const row = (changes: Partial<PersonRecord>): PersonRecord => ({
  ...{ source: 'crm', id: 'p-1', validFrom: JANUARY, email: ANN.address, title: 'Engineer', accountId: null },
  ...{ consent: {}, status: '', received: JANUARY, ...changes },
});

/** As the records of the topic people are keyed. */
const keyOf = ({ source, id, validFrom }: PersonRecord): string => `${source}\u0000${id}\u0000${validFrom}`;

const titlesOf = (...rows: readonly PersonRecord[]): DirectoryTitles => {
  const titles = new DirectoryTitles();
  for (const one of rows) titles.replace(keyOf(one), one);
  return titles;
};

const versions = [row({}), row({ validFrom: MAY, title: 'CTO', received: MAY })];

describe('titles of the directory', () => {
  it.each([
    ['in order', versions],
    ['the later version first', versions.toReversed()],
  ])('are as of the touch, whichever version arrived first: %s', (_order, rows) => {
    const titles = titlesOf(...rows);
    expect(titles.titleOf(ANN, JANUARY - 1)).toBeNull();
    expect(titles.titleOf(ANN, MAY - 1)).toBe('Engineer');
    expect(titles.titleOf(ANN, MAY)).toBe('CTO');
  });

  it('a row of the same date corrects its version and leaves the others', () => {
    const titles = titlesOf(...versions, row({ title: 'Architect', received: MAY + 1 }));
    expect(titles.titleOf(ANN, MAY - 1)).toBe('Architect');
    expect(titles.titleOf(ANN, MAY)).toBe('CTO');
  });

  it('a version that was withdrawn leaves the one before it', () => {
    const titles = titlesOf(...versions);
    titles.replace(keyOf(row({ validFrom: MAY })), null);
    expect(titles.titleOf(ANN, MAY)).toBe('Engineer');
  });

  it('of one version under a key of before and one of its own, the last received holds', () => {
    const titles = new DirectoryTitles();
    titles.replace('crm\u0000p-1', row({}));
    titles.replace(keyOf(row({})), row({ title: 'Architect', received: MAY }));
    expect(titles.titleOf(ANN, MAY)).toBe('Architect');
  });
});
