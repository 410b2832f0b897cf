import { type Rejected, rejected, shown } from './rejection.ts';

/** A record by dotted names: `person: { email }` and `person.email` are the same field. */
export interface FlatRecord {
  readonly ok: true;
  /** what is neither absent nor blank; nested objects only under names that are no group */
  readonly fields: ReadonlyMap<string, unknown>;
}

const SPACE = 0x20;
const ASCII_END = 0x7f;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** null, blank text and an empty CSV cell mean that a field is absent. */
const isAbsent = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && isBlank(value));

/** Mostly the first character tells. */
const isBlank = (text: string): boolean =>
  !(text.charCodeAt(0) > SPACE && text.charCodeAt(0) < ASCII_END) && text.trim() === '';

/** Values of one field that stand twice in a record are fine when they say the same. */
const saysTheSame = (a: unknown, b: unknown): boolean => Object.is(a, b);

/**
 * Flattens the objects under the names in `groups` by one level. Inside `verbatim` groups nulls and blanks are kept.
 * Rejects what is no object, a group that is no object, and a field given twice with different values.
 */
export const flatten = (
  input: unknown,
  groups: ReadonlySet<string>,
  verbatim: ReadonlySet<string> = new Set(),
): FlatRecord | Rejected => {
  if (!isObject(input)) return rejected('wrong_type', `the record: expected an object, found ${shown(input)}`);
  const fields = new Map<string, unknown>();
  const twice: string[] = [];
  const put = (name: string, value: unknown): void => {
    const before = fields.get(name);
    if (before !== undefined && !saysTheSame(before, value)) twice.push(name);
    fields.set(name, value);
  };
  for (const name in input) {
    const value = input[name];
    if (isAbsent(value)) continue;
    if (!groups.has(name)) {
      put(name, value);
      continue;
    }
    if (!isObject(value)) return rejected('wrong_type', `${name}: expected an object, found ${shown(value)}`);
    for (const inner in value) {
      const innerValue = value[inner];
      if (innerValue === undefined) continue;
      if (verbatim.has(name) || !isAbsent(innerValue)) put(`${name}.${inner}`, innerValue);
    }
  }
  const [name] = twice;
  if (name !== undefined) return rejected('invalid_value', `${name}: is given twice, with different values`);
  return { ok: true, fields };
};
