import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Role, roleOfTitle, type Seniority, type TitleReading } from '@groundswell/identity';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const roles = ['', 'economic_buyer', 'technical', 'finance', 'legal', 'procurement', 'user'] satisfies (Role | '')[];
const seniorities = [
  ...(['', 'c_level', 'vp', 'director', 'head', 'manager', 'senior', 'individual', 'junior'] satisfies (
    | Seniority
    | ''
  )[]),
];

/** Whoever changes the tables looks at the misses of `tune` only; `held_out` says what they are worth elsewhere. */
export const splits = ['tune', 'held_out'] as const;

const labelledTitle = z.object({
  language: z.enum(['en', 'de', 'fr', 'es', 'it', 'pt', 'nl']),
  split: z.enum(splits),
  title: z.string().min(1),
  role: z.enum(roles),
  seniority: z.enum(seniorities),
});

/** A job title and what it says to a person who knows the language. */
export type LabelledTitle = z.infer<typeof labelledTitle>;

/** A labelled title and what the tables answer. */
export interface ReadTitle {
  readonly labelled: LabelledTitle;
  readonly answer: TitleReading;
}

/** Reads a list of labelled titles (CSV with a heading): throws, with the row at fault, when a label is none. */
export const parseLabelledTitles = (csv: string): LabelledTitle[] =>
  z.array(labelledTitle).parse(parse(csv, { columns: true }));

/** Every title of the list, in its order, with the tables' answer. */
export const readLabelledTitles = (): ReadTitle[] =>
  parseLabelledTitles(readFileSync(join(import.meta.dirname, 'labelled-titles.csv'), 'utf8')).map((labelled) => ({
    labelled,
    answer: roleOfTitle(labelled.title),
  }));
