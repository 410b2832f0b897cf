import type { SourceAuth } from './auth.ts';
import type { RuleReads } from './mapping/reads.ts';
import type { MappedKind, Mapping } from './mapping/rules.ts';

/** A time zone that nobody declared: what the interchange format falls back to. */
export const DEFAULT_TIME_ZONE = 'UTC';

/** How the records of a source stand in what it sends. */
export const sourceFormats = [
  'touches',
  'json',
  'segment',
  'marketo',
  'adobe-io',
  'hubspot',
  'salesloft',
  'cloudevents',
  'csv',
] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** A case that a source file carries: a record of the tool, and what must become of it. */
export interface SourceTest {
  readonly name: string;
  readonly payload: unknown;
  /** records in order, each with the fields that it must have (null: must not have); others are free */
  readonly gives?: readonly { readonly [Kind in MappedKind]?: Readonly<Record<string, unknown>> }[];
  /** true: a rule leaves it out */
  readonly skipped?: true;
  /** reason code with which it is refused */
  readonly rejected?: string;
}

/** A system touches come from, as declared by its owner. */
export interface Source {
  readonly id: string;
  /** for people; the id when the file gives none */
  readonly name: string;
  /** epoch ms; what was received before it never routes. null: never live, so nothing of it routes */
  readonly goLive: number | null;
  /** IANA name; gives an offset to dates and times that carry none */
  readonly timeZone: string;
  readonly format: SourceFormat;
  /** first 12 digits of the SHA-256 of the file: which declaration a touch was read with */
  readonly version: string;
  /** null: whoever reaches intake may send */
  readonly auth: SourceAuth | null;
  /** fields of touches that the sender, or the rule, leaves open */
  readonly defaults: Readonly<Record<string, string>>;
  /** null: it sends the interchange format */
  readonly mapping: Mapping | null;
  /** what its rules look at; empty without rules */
  readonly reads: readonly RuleReads[];
  readonly tests: readonly SourceTest[];
}

/** One thing wrong in a source file: where, what stands there, and what may stand there. */
export interface SourceProblem {
  readonly file: string;
  /** from 1; absent: it is not about one place */
  readonly line?: number;
  /** field, with dots and indexes below it, or '' for the file as a whole */
  readonly path: string;
  /** JSON text of what was found; 'nothing' when it is missing */
  readonly value: string;
  readonly allowed: string;
}

/** One line for a person: file and line, path, value, what is allowed. */
export const describeProblem = ({ file, line, path, value, allowed }: SourceProblem): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}found ${value}; allowed: ${allowed}`;
