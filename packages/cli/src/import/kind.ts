import { basename } from 'node:path';
import { type RecordKind, recordKinds } from '../stack/intake-client.ts';

/** A kind, and what it was told by; null for the latter: it is the default. */
export interface GuessedKind {
  readonly kind: RecordKind;
  readonly because: string | null;
}

const byName = (fileName: string): RecordKind | undefined => {
  const words = basename(fileName)
    .toLowerCase()
    .split(/[^a-z]+/);
  const inOrder = `_${words.join('_')}_`;
  return recordKinds.find((kind) => inOrder.includes(`_${kind}_`));
};

/** Names that files of touches have too (content downloads, responses to campaigns): one with a time of each row is of those. */
const AMBIGUOUS: ReadonlySet<RecordKind> = new Set(['campaigns', 'content']);

/** Fields that only one kind has, in the order in which they are looked for. */
const tellingFields: readonly (readonly [RecordKind, readonly string[]])[] = [
  ['touches', ['time']],
  ['exclusions', ['kind', 'value']],
  ['opportunity_contacts', ['opportunity_id', 'person_id']],
  ['opportunity_stages', ['opportunity_id', 'stage']],
  ['orders', ['account_id', 'amount', 'at']],
  ['content', ['url', 'title']],
  ['campaigns', ['cost']],
  ['opportunities', ['stage']],
  ['accounts', ['domains']],
  ['accounts', ['lifecycle']],
  ['people', ['email']],
];

const byFields = (record: Readonly<Record<string, unknown>>): { kind: RecordKind; field: string } | undefined => {
  for (const [kind, fields] of tellingFields) {
    if (fields.every((field) => Object.hasOwn(record, field))) return { kind, field: fields.join(' and ') };
  }
  return undefined;
};

/** Tells the kind of a file: a word of its name, else the fields of its first record, else touches. */
export const guessKind = (fileName: string, first: Readonly<Record<string, unknown>> | undefined): GuessedKind => {
  const named = byName(fileName);
  const told = first === undefined ? undefined : byFields(first);
  const trusted = named !== undefined && !(AMBIGUOUS.has(named) && told?.kind === 'touches');
  if (trusted) return { kind: named, because: `the name of the file` };
  if (told !== undefined) return { kind: told.kind, because: `the first record has ${told.field}` };
  return { kind: 'touches', because: null };
};
