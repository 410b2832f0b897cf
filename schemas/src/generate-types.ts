/**
 * Writes types.gen.ts from avro/*.avsc, so that a contract and its TypeScript type cannot drift apart.
 * Run `node schemas/src/generate-types.ts`; a test fails when the file is out of date.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readSchema, schemaNames } from './avro-files.ts';

interface RecordSchema {
  type: 'record';
  name: string;
  doc?: string;
  fields: { name: string; doc?: string; type: unknown }[];
}

const primitives: Record<string, string> = {
  string: 'string',
  int: 'number',
  long: 'number',
  double: 'number',
  float: 'number',
  boolean: 'boolean',
  bytes: 'Buffer',
  null: 'null',
};

const isRecord = (schema: unknown): schema is RecordSchema =>
  typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'record';

const comment = (doc: string | undefined, indent: string): string => (doc ? `${indent}/** ${doc} */\n` : '');

/** A union of records decodes as avsc wraps it: one key, the full name of the branch. */
const unionType = (branches: unknown[], declare: (record: RecordSchema) => string): string => {
  const records = branches.filter(isRecord);
  if (records.length > 1) return records.map((record) => `Tagged<'${record.name}', ${declare(record)}>`).join(' | ');
  return branches.map((branch) => typeOf(branch, declare)).join(' | ');
};

const typeOf = (schema: unknown, declare: (record: RecordSchema) => string): string => {
  if (typeof schema === 'string') return primitives[schema] ?? schema;
  if (Array.isArray(schema)) return unionType(schema, declare);
  if (isRecord(schema)) return declare(schema);
  if (typeof schema === 'object' && schema !== null && 'type' in schema) {
    if (schema.type === 'array' && 'items' in schema) return `${typeOf(schema.items, declare)}[]`;
    if (schema.type === 'map' && 'values' in schema) return `Record<string, ${typeOf(schema.values, declare)}>`;
  }
  throw new Error(`no TypeScript type for Avro schema ${JSON.stringify(schema)}`);
};

/** The text of types.gen.ts. */
export const generateTypes = (): string => {
  const declared = new Map<string, string>();
  const declare = (record: RecordSchema): string => {
    if (!declared.has(record.name)) {
      declared.set(record.name, '');
      const fields = record.fields
        .map((f) => `${comment(f.doc, '  ')}  ${f.name}: ${typeOf(f.type, declare)};\n`)
        .join('');
      declared.set(record.name, `${comment(record.doc, '')}export interface ${record.name} {\n${fields}}\n`);
    }
    return record.name;
  };
  for (const name of schemaNames()) {
    const schema: unknown = readSchema(name);
    if (isRecord(schema)) declare(schema);
  }
  const header = `// Generated from schemas/avro by generate-types.ts. Do not edit.

/** One branch of a union of records: which it is, and its content. */
export interface Tagged<Kind extends string, Body> {
  kind: Kind;
  body: Body;
}
`;
  return [header, ...declared.values()].join('\n');
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('types.gen.ts', import.meta.url), generateTypes());
}
