import { readdirSync, readFileSync } from 'node:fs';
import { readJson } from '@groundswell/interchange';
import { describeProblem, interchangeRecord, parseSource, runSourceTests } from '@groundswell/sources';
import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

const folder = new URL('../../packages/sources/templates/', import.meta.url);
const templates = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));

it('a source file is taken, or every problem is named', async () => {
  await fuzz({
    corpus: templates,
    share: 0.25,
    run: (bytes) => {
      const parsed = parseSource(bytes.toString('utf8'), 'any.yaml');
      if (parsed.ok) for (const { problems } of runSourceTests(parsed.source)) expect(problems).toBeInstanceOf(Array);
      else expect(parsed.problems.map(describeProblem).join('\n')).toMatch(/any\.yaml/);
    },
  });
});

it('what a tool sends is mapped, left out or refused with a reason', async () => {
  const sources = templates.flatMap((text) => {
    const parsed = parseSource(text, 'template');
    return parsed.ok ? [parsed.source] : [];
  });
  await fuzz({
    corpus: sources.flatMap(({ tests }) => tests.map(({ payload }) => JSON.stringify(payload))),
    run: (bytes, random) => {
      const read = readJson(bytes);
      const source = sources[random(sources.length)];
      if (!('value' in read) || !source?.mapping) return;
      const mapped = source.mapping(read.value);
      if (!mapped.ok) expect(mapped.message).toMatch(/./);
      else
        for (const record of mapped.records)
          expect(interchangeRecord(source, record)).toHaveProperty('source', source.id);
    },
  });
});
