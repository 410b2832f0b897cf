import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureAccuracy } from './accuracy.ts';
import { languages, parseLabelledTitles, readLabelledTitles } from './labelled-titles.ts';

const titles = readLabelledTitles();

/** Percentages right on held-out titles, by language, as docs/titles.md says them. */
const published = (): Record<string, { role: number; seniority: number }> => {
  const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'titles.md'), 'utf8');
  const row = /^\| held_out \| (?<language>\w+) \| \d+ \| (?<role>[\d.]+) % \| [^|]+ \| (?<seniority>[\d.]+) % \|/gm;
  return Object.fromEntries(
    [...document.matchAll(row)].map(({ groups }) => [
      groups?.['language'],
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

  it('has each title of a language once, alternately to tune and held out', () => {
    for (const [language, part] of Map.groupBy(titles, (title) => title.language)) {
      expect(new Set(part.map(({ title }) => title)).size, language).toBe(part.length);
      const expected = part.map((_, index) => (index % 2 === 0 ? 'tune' : 'held_out'));
      expect(
        part.map(({ split }) => split),
        language,
      ).toEqual(expected);
    }
  });

  it('refuses a label that is none, and says in which row', () => {
    const csv = 'language,split,title,role,seniority\nen,tune,CEO,economic_buyer,c_level\nen,tune,CFO,boss,c_level\n';
    expect(() => parseLabelledTitles(csv)).toThrow(/"role"/);
    expect(() => parseLabelledTitles(csv)).toThrow(/\n\s+1,/);
  });
});

describe('the accuracy of the title tables', () => {
  const heldOut = measureAccuracy(titles).filter(({ split }) => split === 'held_out');

  it('on held-out titles is not below what docs/titles.md says, in any language', () => {
    const promised = published();
    expect(Object.keys(promised)).toEqual([...Object.values(languages), 'all']);
    for (const { language, titles: count, role, seniority } of heldOut) {
      expect((100 * role.right) / count, language).toBeGreaterThanOrEqual((promised[language]?.role ?? 100) - 0.05);
      expect((100 * seniority.right) / count, language).toBeGreaterThanOrEqual(
        (promised[language]?.seniority ?? 100) - 0.05,
      );
    }
  });

  it('on held-out titles stays above 90 % for roles and 95 % for seniority', () => {
    const all = heldOut.find(({ language }) => language === 'all');
    expect((all?.role.right ?? 0) / (all?.titles ?? 1)).toBeGreaterThan(0.9);
    expect((all?.seniority.right ?? 0) / (all?.titles ?? 1)).toBeGreaterThan(0.95);
  });

  it('counts an answer that says nothing apart from a wrong one', () => {
    const title = { language: 'en', split: 'tune', title: 'x', role: 'user', seniority: 'head' } as const;
    const measured = measureAccuracy([
      { ...title, answer: { role: 'user', seniority: 'head' } },
      { ...title, answer: { role: '', seniority: 'vp' } },
    ]);
    expect(measured.find(({ language, split }) => language === 'English' && split === 'tune')).toEqual({
      language: 'English',
      split: 'tune',
      titles: 2,
      role: { right: 1, unsaid: 1, wrong: 0 },
      seniority: { right: 1, unsaid: 0, wrong: 1 },
    });
  });
});
