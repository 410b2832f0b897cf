import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Accuracy, measureAccuracy } from './accuracy.ts';
import { languages, parseLabelledTitles, readLabelledTitles } from './labelled-titles.ts';

const titles = readLabelledTitles();

/** Percentages right on held-out titles, by origin and language, as docs/titles.md says them. */
const published = (): Record<string, { role: number; seniority: number }> => {
  const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'titles.md'), 'utf8');
  const row = /^\| (?<part>\w+ \| held_out \| \w+) \| \d+ \| (?<role>[\d.]+) % \| [^|]+ \| (?<seniority>[\d.]+) % \|/gm;
  return Object.fromEntries(
    [...document.matchAll(row)].map(({ groups }) => [
      groups?.['part'],
      { role: Number(groups?.['role']), seniority: Number(groups?.['seniority']) },
    ]),
  );
};

describe('the list of labelled titles', () => {
  it('has at least 360 titles, 50 in each of five languages', () => {
    const counts = Map.groupBy(titles, ({ language }) => language);
    expect(titles.length).toBeGreaterThanOrEqual(360);
    expect([...counts.values()].filter(({ length }) => length >= 50).length).toBeGreaterThanOrEqual(5);
  });

  it('has each title of a language once', () => {
    const names = titles.map(({ language, title }) => `${language} ${title.toLowerCase()}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('gives the titles written for it to tune and held out by turns', () => {
    const own = titles.filter(({ origin }) => origin === 'own');
    for (const [language, part] of Map.groupBy(own, (title) => title.language)) {
      const turns = part.map((_, index) => (index % 2 === 0 ? 'tune' : 'held_out'));
      expect(
        part.map(({ split }) => split),
        language,
      ).toEqual(turns);
    }
  });

  it('refuses a label that is none, and says in which row', () => {
    const csv =
      'language,origin,split,title,role,seniority\nen,own,tune,CEO,economic_buyer,c_level\nen,own,tune,CFO,boss,\n';
    expect(() => parseLabelledTitles(csv)).toThrow(/"role"/);
    expect(() => parseLabelledTitles(csv)).toThrow(/\n\s+1,/);
  });
});

const partOf = ({ origin, split, language }: Accuracy): string => `${origin} | ${split} | ${language}`;

/** As the document rounds it. */
const percent = (part: Accuracy, of: 'role' | 'seniority'): number =>
  Number(((100 * part[of].right) / part.titles).toFixed(1));

describe('the accuracy of the title tables', () => {
  const heldOut = measureAccuracy(titles).filter(({ split }) => split === 'held_out');

  it('on held-out titles is not below what docs/titles.md says, in any language', () => {
    const promised = published();
    expect(heldOut.map(partOf)).toEqual(Object.keys(promised));
    expect(heldOut.length).toBe(2 * (Object.keys(languages).length + 1));
    for (const measured of heldOut) {
      const part = partOf(measured);
      expect(percent(measured, 'role'), part).toBeGreaterThanOrEqual(promised[part]?.role ?? 100);
      expect(percent(measured, 'seniority'), part).toBeGreaterThanOrEqual(promised[part]?.seniority ?? 100);
    }
  });

  // Writing the document anew must not be enough to let it sink.
  it.each([
    ['others', 85, 90],
    ['own', 95, 95],
  ])('on held-out titles of %s stays above %d %% for roles and %d %% for seniority', (origin, role, seniority) => {
    const [all] = heldOut.filter((part) => part.origin === origin && part.language === 'all');
    if (all === undefined) throw new Error(`nothing was measured on titles of ${origin}`);
    expect(percent(all, 'role')).toBeGreaterThan(role);
    expect(percent(all, 'seniority')).toBeGreaterThan(seniority);
  });

  it('counts an answer that says nothing apart from a wrong one', () => {
    const title = {
      language: 'en',
      origin: 'own',
      split: 'tune',
      title: 'x',
      role: 'user',
      seniority: 'head',
    } as const;
    const measured = measureAccuracy([
      { ...title, answer: { role: 'user', seniority: 'head' } },
      { ...title, answer: { role: '', seniority: 'vp' } },
    ]);
    expect(measured.find(({ language }) => language === 'English')).toEqual({
      origin: 'own',
      language: 'English',
      split: 'tune',
      titles: 2,
      role: { right: 1, unsaid: 1, wrong: 0 },
      seniority: { right: 1, unsaid: 0, wrong: 1 },
    });
  });
});
