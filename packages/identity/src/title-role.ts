import { boundedMemo } from './bounded-memo.ts';
import { seniorityRows } from './data/title-seniorities.ts';
import { workRows } from './data/title-works.ts';
import type { PhraseRow, Role, Seniority, Work } from './data/titles.ts';

export type { Role, Seniority } from './data/titles.ts';

/** What a job title says; empty where it says nothing. */
export interface TitleReading {
  readonly role: Role | '';
  readonly seniority: Seniority | '';
}

/** Longer text in a title field is somebody's biography. */
const MAX_TITLE = 300;

/** The phrases of a row, each once, whatever languages it stands under. */
export const phrasesOf = ({ phrases }: PhraseRow<unknown>): string[] => [
  ...new Set(Object.values(phrases).flatMap((list) => list.split(',').map((phrase) => phrase.trim()))),
];

const pattern = (phrase: string): string =>
  phrase
    .replaceAll('*', '[a-z0-9]*')
    .replaceAll('+', '[a-z0-9]+')
    .replaceAll(' ~ ', ' (?:.* )?')
    .replace(/^=(.*)$/, '^$1$');

/** Ends of words share one search for their beginning: trying each by itself costs several times as much. */
const anyOf = (phrases: readonly string[]): string => {
  const starting = (sign: string): string[] => phrases.filter((phrase) => phrase.startsWith(sign));
  const ends = ['*', '+'].flatMap((sign) => {
    const words = starting(sign).map((phrase) => pattern(phrase.slice(1)));
    return words.length > 0 ? [`${pattern(sign)}(?:${words.join('|')})`] : [];
  });
  return [...phrases.filter((phrase) => !/^[*+]/.test(phrase)).map(pattern), ...ends].join('|');
};

const compile = <Value>(rows: readonly PhraseRow<Value>[]): readonly { value: Value; expression: RegExp }[] =>
  rows.map((row) => ({
    value: row.value,
    expression: new RegExp(`(?:^| )(?:${anyOf(phrasesOf(row))})(?= |$)`),
  }));

const seniorities = compile(seniorityRows);
const works = compile(workRows);

/** Lower case, without accents and punctuation, words one space apart: `Geschäftsführer / C.E.O.` → `geschaftsfuhrer ceo`. */
const plainWords = (title: string): string =>
  title
    .slice(0, MAX_TITLE)
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/\b([a-z])\.(?=[a-z]\b)/g, '$1')
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

const firstIn = <Value>(rows: readonly { value: Value; expression: RegExp }[], words: string): Value | '' =>
  rows.find(({ expression }) => expression.test(words))?.value ?? '';

const budgetRanks: ReadonlySet<Seniority | ''> = new Set(['c_level', 'vp', 'director']);

/**
 * Who decides on money is a matter of kind of work and rank together. `champion` is not among the roles: that somebody
 * carries our case inside the account shows in what they do, never in a title.
 */
const roleOf = (work: Work | '', seniority: Seniority | ''): Role | '' => {
  switch (work) {
    case 'procurement':
    case 'legal':
    case 'technical':
      return work;
    case 'finance':
      return budgetRanks.has(seniority) || seniority === 'head' ? 'economic_buyer' : 'finance';
    case 'business':
      return budgetRanks.has(seniority) ? 'economic_buyer' : 'user';
    case 'general_management':
      return seniority === 'junior' || seniority === 'individual' ? 'user' : 'economic_buyer';
    case '':
      return seniority === 'c_level' ? 'economic_buyer' : '';
  }
};

/**
 * Buying role and seniority of a job title in one of the languages of the tables; docs/titles.md has how often they are
 * right. Both are empty when no word of the
 * title is known; a known kind of work without a rank is `individual`.
 */
export const roleOfTitle: (title: string) => TitleReading = boundedMemo(5_000, (title) => {
  const words = plainWords(title);
  const rank = firstIn(seniorities, words);
  const work = firstIn(works, words);
  const seniority = rank === '' && work !== '' ? 'individual' : rank;
  return { role: roleOf(work, seniority), seniority };
});
