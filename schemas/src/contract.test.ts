import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSchema, releasedSchemas, schemaNames } from './avro-files.ts';
import { backwardIncompatibility } from './compatibility.ts';
import { generateTypes } from './generate-types.ts';
import { allTopics } from './topics.ts';

describe('contracts', () => {
  it('can read what every released version of each schema wrote', () => {
    const released = releasedSchemas();
    expect(released.length).toBeGreaterThan(0);
    for (const { release, name, schema } of released) {
      expect.soft(backwardIncompatibility(readSchema(name), schema), `${name} against release ${release}`).toBeNull();
    }
  });

  it('say which field breaks when a required field is added', () => {
    const earlier = { type: 'record' as const, name: 'T', fields: [{ name: 'a', type: 'string' as const }] };
    const current = { ...earlier, fields: [...earlier.fields, { name: 'b', type: 'string' as const }] };
    expect(backwardIncompatibility(current, earlier)).toMatchObject({ field: 'b' });
  });

  it('say which nested field breaks when its type changes', () => {
    const inner = (type: 'string' | 'long') => ({ type: 'record' as const, name: 'I', fields: [{ name: 'x', type }] });
    const outer = (type: 'string' | 'long') => ({
      type: 'record' as const,
      name: 'T',
      fields: [{ name: 'i', type: inner(type) }],
    });
    expect(backwardIncompatibility(outer('string'), outer('long'))).toMatchObject({ field: 'i.x' });
  });

  it('have TypeScript types that are up to date', () => {
    expect(readFileSync(new URL('types.gen.ts', import.meta.url), 'utf8')).toBe(generateTypes());
  });

  it('are one per topic, each with a schema file and no file left over', () => {
    expect([...new Set(allTopics.map((topic) => topic.schema))].sort()).toEqual(schemaNames());
    expect(new Set(allTopics.map((topic) => topic.name)).size).toBe(allTopics.length);
  });
});
