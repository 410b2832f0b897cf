import { createCodec, type Schema } from '@groundswell/schemas';
import type { ValueReader } from '@groundswell/stream';

/** Fields to keep, by the name of the record type; types that are not named are kept whole. */
type KeptFields = Readonly<Record<string, readonly string[]>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const narrowed = (schema: unknown, kept: KeptFields): unknown => {
  if (Array.isArray(schema)) return schema.map((part) => narrowed(part, kept));
  if (!isObject(schema)) return schema;
  const { name, fields } = schema;
  const keep = typeof name === 'string' && Array.isArray(fields) ? kept[name] : undefined;
  const parts = Object.entries(schema).map(([key, value]): [string, unknown] => {
    const isFields = key === 'fields' && keep !== undefined && Array.isArray(value);
    const left = isFields ? value.filter((field) => isObject(field) && keep.includes(String(field['name']))) : value;
    return [key, narrowed(left, kept)];
  });
  return Object.fromEntries(parts);
};

/** Reads values of `schema` without the fields that are not kept: Avro's schema resolution skips them. */
export const partialReader = <Value>(schema: Schema, kept: KeptFields): ValueReader<Value> => {
  const reader = narrowed(schema, kept) as Schema;
  return (writer) => {
    const codec = createCodec<Value>(reader, writer);
    return (bytes, from) => codec.decode(bytes.subarray(from));
  };
};
