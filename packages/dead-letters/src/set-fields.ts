import { type Rejected, rejected } from '@groundswell/interchange';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type EditedRecord = { readonly ok: true; readonly value: unknown } | Rejected;

/** `person.email` stands either as that name or inside an object `person`: wherever it stands, it is replaced. */
const withField = (record: JsonObject, [name, text]: readonly [string, string]): JsonObject => {
  const dot = name.indexOf('.');
  const group = dot < 0 ? undefined : record[name.slice(0, dot)];
  if (!isObject(group)) return { ...record, [name]: text };
  const { [name]: _dotted, ...others } = record;
  return { ...others, [name.slice(0, dot)]: { ...group, [name.slice(dot + 1)]: text } };
};

/** Sets fields of a record by their dotted names, as texts; an empty text takes a field away, as a blank cell of CSV does. */
export const setFields = (value: unknown, fields: Readonly<Record<string, string>>): EditedRecord => {
  const entries = Object.entries(fields);
  if (entries.length === 0) return { ok: true, value };
  if (!isObject(value)) {
    return rejected('wrong_type', 'the record: is not an object, so no field of it can be set; give it as a whole');
  }
  return { ok: true, value: entries.reduce(withField, value) };
};
