import { FlatFields } from './flat-fields.ts';
import { type Rejected, rejected, shown } from './rejection.ts';

/** A record by dotted names: `person: { email }` and `person.email` are the same field. */
export interface FlatRecord {
  readonly ok: true;
  /** what is neither absent nor blank; nested objects only under names that are no group */
  readonly fields: FlatFields;
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

const MOST_NAMES = 1_000;
const LONGEST_NAME = 100;
const dottedNames = new Map<string, Map<string, string>>();

/**
 * `group.name`, mostly one that is known: a name made anew would have to be compared letter by letter. The engine keeps one
 * text per property name, so what it gives back compares by its address.
 */
const dottedName = (group: string, name: string): string => {
  const names = dottedNames.get(group) ?? new Map<string, string>();
  const known = names.get(name);
  if (known !== undefined) return known;
  const dotted = Object.keys({ [`${group}.${name}`]: true })[0] ?? '';
  if (names.size < MOST_NAMES && name.length <= LONGEST_NAME) dottedNames.set(group, names.set(name, dotted));
  return dotted;
};

/**
 * Flattens the objects under the names in `groups` by one level. Inside `verbatim` groups nulls and blanks are kept.
 * Values of one field that stand twice in a record are fine when they say the same. Rejects what is no object, a group that is no object, and a field given twice with different values.
 */
export const flatten = (
  input: unknown,
  groups: ReadonlySet<string>,
  verbatim: ReadonlySet<string> = new Set(),
): FlatRecord | Rejected => {
  if (!isObject(input)) return rejected('wrong_type', `the record: expected an object, found ${shown(input)}`);
  const fields = new FlatFields();
  let twice: string | null = null;
  for (const name in input) {
    const value = input[name];
    if (isAbsent(value)) continue;
    if (!groups.has(name)) {
      if (!fields.put(name, value)) twice ??= name;
      continue;
    }
    if (!isObject(value)) return rejected('wrong_type', `${name}: expected an object, found ${shown(value)}`);
    for (const inner in value) {
      const innerValue = value[inner];
      if (innerValue === undefined) continue;
      if (!verbatim.has(name) && isAbsent(innerValue)) continue;
      const dotted = dottedName(name, inner);
      if (!fields.put(dotted, innerValue)) twice ??= dotted;
    }
  }
  if (twice !== null) return rejected('invalid_value', `${twice}: is given twice, with different values`);
  return { ok: true, fields };
};
