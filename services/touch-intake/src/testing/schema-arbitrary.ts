import fc from 'fast-check';
import type { JsonSchema } from '../openapi/interchange-schemas.ts';

type Resolve = (reference: string) => JsonSchema;

/** Text that is no mere blank: a blank field counts as absent. */
const words = (schema: JsonSchema): fc.Arbitrary<string> => {
  const least = Number(schema['minLength'] ?? 0);
  const most = Math.min(Number(schema['maxLength'] ?? 40), 40);
  return fc
    .string({ unit: fc.constantFrom(...'abcXYZ019 -_.@/éß漢👩'), minLength: least, maxLength: most })
    .map((made) => (made.trim() === '' && least > 0 ? 'x' : made));
};

const EARLIEST = Date.UTC(2000, 0, 2);
const LATEST = Date.UTC(2026, 1, 1);
const instants = fc.date({ min: new Date(EARLIEST), max: new Date(LATEST), noInvalidDate: true });

const texts = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  switch (schema['format']) {
    case 'date-time':
      return instants.map((instant) => instant.toISOString());
    case 'date':
      return instants.map((instant) => instant.toISOString().slice(0, 10));
    case 'email':
      return fc.constantFrom('ada@acme.example', 'x+y@sub.acme.example', 'ÄÖ@bücher.example');
    default:
      return words(schema);
  }
};

const objects = (schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> => {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const model = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, arbitraryOf(one, resolve)]));
  const more = schema['additionalProperties'];
  if (Object.keys(model).length === 0 && typeof more === 'object' && more !== null) {
    return fc.dictionary(fc.constantFrom('a', 'b c', 'ü', 'page'), arbitraryOf(more as JsonSchema, resolve), {
      maxKeys: 4,
    });
  }
  return fc.record(model, { requiredKeys: (schema['required'] ?? []) as string[] });
};

const ofType = (type: unknown, schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> => {
  switch (type) {
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({
        min: Number(schema['minimum'] ?? 0),
        max: Math.min(Number(schema['maximum'] ?? 1e6), LATEST),
      });
    case 'number':
      return fc.double({ min: Number(schema['minimum'] ?? -Infinity), noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema['items'] as JsonSchema, resolve), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: 4,
      });
    case 'object':
      return objects(schema, resolve);
    default:
      throw new Error(`no values for ${JSON.stringify(schema)}`);
  }
};

/** Values that a schema of the OpenAPI document allows: what a client would generate from it. */
export const arbitraryOf = (schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> => {
  if (typeof schema['$ref'] === 'string') return arbitraryOf(resolve(schema['$ref']), resolve);
  const branches = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(branches)) return fc.oneof(...branches.map((one) => arbitraryOf(one, resolve)));
  const types: unknown = schema['type'];
  if (types === undefined) return fc.jsonValue();
  if (Array.isArray(types)) return fc.oneof(...types.map((type) => ofType(type, schema, resolve)));
  return ofType(types, schema, resolve);
};
