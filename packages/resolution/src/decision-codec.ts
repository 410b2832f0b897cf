import {
  type AvroCodec,
  createCodec,
  DECISION_FORM,
  readReleasedSchema,
  readSchema,
  type Schema,
  type TouchAsserted,
  topics,
} from '@groundswell/schemas';

const isRecordSchema = (schema: unknown, name: string): schema is Schema & object =>
  typeof schema === 'object' && schema !== null && 'name' in schema && schema.name === name && 'fields' in schema;

/** The record type `name` anywhere inside a schema. */
const recordNamed = (schema: unknown, name: string): Schema | null => {
  if (isRecordSchema(schema, name)) return schema;
  if (typeof schema !== 'object' || schema === null) return null;
  for (const part of Object.values(schema)) {
    const found = recordNamed(part, name);
    if (found) return found;
  }
  return null;
};

/** The branch of the changelog's union that is a decision; it refers to no other record type, so it stands alone. */
export const assertedIn = (changelog: Schema): Schema => {
  const schema = recordNamed(changelog, 'TouchAsserted');
  if (!schema) throw new Error(`schema ${topics.touches.schema} has no record TouchAsserted`);
  return schema;
};

const PRESENT = assertedIn(readSchema(topics.touches.schema));

/** Of decisions as they are stored now: a TouchAsserted alone. */
export const decisionCodec = createCodec<TouchAsserted>(PRESENT);

const earlier = new Map<number, AvroCodec<TouchAsserted>>();

const codecOf = (form: number): AvroCodec<TouchAsserted> => {
  const known = earlier.get(form);
  if (known) return known;
  const codec = createCodec<TouchAsserted>(PRESENT, assertedIn(readReleasedSchema(form, topics.touches.schema)));
  earlier.set(form, codec);
  return codec;
};

/**
 * A decision as it would be stored now. The bytes of a stored one do not say how they were written: `form` is the release that
 * did. Throws when there was no such release, or they are not one whole decision of it.
 */
export const inPresentForm = (encoded: Buffer, form: number): Buffer =>
  form === DECISION_FORM ? encoded : decisionCodec.encode(codecOf(form).decode(encoded));
