import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

/** A file of each kind as a CRM, a shop and a CMS export them: dotted headers for what is nested, `;` inside lists. */
const FILES = {
  'accounts.csv': `id,name,domains,industry,employees,lifecycle,owner,tier,territory,valid_from
001,Acme,acme.example;acme.test,steel,900,prospect,kim,B,north,2026-01-01
001,Acme,acme.example;acme.test,steel,4000,customer,lee,A,south,2026-05-01
`,
  'people.csv': `id,email,title,account_id,status,consent.purpose,consent.region,consent.proof,consent.time,valid_from
p-1,Ann@Acme.example,Engineer,001,active,newsletter,EU,form 7,2026-01-05,2026-01-01
p-1,Ann@Acme.example,CTO,001,active,newsletter,EU,form 7,2026-01-05,2026-04-01
`,
  'opportunities.csv': `id,account_id,stage,created_at,amount,currency
o-1,001,won,2026-02-01,9000,EUR
`,
  'opportunity_contacts.csv': `opportunity_id,person_id,role
o-1,p-1,Decision Maker
`,
  'opportunity_stages.csv': `opportunity_id,stage,stage_at
o-1,proposal,2026-02-03
`,
  'orders.csv': `id,account_id,product,category,amount,currency,at
r-1,001,storage,licence,1200.50,EUR,2026-03-01
r-2,,storage,licence,5,EUR,2026-03-01
`,
  'campaigns.csv': `id,name,channel,cost
c-1,Spring fair,event,25000
`,
  'content.csv': `id,url,title,product,persona,phase,language,retired_at
g-1,https://acme.example/guide,Guide,storage,architect,evaluation,de,2026-06-01
`,
  'exclusions.csv': `kind,value,reason,scope
domain,agency.example,agency,score;route
`,
} as const;

const day = (text: string): string => new Date(`${text}T00:00:00Z`).toISOString();

describe('the files of the directory', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;
  let folder = '';

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'directory' });
    await activatePlainPolicy(pipeline);
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    folder = await mkdtemp(join(tmpdir(), 'groundswell-directory-'));
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('each is taken by its name, and is in its table', async () => {
    for (const [name, text] of Object.entries(FILES)) {
      const file = join(folder, name);
      await writeFile(file, text);
      const { exitCode, stdout, stderr } = await pipeline.groundswell('import', file, '--source', 'crm');
      expect.soft(exitCode, stderr).toBe(0);
      expect.soft(stdout).toContain(`(${name.replace('.csv', '')})`);
    }
    const rows = (sql: string): Promise<unknown[]> => clickhouse.query(sql);
    await expect.poll(() => rows('SELECT value FROM exclusions'), { timeout: 60_000 }).toHaveLength(1);
    await expect.poll(() => rows('SELECT 1 FROM person_history'), { timeout: 60_000 }).toHaveLength(2);

    expect(await rows('SELECT id, tier, territory, employees, domains FROM accounts')).toEqual([
      { id: '001', tier: 'A', territory: 'south', employees: 4_000, domains: ['acme.example', 'acme.test'] },
    ]);
    expect(await rows('SELECT title, account_id, status, consent_purpose, consent_proof FROM people')).toEqual([
      { title: 'CTO', account_id: '001', status: 'active', consent_purpose: 'newsletter', consent_proof: 'form 7' },
    ]);
    expect(await rows('SELECT id, stage, amount FROM opportunities')).toEqual([
      { id: 'o-1', stage: 'won', amount: 9_000 },
    ]);
    // Opaque as they are, the person of the opportunity and the person of the directory meet.
    expect(
      await rows('SELECT role, title FROM opportunity_contacts INNER JOIN people USING (source, person_hash)'),
    ).toEqual([{ role: 'Decision Maker', title: 'CTO' }]);
    expect(await rows('SELECT stage, stage_at FROM opportunity_stages')).toEqual([
      { stage: 'proposal', stage_at: day('2026-02-03') },
    ]);
    expect(await rows('SELECT id, account_id, product, amount, at FROM orders')).toEqual([
      { id: 'r-1', account_id: '001', product: 'storage', amount: 1200.5, at: day('2026-03-01') },
    ]);
    expect(await rows('SELECT id, name, channel, cost FROM campaigns')).toEqual([
      { id: 'c-1', name: 'Spring fair', channel: 'event', cost: 25_000 },
    ]);
    expect(await rows('SELECT id, url, persona, phase, retired_at FROM content')).toEqual([
      {
        ...{ id: 'g-1', url: 'https://acme.example/guide', persona: 'architect', phase: 'evaluation' },
        retired_at: day('2026-06-01'),
      },
    ]);
    // An order of nobody.
    expect(await rows('SELECT reason, origin FROM dead_letters')).toEqual([
      { reason: 'missing_field', origin: expect.stringMatching(/orders\.csv:3$/) },
    ]);
  });

  it('tell what an account and its people were at another time, and what was known of it', async () => {
    const asOf = (view: string, columns: string, [at, known]: readonly [string, string]) =>
      clickhouse.query(`SELECT ${columns} FROM ${view}(at = '${at}', known_at = '${known}')`);
    const attributes = 'tier, territory, industry, employees, lifecycle, owner';
    expect(await asOf('accounts_at', attributes, ['2026-02-01', '2199-01-01'])).toEqual([
      { tier: 'B', territory: 'north', industry: 'steel', employees: 900, lifecycle: 'prospect', owner: 'kim' },
    ]);
    expect(await asOf('people_at', 'title', ['2026-02-01', '2199-01-01'])).toEqual([{ title: 'Engineer' }]);
    // Nothing of it was known before the files were imported.
    expect(await asOf('accounts_at', attributes, ['2026-02-01', '2026-02-01'])).toEqual([]);
  });
});
