import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { policiesDir } from '@groundswell/policy';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';

const MINUTE = 60_000;
/** Yesterday: what is received now happened inside every window. */
const START = Date.now() - 24 * 60 * MINUTE;
const BLAST = 'spring-2026-03-02';
const READERS = 50;

type Line = Record<string, unknown>;

const touch = (id: string, minutes: number, fields: Line): Line => ({
  id,
  time: new Date(START + minutes * MINUTE).toISOString(),
  source: 'marketo',
  channel: 'email',
  ...fields,
});

/** One mail to fifty people of one company, who all open it. */
const blast = (): Line[] =>
  Array.from({ length: READERS }, (_, index) => {
    const fields = { 'person.email': `person-${index}@read.example`, send_id: BLAST, campaign: 'spring' };
    return [
      touch(`sent-${index}`, 0, { type: 'email_sent', ...fields }),
      touch(`open-${index}`, 10 + index, { type: 'email_open', ...fields }),
    ];
  }).flat();

/** A rep's cadence, which names no send, answered by three people. */
const replies = (): Line[] =>
  Array.from({ length: 6 }, (_, index) =>
    touch(`reply-${index}`, 100 + index, {
      type: 'reply',
      source: 'salesloft',
      'person.email': `person-${index % 3}@replied.example`,
      campaign: 'cadence-de',
    }),
  );

/** People who follow a link of the blast, which is interest; and pages that no send is named for. */
const interest = (): Line[] => [
  ...Array.from({ length: 6 }, (_, index) =>
    touch(`click-${index}`, 200 + 30 * index, {
      type: 'email_click',
      'person.email': `person-${index % 3}@clicked.example`,
      content: `/offer-${index}`,
      send_id: BLAST,
      campaign: 'spring',
    }),
  ),
  ...Array.from({ length: 6 }, (_, index) =>
    touch(`page-${index}`, 500 + index, { type: 'page_view', 'person.email': `person-${index % 2}@visited.example` }),
  ),
];

const policyFile = (name: string): string => new URL(`${name}.yaml`, policiesDir).pathname;

describe('a blast that fifty people of one company open, and replies to a cadence', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;

  const succeed = async (...args: string[]): Promise<string> => {
    const result = await pipeline.groundswell(...args);
    expect(result, result.stdout + result.stderr).toMatchObject({ exitCode: 0 });
    return result.stdout;
  };

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'echo' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    const lines = [...blast(), ...replies(), ...interest()];
    const file = join(pipeline.folder, 'blast.ndjson');
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await succeed('policy', 'activate', policyFile('default'));
    await succeed('import', file);
    await succeed('verify', '--timeout', '240');
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  const levels = async (account: string): Promise<string[]> => {
    const rows = await clickhouse.query<{ kind: string; level: string; cause: string }>(
      'SELECT kind, level, cause FROM intensity_transitions WHERE account_id = {account:String} ORDER BY sequence',
      { account },
    );
    return rows.map(({ kind, level, cause }) => `${kind} ${level} by ${cause}`);
  };

  const sends = (): Promise<object[]> =>
    clickhouse.query(
      `SELECT campaign, send_id, touches, touches_by_type, people, accounts, echo, counted
       FROM send_echoes ORDER BY campaign, send_id`,
    );

  const booked = async (): Promise<object> => JSON.parse(await succeed('books', '--json'));

  it('make no account engaged under the default policy, while clicks and visits do', async () => {
    expect(await levels('read.example')).toEqual([]);
    expect(await levels('replied.example')).toEqual([]);
    const reached = ['enter engaged by touch', 'enter high-intensity by touch'];
    expect(await levels('clicked.example')).toEqual(reached);
    expect(await levels('visited.example')).toEqual(reached);
  });

  it('are all there to be seen with what caused them, and have a fate of their own in books that balance', async () => {
    expect(await sends()).toEqual([
      {
        campaign: 'cadence-de',
        send_id: '',
        touches: 6,
        touches_by_type: { reply: 6 },
        people: 3,
        accounts: 1,
        echo: 6,
        counted: 0,
      },
      {
        campaign: 'spring',
        send_id: BLAST,
        touches: 106,
        touches_by_type: { email_click: 6, email_open: READERS, email_sent: READERS },
        people: READERS + 3,
        accounts: 2,
        echo: READERS,
        counted: 6,
      },
    ]);
    const opens = await clickhouse.query(
      `SELECT count() AS opens, uniqExact(person_id) AS people FROM touch_outcomes
       WHERE account_id = 'read.example' AND send_id = {blast:String} AND fate = 'echo'`,
      { blast: BLAST },
    );
    expect(opens).toEqual([{ opens: READERS, people: READERS }]);
    expect(await booked()).toMatchObject({
      balanced: true,
      total: { accepted: 118, counted: 12, echo: READERS + 6, ours_or_negative: READERS, balance: 0 },
    });
  });

  it('count from the instant on at which a policy without such rules is put into effect', async () => {
    await succeed('policy', 'activate', policyFile('plain'));
    await succeed('verify', '--timeout', '240');
    const reached = ['enter engaged by policy', 'enter high-intensity by policy'];
    expect(await levels('read.example')).toEqual(reached);
    expect(await levels('replied.example')).toEqual(reached);
    const [windows] = await clickhouse.query(
      `SELECT touches_30d, people_30d FROM account_current WHERE account_id = 'read.example'`,
    );
    expect(windows).toEqual({ touches_30d: READERS, people_30d: READERS });
    expect(await booked()).toMatchObject({ balanced: true, total: { counted: 68, echo: 0, balance: 0 } });
    const timeline = JSON.parse(await succeed('account', 'replied.example', '--json'));
    expect(timeline.touches).toHaveLength(6);
    expect(timeline.touches[0]).toMatchObject({ type: 'reply', campaign: 'cadence-de', is_echo: false });
  });

  it('and no more when the policy is taken back, which says of each what it is an echo of', async () => {
    await succeed('policy', 'activate', policyFile('default'));
    await succeed('verify', '--timeout', '240');
    expect((await levels('read.example')).slice(2)).toEqual([
      'leave high-intensity by policy',
      'leave engaged by policy',
    ]);
    expect(await booked()).toMatchObject({ balanced: true, total: { counted: 12, echo: READERS + 6 } });
    expect(await succeed('account', 'replied.example')).toContain('not counted: echo of campaign cadence-de');
  });
});
