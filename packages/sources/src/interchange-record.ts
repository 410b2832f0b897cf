import type { MappedRecord } from './mapping/rules.ts';
import type { Source } from './source.ts';

/** Ids are numbers in one tool and texts in another; the interchange format has texts. */
const plain = (value: unknown): unknown =>
  ['number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : value;

/** A mapped record as the interchange format has it: of this source, and with the defaults of its touches. */
export const interchangeRecord = (
  source: Source,
  { kind, fields }: MappedRecord,
): Readonly<Record<string, unknown>> => {
  const record = new Map<string, unknown>(kind === 'touch' ? Object.entries(source.defaults) : []);
  for (const [name, value] of Object.entries(fields))
    record.set(name, name.startsWith('properties') ? value : plain(value));
  record.set('source', source.id);
  return Object.fromEntries(record);
};
