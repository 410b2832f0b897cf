import type { JsonSchema } from './interchange-schemas.ts';

/** A schema of the document's components, by its name. */
export const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

export const query = (name: string, schema: JsonSchema, description: string) => ({
  name,
  in: 'query',
  schema,
  description,
});

export const instant: JsonSchema = { type: 'string', format: 'date-time' };

export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

export const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema => ({
  type: 'object',
  properties,
  required,
});
