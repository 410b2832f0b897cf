import avsc, { type Schema, type Type } from 'avsc';
import { encodedBody, HEADROOM } from './encoded-record.ts';
import type { Tagged } from './types.gen.ts';

/** Encodes and decodes the Avro body of one topic's values (no header). */
export interface AvroCodec<Value> {
  readonly type: Type;
  /** names of the value's fields */
  readonly fields: readonly string[];
  /** The body of `value`, behind `header` when one is given. Throws when `value` does not fit the schema, naming the path. */
  encode(value: Value, header?: Buffer): Buffer;
  /** Throws when `body` is not one whole value of the writer's schema. */
  decode(body: Buffer): Value;
}

interface TaggedUnion {
  readonly field: string;
  readonly fullNames: ReadonlyMap<string, string>;
}

/** A record whose only field is a union of records: RawRecord and TouchChange. Their branches travel as { kind, body }. */
const taggedUnionOf = (type: Type): TaggedUnion | null => {
  if (!avsc.Type.isType(type, 'record')) return null;
  const fields = (type as avsc.types.RecordType).fields;
  const [only] = fields;
  if (fields.length !== 1 || !only || !avsc.Type.isType(only.type, 'union:wrapped')) return null;
  const branches = (only.type as avsc.types.WrappedUnionType).types;
  const fullNames = branches.map((branch) => branch.name ?? '');
  return {
    field: only.name,
    fullNames: new Map(fullNames.map((name) => [name.slice(name.lastIndexOf('.') + 1), name])),
  };
};

const shortName = (fullName: string): string => fullName.slice(fullName.lastIndexOf('.') + 1);

const explainMismatch = (type: Type, value: unknown): string => {
  const problems: string[] = [];
  type.isValid(value, {
    errorHook: (path, found, expected) =>
      problems.push(`${path.join('.')}: ${JSON.stringify(found)} is not ${expected.typeName}`),
  });
  return problems.join('; ') || 'value does not fit the schema';
};

const NO_HEADER = Buffer.alloc(0);
/** Where values are encoded before they are copied out: avsc's own way zeroes a new buffer for each. Grows with the largest. */
let scratch = Buffer.allocUnsafe(4_096);

const encodeBehind = (header: Buffer, type: Type, value: unknown): Buffer => {
  const end = type.encode(value, scratch, header.length);
  if (end < 0) {
    // What is missing, as a negative number.
    scratch = Buffer.allocUnsafe(2 * (scratch.length - end));
    return encodeBehind(header, type, value);
  }
  const bytes = Buffer.allocUnsafe(end);
  bytes.set(header);
  scratch.copy(bytes, header.length, header.length, end);
  return bytes;
};

/**
 * The bytes of a value that carries its body; undefined of any other. The header goes into the room left for it, which
 * every header of a topic fills alike.
 */
const writtenBehind = (header: Buffer, value: unknown): Buffer | undefined => {
  const written = typeof value === 'object' && value !== null ? encodedBody(value) : undefined;
  if (!written) return undefined;
  if (header.length !== HEADROOM) return Buffer.concat([header, written.subarray(HEADROOM)]);
  written.set(header);
  return written;
};

const encodeChecked = (type: Type, value: unknown, header: Buffer = NO_HEADER): Buffer => {
  const written = writtenBehind(header, value);
  if (written) return written;
  try {
    return encodeBehind(header, type, value);
  } catch (error) {
    throw new TypeError(`Avro ${type.name ?? 'value'}: ${explainMismatch(type, value)}`, { cause: error });
  }
};

/**
 * Codec of `reader`, for values that were written with `writer` (the same schema unless given).
 * Source of the wrapping rule: avsc wraps a union as { fullName: body } when its branches are ambiguous.
 */
export const createCodec = <Value>(reader: Schema, writer: Schema = reader): AvroCodec<Value> => {
  const type = avsc.Type.forSchema(reader);
  const resolver = writer === reader ? undefined : type.createResolver(avsc.Type.forSchema(writer));
  const tagged = taggedUnionOf(type);
  const fields = avsc.Type.isType(type, 'record') ? (type as avsc.types.RecordType).fields.map(({ name }) => name) : [];
  const decodePlain = (body: Buffer): unknown => type.fromBuffer(body, resolver);
  if (!tagged) {
    return {
      type,
      fields,
      encode: (value, header) => encodeChecked(type, value, header),
      decode: (body) => decodePlain(body) as Value,
    };
  }
  const { field, fullNames } = tagged;
  return {
    type,
    fields,
    encode: (value, header = NO_HEADER) => {
      const written = writtenBehind(header, value);
      if (written) return written;
      const { kind, body } = (value as Record<string, Tagged<string, unknown>>)[field] ?? { kind: '', body: undefined };
      const fullName = fullNames.get(kind);
      if (!fullName)
        throw new TypeError(
          `Avro ${type.name}: ${field}.kind ${JSON.stringify(kind)} is none of ${[...fullNames.keys()].join(', ')}`,
        );
      return encodeChecked(type, { [field]: { [fullName]: body } }, header);
    },
    decode: (body) => {
      const wrapped = (decodePlain(body) as Record<string, Record<string, unknown>>)[field] ?? {};
      for (const fullName in wrapped)
        return { [field]: { kind: shortName(fullName), body: wrapped[fullName] } } as Value;
      throw new TypeError(`Avro ${type.name}: ${field} holds no branch`);
    },
  };
};
