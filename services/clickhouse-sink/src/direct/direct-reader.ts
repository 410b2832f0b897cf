import {
  AvroReader,
  createCodec,
  type AvroReader as Reader,
  readSchema,
  type Schema,
  type TopicDeclaration,
} from '@groundswell/schemas';
import type { ValueReader } from '@groundswell/stream';
import type { DirectOutput, DirectTable } from './direct-rows.ts';

/**
 * A topic's most frequent records straight from their bytes into bytes of rows: no object and no string is made of them.
 * Records of another kind, and any that something is wrong with, go the long way, which knows what is wrong.
 */
export interface DirectEncoding {
  readonly tables: readonly DirectTable[];
  /**
   * Writes one row to each table. False: this record is for the long way, and what was written of it is of no use.
   * @throws RangeError when the bytes end too early
   */
  encode(reader: Reader, output: DirectOutput): boolean;
}

/** Where the rows of the next record go. */
export interface DirectSlot {
  output: DirectOutput | null;
}

/** Encodes records into the slot's output and says whether it did; false for all that were not written by our own schema. */
export const directReader =
  (topic: TopicDeclaration, encoding: DirectEncoding, slot: DirectSlot): ValueReader<boolean> =>
  (writer: Schema) => {
    const own = createCodec<unknown>(readSchema(topic.schema));
    // Not by its text: a registry gives schemas back in a form of its own.
    if (!createCodec<unknown>(writer).type.equals(own.type)) return () => false;
    const reader = new AvroReader();
    return (bytes, from) => {
      if (!slot.output) return false;
      reader.bytes = bytes;
      reader.position = from;
      return encoding.encode(reader, slot.output) && reader.position === bytes.length;
    };
  };

interface UnionSchema {
  readonly fields: readonly [{ readonly type: readonly { readonly name: string }[] }];
}

const isUnionRecord = (schema: unknown): schema is UnionSchema =>
  typeof schema === 'object' &&
  schema !== null &&
  'fields' in schema &&
  Array.isArray(schema.fields) &&
  Array.isArray(schema.fields[0]?.type);

/** The number of a record type in the union that a topic's records hold. */
export const branchOf = (topic: TopicDeclaration, name: string): number => {
  const schema = readSchema(topic.schema);
  const branch = isUnionRecord(schema) ? schema.fields[0].type.findIndex((type) => type.name === name) : -1;
  if (branch < 0) throw new Error(`${topic.schema} has no ${name}`);
  return branch;
};
