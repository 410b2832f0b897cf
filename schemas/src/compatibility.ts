import avsc, { type Schema, type Type } from 'avsc';

export interface Incompatibility {
  /** the innermost field at fault, dotted */
  readonly field: string;
  readonly message: string;
}

const failure = (reader: Type, writer: Type): string | null => {
  try {
    reader.createResolver(writer);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const fieldsOf = (type: Type): readonly avsc.types.Field[] => {
  if (avsc.Type.isType(type, 'record')) return (type as avsc.types.RecordType).fields;
  // the branches of a union of records, each as a field of its own name
  if (avsc.Type.isType(type, 'union')) {
    return (type as avsc.types.UnwrappedUnionType).types.map(
      (branch) => ({ name: branch.name ?? '', type: branch }) as avsc.types.Field,
    );
  }
  return [];
};

/** avsc's message does not name the field of a nested mismatch, so walk down to the field that fails by itself. */
const locate = (reader: Type, writer: Type, path: readonly string[]): Incompatibility => {
  const earlier = new Map(fieldsOf(writer).map((field) => [field.name, field]));
  for (const field of fieldsOf(reader)) {
    const before = earlier.get(field.name);
    if (before && failure(field.type, before.type)) return locate(field.type, before.type, [...path, field.name]);
    if (!before && avsc.Type.isType(reader, 'record') && field.defaultValue() === undefined) {
      const name = [...path, field.name].join('.');
      return { field: name, message: `field ${name} is new and has no default` };
    }
  }
  const later = new Set(fieldsOf(reader).map((field) => field.name));
  if (avsc.Type.isType(reader, 'union')) {
    const gone = [...earlier.keys()].find((name) => !later.has(name));
    if (gone) return { field: [...path, gone].join('.'), message: `branch ${gone} was removed` };
  }
  return { field: path.join('.') || '(type)', message: failure(reader, writer) ?? 'incompatible' };
};

/**
 * Whether a reader with `current` can read what a writer wrote with `earlier` (Avro's BACKWARD rule).
 * Returns null when it can, else what stands in the way. Throws only for a schema avsc cannot parse.
 */
export const backwardIncompatibility = (current: Schema, earlier: Schema): Incompatibility | null => {
  const reader = avsc.Type.forSchema(current);
  const writer = avsc.Type.forSchema(earlier);
  return failure(reader, writer) === null ? null : locate(reader, writer, []);
};
