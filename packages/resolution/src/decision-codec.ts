import { createCodec, readSchema, type Schema, type TouchAsserted, topics } from '@groundswell/schemas';

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
const assertedCodec = () => {
  const schema = recordNamed(readSchema(topics.touches.schema), 'TouchAsserted');
  if (!schema) throw new Error(`schema ${topics.touches.schema} has no record TouchAsserted`);
  return createCodec<TouchAsserted>(schema);
};

/** Of decisions as they are stored: a TouchAsserted alone. */
export const decisionCodec = assertedCodec();
