import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Role, roleOfTitle, type Seniority, type TitleReading } from '@groundswell/identity';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const nothing = z.literal('');
const roles = ['economic_buyer', 'technical', 'finance', 'legal', 'procurement', 'user'] satisfies Role[];
const seniorities = [
  'c_level',
  'vp',
  'director',
  'head',
  'manager',
  'senior',
  'individual',
  'junior',
] satisfies Seniority[];

/** Whoever changes the tables looks at the misses of `tune` only; `held_out` says what they are worth elsewhere. */
export const splits = ['tune', 'held_out'] as const;

/** Who made the title up: whoever made the tables, or others, for lists and seed data of public projects. */
export const origins = ['own', 'others'] as const;

/** In the order of the list. */
export const languages = {
  en: 'English',
  de: 'German',
  fr: 'French',
  es: 'Spanish',
  it: 'Italian',
  pt: 'Portuguese',
  nl: 'Dutch',
} as const;

const labelledTitle = z.object({
  language: z.enum(Object.keys(languages) as (keyof typeof languages)[]),
  origin: z.enum(origins),
  split: z.enum(splits),
  title: z.string().min(1),
  role: z.enum(roles).or(nothing),
  seniority: z.enum(seniorities).or(nothing),
});

/** A job title and what it says to a person who knows the language. */
export type LabelledTitle = z.infer<typeof labelledTitle>;

/** A labelled title and what the tables answer. */
export interface ReadTitle extends LabelledTitle {
  readonly answer: TitleReading;
}

/** Reads a list of labelled titles, CSV with a heading. Throws a ZodError, with the row's number, when a label is none. */
export const parseLabelledTitles = (csv: string): LabelledTitle[] =>
  z.array(labelledTitle).parse(parse(csv, { columns: true }));

/** Every title of the list, in its order, with the tables' answer. */
export const readLabelledTitles = (): ReadTitle[] =>
  parseLabelledTitles(readFileSync(join(import.meta.dirname, 'labelled-titles.csv'), 'utf8')).map((labelled) => ({
    ...labelled,
    answer: roleOfTitle(labelled.title),
  }));
