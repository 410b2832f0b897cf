import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WatchedDeclarations } from './watched-declarations.ts';

let root: string;
let sourcesDir: string;
let secretsDir: string;
let changes: (string | null)[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundswell-declarations-'));
  sourcesDir = join(root, 'sources');
  secretsDir = join(root, 'secrets');
  await mkdir(sourcesDir);
  await mkdir(secretsDir);
  await writeFile(join(sourcesDir, 'crm.yaml'), 'id: crm\n');
  changes = [];
});
afterEach(() => rm(root, { recursive: true }));

const open = () => WatchedDeclarations.open({ sourcesDir, secretsDir, onChange: (problem) => changes.push(problem) });
const idsOf = ({ current }: WatchedDeclarations): string[] => current.sources.sources.map(({ id }) => id);

describe('what is declared', () => {
  it('follows its files: a source that is added, changed or taken away', async () => {
    const declarations = await open();
    await declarations.look();
    expect([idsOf(declarations), changes]).toEqual([['crm'], []]);
    await writeFile(join(sourcesDir, 'web.yaml'), 'id: web\ntime_zone: Europe/Berlin\n');
    await declarations.look();
    expect(idsOf(declarations)).toEqual(['crm', 'web']);
    await writeFile(join(sourcesDir, 'web.yaml'), 'id: web\ntime_zone: Europe/Paris\nname: Web\n');
    await rm(join(sourcesDir, 'crm.yaml'));
    await declarations.look();
    expect(declarations.current.sources.timeZoneOf('web')).toBe('Europe/Paris');
    expect([idsOf(declarations), changes]).toEqual([['web'], [null, null]]);
  });

  it('has the secrets of a source by its id, one a line, so that two are valid while one is exchanged', async () => {
    await writeFile(join(secretsDir, 'hubspot'), 'first\n');
    const declarations = await open();
    expect(declarations.current.secrets.get('hubspot')).toEqual(['first']);
    await writeFile(join(secretsDir, 'hubspot'), 'first\r\n second \n\n');
    await declarations.look();
    expect(declarations.current.secrets.get('hubspot')).toEqual(['first', 'second']);
  });

  it('stays in force, and is reported once, when its files cannot be used any more', async () => {
    const declarations = await open();
    await writeFile(join(sourcesDir, 'crm.yaml'), 'id: [\n');
    await declarations.look();
    await declarations.look();
    expect(idsOf(declarations)).toEqual(['crm']);
    expect(changes).toEqual([expect.stringContaining('crm.yaml')]);
    await rm(sourcesDir, { recursive: true });
    await declarations.look();
    await declarations.look();
    expect(changes).toEqual([expect.any(String), expect.stringContaining('ENOENT')]);
    await mkdir(sourcesDir);
    await writeFile(join(sourcesDir, 'web.yaml'), 'id: web\n');
    await declarations.look();
    expect([idsOf(declarations), changes.at(-1)]).toEqual([['web'], null]);
  });

  it('never has a key that stands in place of its digest repeated in a report', async () => {
    const declarations = await open();
    const auth = 'auth: { scheme: api-key, keys: [{ id: a, sha256: the-key-itself }] }';
    await writeFile(join(sourcesDir, 'crm.yaml'), `id: crm\n${auth}\n`);
    await declarations.look();
    expect(changes).toEqual([expect.stringContaining('auth.keys.0.sha256')]);
    expect(changes.join()).not.toContain('the-key-itself');
  });

  it('follows folders that are mounted as links, which are exchanged as a whole', async () => {
    await mkdir(join(root, '..data-1'));
    await writeFile(join(root, '..data-1', 'web.yaml'), 'id: web\n');
    await symlink(join(root, '..data-1', 'web.yaml'), join(sourcesDir, 'web.yaml'));
    const declarations = await open();
    await mkdir(join(root, '..data-2'));
    await writeFile(join(root, '..data-2', 'web.yaml'), 'id: app\n');
    await symlink(join(root, '..data-2', 'web.yaml'), join(root, 'next'));
    await rename(join(root, 'next'), join(sourcesDir, 'web.yaml'));
    await declarations.look();
    expect(idsOf(declarations)).toEqual(['app', 'crm']);
  });

  it('cannot begin with files that cannot be used', async () => {
    await writeFile(join(sourcesDir, 'crm.yaml'), 'id: [\n');
    await expect(open()).rejects.toThrow('crm.yaml');
  });

  it('is nothing where no folder is named', async () => {
    const { current } = await WatchedDeclarations.open({
      sourcesDir: undefined,
      secretsDir: undefined,
      onChange: () => undefined,
    });
    expect([current.sources.sources, current.secrets.size]).toEqual([[], 0]);
  });

  it('is looked at again and again until it is stopped', async () => {
    const declarations = await open();
    declarations.start(5);
    await writeFile(join(sourcesDir, 'web.yaml'), 'id: web\n');
    await expect.poll(() => idsOf(declarations)).toEqual(['crm', 'web']);
    declarations.stop();
  });
});
