import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSources } from './load.ts';
import { runSourceTests } from './source-test.ts';

const { sources } = await loadSources(fileURLToPath(new URL('../templates', import.meta.url)));

describe.each(sources.map((source) => [source.id, source] as const))('the ready mapping %s', (_id, source) => {
  it('has test cases', () => expect(source.tests.length).toBeGreaterThan(0));
  it.each(runSourceTests(source).map(({ name, problems }) => [name, problems] as const))('%s', (_name, problems) => {
    expect(problems).toEqual([]);
  });
});
