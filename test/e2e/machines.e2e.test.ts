import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { policiesDir } from '@groundswell/policy';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { accountOfLead, clickTouch, type MarketoClick, marketoClicks } from '../oracle/marketo-clicks.ts';
import { sharedData } from '../shared-data.ts';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';

const dataFolder = sharedData();
/** The lead that clicked 94 times on two links. */
const CLICKER = '1124755';
const MINUTE = 60_000;

type Line = Record<string, unknown>;

const at = (instant: string, minutes = 0): string => new Date(Date.parse(instant) + minutes * MINUTE).toISOString();

const touch = (id: string, time: string, fields: Line): Line => ({
  id,
  time,
  received: time,
  source: 'web',
  ...fields,
});

/** One quiet second person at every clicker's account. */
const quietPeople = (clicks: readonly MarketoClick[]): Line[] =>
  [...new Set(clicks.map(({ lead }) => lead))].map((lead) =>
    touch(`quiet-${lead}`, at('2020-04-28T12:00:00Z'), {
      type: 'page_view',
      'person.email': `quiet@${accountOfLead(lead)}`,
    }),
  );

/** Somebody real at a keyboard: six touches within a minute. */
const keyboard = (): Line[] =>
  ['page_view', 'form_fill', 'content_download', 'page_view', 'pricing_view', 'page_view'].map((type, index) =>
    touch(`keyboard-${index}`, at('2020-04-29T10:00:00Z', index / 6), {
      type,
      'person.email': 'kim@keyboard.example',
      content: `/${index}`,
    }),
  );

/** 500 badges of one event, of which only the day is known. */
const badges = (): Line[] =>
  Array.from({ length: 500 }, (_, index) => ({
    ...touch(`badge-${index}`, '2020-04-29', {
      type: 'event_attend',
      'person.email': `visitor-${index}@event.example`,
    }),
    source: 'badges',
    received: at('2020-04-30T08:00:00Z'),
  }));

/** A gateway that follows every link of a mail before anybody has read it, and a crawler. */
const machines = (): Line[] => [
  ...['/a', '/b', '/c', '/d', '/e', '/f'].map((content, index) =>
    touch(`gateway-${index}`, at('2020-04-29T11:00:00Z', index / 600), {
      type: 'email_click',
      'person.email': 'lee@gateway.example',
      send_id: 'newsletter',
      content,
    }),
  ),
  ...['/a', '/b'].map((content, index) =>
    touch(`close-${index}`, at('2020-04-29T13:00:00Z', index / 600), {
      type: 'email_click',
      'person.email': 'pat@close.example',
      send_id: 'newsletter',
      content,
    }),
  ),
  touch('crawler', at('2020-04-29T12:00:00Z'), {
    type: 'page_view',
    'person.email': 'lee@gateway.example',
    'properties.user_agent': 'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  }),
];

describe.runIf(dataFolder !== null)('machines in a real export of clicks, imported as if live', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;

  beforeAll(async () => {
    const clicks = marketoClicks(dataFolder ?? '');
    pipeline = await startPipeline(inject('stack'), { name: 'machines' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    const lines = [...quietPeople(clicks), ...clicks.map(clickTouch), ...keyboard(), ...badges(), ...machines()];
    lines.sort((a, b) => (String(a['received']) < String(b['received']) ? -1 : 1));
    const file = join(pipeline.folder, 'clicks.ndjson');
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const policy = new URL('default.yaml', policiesDir).pathname;
    const activated = await pipeline.groundswell('policy', 'activate', policy, '--at', '1970-01-01T00:00:00Z');
    expect(activated, activated.stderr).toMatchObject({ exitCode: 0 });
    const imported = await pipeline.groundswell('import', file, '--as-if-live', '--until', '2020-05-01T00:00:00Z');
    expect(imported, imported.stdout + imported.stderr).toMatchObject({ exitCode: 0 });
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  const levels = async (account: string): Promise<string[]> => {
    const rows = await clickhouse.query<{ kind: string; level: string }>(
      'SELECT kind, level FROM intensity_transitions WHERE account_id = {account:String} ORDER BY sequence',
      { account },
    );
    return rows.map(({ kind, level }) => `${kind} ${level}`);
  };

  it('the stream equals pure SQL over what was marked, and the books balance', async () => {
    const verified = await pipeline.groundswell('verify', '--timeout', '240');
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ exitCode: 0 });
    const books = await pipeline.groundswell('books');
    expect(books, books.stdout + books.stderr).toMatchObject({ exitCode: 0 });
  });

  it('ninety-four clicks on two links, half of them without a user agent, never made anything engaged', async () => {
    expect(await levels(accountOfLead(CLICKER))).toEqual([]);
    const [row] = await clickhouse.query<{ all: number; marked: number; rules: string }>(
      `SELECT count() AS all, countIf(disposition = 'bot') AS marked,
              anyIf(disposition_reason, disposition = 'bot') AS rules
       FROM touches WHERE account_id = {account:String} AND type = 'email_click'`,
      { account: accountOfLead(CLICKER) },
    );
    expect(row).toMatchObject({ all: 94, marked: 94 });
    expect(row?.rules).toMatch(/^(repeated_link\+)?repeats \d+ default@[0-9a-f]{12}$/);
  });

  it('the other clickers, who clicked once or twice, were left in peace', async () => {
    const rows = await clickhouse.query(
      `SELECT count() AS clicks FROM touches
       WHERE type = 'email_click' AND source = 'marketo' AND account_id != {account:String} AND disposition = 'candidate'`,
      { account: accountOfLead(CLICKER) },
    );
    expect(rows).toEqual([{ clicks: 6 }]);
  });

  it('somebody at a keyboard and five hundred badges of one day count', async () => {
    expect(await levels('keyboard.example')).toEqual(['enter engaged']);
    expect(await levels('event.example')).toEqual(['enter engaged', 'enter high-intensity']);
    const marked = await clickhouse.query(
      `SELECT count() AS touches FROM machine_touches WHERE account_id IN ('keyboard.example', 'event.example')`,
    );
    expect(marked).toEqual([{ touches: 0 }]);
  });

  it('a gateway and a crawler are marked with what gave them away, and are in the rates of their source', async () => {
    const marked = await clickhouse.query(
      `SELECT type, evidence[1] AS evidence, from_several, count() AS touches FROM machine_touches
       WHERE account_id = 'gateway.example' GROUP BY type, evidence, from_several ORDER BY type`,
    );
    expect(marked).toEqual([
      { type: 'email_click', evidence: 'links_at_once', from_several: true, touches: 6 },
      { type: 'page_view', evidence: 'user_agent', from_several: false, touches: 1 },
    ]);
    expect(await levels('gateway.example')).toEqual([]);
    const rates = await clickhouse.query(
      `SELECT source, sum(bot) AS machines, round(machines / sum(received), 3) AS rate FROM source_day GROUP BY source ORDER BY source`,
    );
    expect(rates).toEqual([
      { source: 'badges', machines: 0, rate: 0 },
      { source: 'marketo', machines: 94, rate: 0.94 },
      { source: 'web', machines: 7, rate: 0.333 },
    ]);
  });

  it('the questions of docs/machines.md have answers', async () => {
    const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'machines.md'), 'utf8');
    const sql = [...page.matchAll(/^```sql\n(.*?)^```/gms)].map(([, text]) => text ?? '').join('');
    const queries = sql.split(';').filter((query) => query.trim() !== '');
    expect(queries.length).toBeGreaterThan(2);
    for (const query of queries) expect.soft((await clickhouse.query(query)).length, query).toBeGreaterThan(0);
  });

  it('marks nothing twice when the service starts anew', async () => {
    const written = 'SELECT count() AS marks FROM touch_log_rows WHERE revision > 1';
    const before = await clickhouse.query(written);
    await pipeline.service('account-intensity').restart();
    const verified = await pipeline.groundswell('verify', '--timeout', '240');
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ exitCode: 0 });
    expect(await clickhouse.query(written)).toEqual(before);
  });
});
