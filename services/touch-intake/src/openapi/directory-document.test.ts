import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interchangeSchemas, type JsonSchema } from './interchange-schemas.ts';

const text = readFileSync(new URL('../../../../docs/directory.md', import.meta.url), 'utf8');

/** Cells of the table, by the kind in their first. */
const cells = new Map(
  text.split('\n').flatMap((line) => {
    const [, kind, , required = '', further = ''] = line.split('|').map((cell) => cell.trim());
    return kind?.startsWith('`') ? [[kind.replaceAll('`', ''), { required, further }] as const] : [];
  }),
);

const namesIn = (cell: string): string[] => [...cell.matchAll(/`([a-z_.]+)`/g)].map(([, name = '']) => name);

/** Fields that every row has, which the text below the table says. */
const HEAD = ['source', 'valid_from'];

/** What the schema leaves out, since it cannot say that it must not lie before `valid_from`. */
const UNSAID: Readonly<Record<string, readonly string[]>> = { exclusions: ['valid_to'] };

const propertiesOf = (schema: JsonSchema): string[] =>
  Object.entries(schema['properties'] as Record<string, JsonSchema>).flatMap(([name, inner]) =>
    inner['type'] === 'object' ? propertiesOf(inner).map((below) => `${name}.${below}`) : [name],
  );

const kinds = {
  accounts: interchangeSchemas.Account,
  people: interchangeSchemas.Person,
  opportunities: interchangeSchemas.Opportunity,
  opportunity_contacts: interchangeSchemas.OpportunityContact,
  opportunity_stages: interchangeSchemas.OpportunityStage,
  orders: interchangeSchemas.Order,
  campaigns: interchangeSchemas.Campaign,
  content: interchangeSchemas.Content,
  exclusions: interchangeSchemas.Exclusion,
};

describe('docs/directory.md', () => {
  it('has every kind', () => {
    expect([...cells.keys()].sort()).toEqual(Object.keys(kinds).sort());
  });

  it.each(Object.entries(kinds))('names the fields of %s that intake takes, and those it requires', (kind, schema) => {
    const { required = '', further = '' } = cells.get(kind) ?? {};
    const needed = (schema['required'] as string[]).filter((name) => !HEAD.includes(name));
    expect(namesIn(required).sort()).toEqual(needed.sort());
    const all = [...propertiesOf(schema), ...(UNSAID[kind] ?? [])].filter((name) => !HEAD.includes(name));
    expect([...namesIn(required), ...namesIn(further)].sort()).toEqual(all.sort());
  });
});
