import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asyncApi from '@asyncapi/specs';
import { allTopics } from '@groundswell/schemas';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { readServiceSettings, sharedSettings } from './configuration.ts';
import { generateDocuments } from './documents.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the generated documents', async () => {
  const documents = await generateDocuments(root);

  it.each([...documents.keys()])('%s says what the code says (else run `pnpm documents`)', (path) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(documents.get(path));
  });

  it('have a meaning for every setting of every service', async () => {
    const services = await readServiceSettings(root);
    const settings = [...sharedSettings.all, ...sharedSettings.clickHouse, ...services.flatMap(({ own }) => own)];
    expect(settings.filter(({ meaning }) => meaning === '').map(({ name }) => name)).toEqual([]);
  });

  it('hold an AsyncAPI document that is one', () => {
    // It brings the schema of JSON schemas with it.
    const ajv = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false });
    const validate = ajv.compile(asyncApi.schemas['3.0.0'] as object);
    validate(JSON.parse(documents.get(join('docs', 'asyncapi.json')) ?? ''));
    expect(validate.errors).toBeNull();
  });

  it('have a section for every topic', () => {
    const text = documents.get(join('docs', 'topics.md')) ?? '';
    expect(allTopics.filter(({ name }) => !text.includes(`\n## ${name}\n`))).toEqual([]);
  });
});

describe('docs/stream-runtime.md', () => {
  it('shows the example processor as it is tested', () => {
    const shown = /```ts\n(.*?)```/s.exec(readFileSync(join(root, 'docs', 'stream-runtime.md'), 'utf8'))?.[1];
    const code = readFileSync(join(root, 'packages', 'stream', 'src', 'example-streaks.ts'), 'utf8');
    expect(shown).toBe(code.replace("'./processor.ts'", "'@groundswell/stream'"));
  });
});
