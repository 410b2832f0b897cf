import { languages, origins, type ReadTitle, splits } from './labelled-titles.ts';

/** How many answers agree with the label; of the others, how many say nothing and how many say something else. */
export interface Agreement {
  readonly right: number;
  readonly unsaid: number;
  readonly wrong: number;
}

/** What the tables are worth on one part of the list. */
export interface Accuracy {
  readonly origin: (typeof origins)[number];
  readonly language: string;
  readonly split: (typeof splits)[number];
  readonly titles: number;
  readonly role: Agreement;
  readonly seniority: Agreement;
}

const agreement = (titles: readonly ReadTitle[], of: 'role' | 'seniority'): Agreement => {
  const missed = titles.filter((title) => title[of] !== title.answer[of]);
  const unsaid = missed.filter(({ answer }) => answer[of] === '').length;
  return { right: titles.length - missed.length, unsaid, wrong: missed.length - unsaid };
};

type Part = Pick<Accuracy, 'origin' | 'split' | 'language'>;

const accuracyOf = (part: Part, titles: readonly ReadTitle[]): Accuracy => ({
  ...part,
  titles: titles.length,
  role: agreement(titles, 'role'),
  seniority: agreement(titles, 'seniority'),
});

/**
 * The accuracy on the titles of each origin and split, in each language that has some and in all together. Held-out
 * titles of others first: they say most about titles that nobody here has seen.
 */
export const measureAccuracy = (titles: readonly ReadTitle[]): Accuracy[] =>
  splits.toReversed().flatMap((split) =>
    origins.toReversed().flatMap((origin) => {
      const part = titles.filter((title) => title.split === split && title.origin === origin);
      const byLanguage = Map.groupBy(part, ({ language }) => languages[language]);
      return [
        ...[...byLanguage].map(([language, rows]) => accuracyOf({ origin, split, language }, rows)),
        accuracyOf({ origin, split, language: 'all' }, part),
      ];
    }),
  );

/** Titles whose role or seniority is not the one of the label. */
export const missesOf = (titles: readonly ReadTitle[]): ReadTitle[] =>
  titles.filter(({ role, seniority, answer }) => role !== answer.role || seniority !== answer.seniority);
