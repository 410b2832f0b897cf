import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSources, SourcesError } from './load.ts';
import { createSourceCatalog, emptySourceCatalog } from './source-catalog.ts';
import { anySource as source } from './testing/any-source.ts';

describe('the source catalogue', () => {
  it('answers for declared sources', () => {
    const built = createSourceCatalog([
      { file: 'web.yaml', source: source('web', { goLive: 5, timeZone: 'Asia/Tokyo' }) },
      { file: 'crm.yaml', source: source('crm') },
    ]);
    if (!built.ok) throw new Error('two different ids make a catalogue');
    expect(built.catalog.sources.map(({ id }) => id)).toEqual(['crm', 'web']);
    expect(built.catalog.goLiveOf('web')).toBe(5);
    expect(built.catalog.timeZoneOf('web')).toBe('Asia/Tokyo');
    expect(built.catalog.goLiveOf('crm')).toBeNull();
    expect(built.catalog.get('crm')).toEqual(source('crm'));
  });

  it('knows no go-live of a source that nobody declared', () => {
    expect(emptySourceCatalog.get('constructor')).toBeUndefined();
    expect(emptySourceCatalog.goLiveOf('constructor')).toBeNull();
    expect(emptySourceCatalog.timeZoneOf('constructor')).toBe('UTC');
  });

  it('refuses two declarations of one id, naming both files', () => {
    const built = createSourceCatalog([
      { file: 'a.yaml', source: source('web', { goLive: 1 }) },
      { file: 'b.yaml', source: source('web', { goLive: 2 }) },
    ]);
    expect(built).toEqual({
      ok: false,
      problems: [{ file: 'b.yaml', path: 'id', value: '"web"', allowed: 'an id of its own: a.yaml declares this one' }],
    });
  });
});

describe('loading a folder of sources', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sources-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('reads every YAML file and nothing else', async () => {
    await writeFile(join(dir, 'web.yaml'), 'id: web\ngo_live: 1970-01-01T00:00:00Z');
    await writeFile(join(dir, 'crm.yml'), 'id: crm');
    await writeFile(join(dir, 'README.md'), 'id: not a source');
    const catalog = await loadSources(dir);
    expect(catalog.sources.map(({ id }) => id)).toEqual(['crm', 'web']);
    expect(catalog.goLiveOf('web')).toBe(0);
  });

  it('fails with the problems of all files at once', async () => {
    await writeFile(join(dir, 'a.yaml'), 'id: a\ntime_zone: Nowhere/At_All');
    await writeFile(join(dir, 'b.yaml'), 'id: [');
    await writeFile(join(dir, 'c.yaml'), 'id: a2');
    await writeFile(join(dir, 'd.yaml'), 'id: a2');
    const error = await loadSources(dir).catch((reason: unknown) => reason);
    if (!(error instanceof SourcesError)) throw new Error('problems are a SourcesError');
    expect([...new Set(error.problems.map(({ file }) => file))]).toEqual(['a.yaml', 'b.yaml', 'd.yaml']);
    expect(error.message).toContain('a.yaml:2: time_zone: found "Nowhere/At_All"; allowed: an IANA time zone');
  });
});
