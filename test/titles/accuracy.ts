import { languages, type ReadTitle, splits } from './labelled-titles.ts';

/** How many answers agree with the label; of the others, how many say nothing and how many say something else. */
export interface Agreement {
  readonly right: number;
  readonly unsaid: number;
  readonly wrong: number;
}

/** What the tables are worth on one part of the list. */
export interface Accuracy {
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

const accuracyOf = (language: string, split: Accuracy['split'], titles: readonly ReadTitle[]): Accuracy => ({
  language,
  split,
  titles: titles.length,
  role: agreement(titles, 'role'),
  seniority: agreement(titles, 'seniority'),
});

/** The accuracy of every language and split, held-out first, and of all languages together. */
export const measureAccuracy = (titles: readonly ReadTitle[]): Accuracy[] =>
  splits.toReversed().flatMap((split) => {
    const part = titles.filter((title) => title.split === split);
    return [
      ...Object.entries(languages).map(([code, name]) =>
        accuracyOf(
          name,
          split,
          part.filter(({ language }) => language === code),
        ),
      ),
      accuracyOf('all', split, part),
    ];
  });

/** Titles whose role or seniority is not the one of the label. */
export const missesOf = (titles: readonly ReadTitle[]): ReadTitle[] =>
  titles.filter(({ role, seniority, answer }) => role !== answer.role || seniority !== answer.seniority);
