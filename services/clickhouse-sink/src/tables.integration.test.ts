import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { campaignAdapter, contentAdapter, orderAdapter } from './adapters/catalogue.ts';
import { deadLetterAdapter } from './adapters/dead-letter.ts';
import { deadLetterReplayAdapter } from './adapters/dead-letter-replay.ts';
import {
  accountAdapter,
  exclusionAdapter,
  opportunityAdapter,
  opportunityContactAdapter,
  opportunityStageAdapter,
} from './adapters/directory.ts';
import { erasureReportAdapter } from './adapters/erasure-report.ts';
import { intensityScoreAdapter, intensityTransitionAdapter } from './adapters/intensity.ts';
import { personAdapter } from './adapters/person.ts';
import { rawRecordAdapter } from './adapters/raw-record.ts';
import { routeDecisionAdapter } from './adapters/route-decision.ts';
import type { Mapping } from './adapters/topic-adapter.ts';
import { touchChangeAdapter } from './adapters/touch-change.ts';
import { campaign, content, order, person } from './testing/directory-records.ts';
import * as records from './testing/records.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

const { place, NOON } = records;
const noon = new Date(NOON).toISOString();

/** One record for every physical table. */
const mappings: readonly Mapping[] = [
  rawRecordAdapter.rows({ record: { kind: 'RawTouch', body: records.rawTouch() } }, place),
  touchChangeAdapter.rows({ change: { kind: 'TouchAsserted', body: records.asserted() } }, place),
  touchChangeAdapter.rows(
    { change: { kind: 'PolicyActivated', body: records.plainActivation() } },
    { ...place, offset: 43 },
  ),
  accountAdapter.rows(records.account(), place),
  opportunityAdapter.rows(records.opportunity(), place),
  opportunityContactAdapter.rows(records.opportunityContact(), place),
  opportunityStageAdapter.rows(records.opportunityStage(), place),
  personAdapter.rows(person(), place),
  orderAdapter.rows(order(), place),
  campaignAdapter.rows(campaign(), place),
  contentAdapter.rows(content(), place),
  exclusionAdapter.rows(records.exclusion(), place),
  intensityScoreAdapter.rows(records.score(), place),
  intensityScoreAdapter.rows(records.score({ point: 'day_close' }), place),
  intensityTransitionAdapter.rows(records.transition(), place),
  routeDecisionAdapter.rows(records.decision(), place),
  // Its bytes go 30 days after the broker's stamp, so this one has to be of today.
  deadLetterAdapter.rows(records.letter(), { ...place, appendedAt: Date.now() }),
  deadLetterReplayAdapter.rows(records.letterReplay(), place),
  erasureReportAdapter.rows(records.erasureReport(), place),
];
const rows = mappings.flatMap((mapping) => mapping.rows);

describe('rows and tables', () => {
  let database: TestDatabase;
  const only = async (sql: string): Promise<unknown> => {
    const found = await database.clickhouse.query(sql);
    expect(found, sql).toHaveLength(1);
    return found[0];
  };

  beforeAll(async () => {
    database = await createTestDatabase(inject('stack').clickhouse.writer);
    for (const { table, row } of rows) await database.clickhouse.insert(table, [row]);
  });

  afterAll(async () => {
    await database?.drop();
  });

  it('have the same columns: none without a value, no value without a column', async () => {
    const columns = await database.clickhouse.query<{ table: string; name: string }>(
      `SELECT table, name FROM system.columns
       WHERE database = currentDatabase() AND (table LIKE '%_rows' OR table IN ('touch_state', 'account_intensity_current'))`,
    );
    const byTable = Map.groupBy(columns, ({ table }) => table);
    expect([...new Set(rows.map(({ table }) => table))].sort()).toEqual([...byTable.keys()].sort());
    for (const { table, row } of rows) {
      const names = byTable.get(table)?.map(({ name }) => name);
      expect.soft(Object.keys(row).sort(), table).toEqual(names?.sort());
    }
  });

  it('a transition reads back whole', async () => {
    const found = await only('SELECT * FROM intensity_transitions');
    expect(found).toMatchObject({
      account_id: 'acme.com',
      at: noon,
      level: 'engaged',
      kind: 'enter',
      cause: 'touch',
      cause_touch_id: records.TOUCH,
      engaged_since: noon,
      high_intensity_since: null,
      score: 12.34,
      contributions: [{ component: 'people', count: 2, points: 12.34 }],
      touches_30d: 5,
      people_30d: 2,
      touches_90d: 9,
      windows: { 7: { touches: 1, people: 1, products: 1, roles: 1, channels: 1 } },
      touch_ids: [records.TOUCH],
      people: [
        {
          person_id: records.PERSON,
          person_kind: 'email',
          role: 'buyer',
          touches: 3,
          last_time: noon,
          last_type: 'page_view',
        },
      ],
      products: ['storage'],
      held: false,
      cool_down_ms: null,
      partition: 5,
      offset: 1000,
    });
  });

  it('a decision, an opportunity, a policy and a dead letter read back', async () => {
    expect(await only('SELECT state, until, people, score, decided_at FROM route_decisions')).toEqual({
      state: 'suppressed',
      until: noon,
      people: [{ person_id: records.PERSON, role: 'buyer', why: 'most active' }],
      score: 99.5,
      decided_at: noon,
    });
    expect(await only('SELECT id, is_won, amount, stage_at, closed_at FROM opportunities')).toEqual({
      id: 'o-1',
      is_won: true,
      amount: 1234.5,
      stage_at: null,
      closed_at: noon,
    });
    expect(await only('SELECT opportunity_id, stage, stage_at, amount FROM opportunity_stages')).toEqual({
      opportunity_id: 'o-1',
      stage: 'proposal',
      stage_at: noon,
      amount: 1234.5,
    });
    expect(await only('SELECT role, length(person_hash) AS digits FROM opportunity_contacts')).toEqual({
      role: 'Decision Maker',
      digits: 64,
    });
    expect(await only('SELECT id, account_id, product, category, amount, currency, at FROM orders')).toEqual({
      ...{ id: 'r-1', account_id: '001', product: 'storage', category: 'licence', amount: 1200.5, currency: 'EUR' },
      at: noon,
    });
    expect(await only('SELECT id, name, channel, cost FROM campaigns')).toEqual({
      ...{ id: 'c-1', name: 'Spring fair', channel: 'event', cost: 25_000 },
    });
    expect(await only('SELECT id, url, title, persona, phase, language, retired_at FROM content')).toEqual({
      ...{ id: 'g-1', url: 'https://acme.example/guide', title: 'Guide', persona: 'architect', phase: 'evaluation' },
      ...{ language: 'de', retired_at: null },
    });
    expect(await only('SELECT * EXCEPT (person_hash, ingested_at) FROM people')).toEqual({
      ...{ source: 'crm', valid_from: noon, title: 'CTO', account_id: '001', status: 'active', received: noon },
      ...{ consent_purpose: 'newsletter', consent_region: 'EU', consent_proof: 'form 7', consent_time: '2026-01-05' },
    });
    expect(await only(`SELECT name, weights['page_view'] AS weight, window_days FROM policies`)).toEqual({
      name: 'plain',
      weight: 100,
      window_days: [30, 90],
    });
    expect(await only('SELECT hex(payload) AS bytes, headers, origin_partition FROM dead_letters')).toEqual({
      bytes: 'FF00FE',
      headers: { a: 'b' },
      origin_partition: null,
    });
  });

  it('what dead letters hold of people goes after 30 days, the letter itself stays in the books', async () => {
    const old = deadLetterAdapter.rows(records.letter({ message: 'ann@acme.com' }), {
      ...place,
      appendedAt: Date.now() - 31 * 86_400_000,
    });
    for (const { table, row } of old.rows)
      await database.clickhouse.insert(table, [{ ...row, dead_letter_id: records.PERSON }]);
    await database.clickhouse.command('OPTIMIZE TABLE dead_letter_rows FINAL');
    expect(
      await only(
        `SELECT message, payload, headers, reason FROM dead_letters WHERE dead_letter_id = '${records.PERSON}'`,
      ),
    ).toEqual({
      message: '',
      payload: '',
      headers: {},
      reason: 'no_person',
    });
  });

  it('a value that a column does not take is refused as data, so that the rest of its batch can be saved', async () => {
    const refused = database.clickhouse.insert('touch_state', [{ touch_id: 'none' }]);
    await expect(refused).rejects.toMatchObject({ kind: 'data' });
  });
});
