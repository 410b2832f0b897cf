import type { Schema } from 'avsc';

/** How a field stands in the bytes. */
export type WireType = 'text' | 'long' | 'boolean' | 'text or null' | 'float' | 'double' | 'long or null' | 'null';

export interface PlannedField {
  readonly name: string;
  readonly type: WireType;
  /** of `text or null` and `long or null`: the branch that is null */
  readonly nullBranch: number;
}

interface RecordSchema {
  readonly type: 'record';
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: unknown }[];
}

const isRecord = (schema: unknown): schema is RecordSchema =>
  typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'record' && 'fields' in schema;

const simple: Readonly<Record<string, WireType>> = {
  string: 'text',
  bytes: 'text',
  int: 'long',
  long: 'long',
  boolean: 'boolean',
  float: 'float',
  double: 'double',
  null: 'null',
};

const wireTypeOf = (schema: unknown): { type: WireType; nullBranch: number } | null => {
  if (typeof schema === 'string') {
    const type = simple[schema];
    return type === undefined ? null : { type, nullBranch: -1 };
  }
  if (!Array.isArray(schema) || schema.length !== 2) return null;
  const nullBranch = schema.indexOf('null');
  const other = wireTypeOf(schema[1 - nullBranch])?.type;
  if (nullBranch === -1 || (other !== 'text' && other !== 'long')) return null;
  return { type: other === 'text' ? 'text or null' : 'long or null', nullBranch };
};

/**
 * The fields of one branch of a union of records, in the order they are written, when a record of our kind holds that
 * union as its only field; null when the writer's schema is anything else than fields of simple types.
 */
export const planBranch = (writer: Schema, branchName: string): { branch: number; fields: PlannedField[] } | null => {
  if (!isRecord(writer) || writer.fields.length !== 1) return null;
  const branches = writer.fields[0]?.type;
  if (!Array.isArray(branches)) return null;
  const branch = branches.findIndex((candidate) => isRecord(candidate) && shortName(candidate.name) === branchName);
  const record: unknown = branches[branch];
  if (!isRecord(record)) return null;
  const fields: PlannedField[] = [];
  for (const { name, type } of record.fields) {
    const wire = wireTypeOf(type);
    if (!wire) return null;
    fields.push({ name, ...wire });
  }
  return { branch, fields };
};

const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
