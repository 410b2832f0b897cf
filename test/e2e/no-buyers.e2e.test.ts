import { openClickHouse } from '@groundswell/clickhouse';
import { policiesDir } from '@groundswell/policy';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';

type Line = Record<string, unknown>;

/** Nobody more than one buyer is behind any of these accounts, whatever came first. */
const onePerson = [
  'plus-tag.example',
  'shared.example',
  'employee-before.example',
  'link-before.example',
  'link-after.example',
] as const;
/** Two people who are counted as two until it is known that one of them is ours. */
const EMPLOYEE_AFTER = 'employee-after.example';
const TWO_BUYERS = 'two-buyers.example';
const READS = 4;

describe('who is not a second buyer, under the default policy, live', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;
  let sent = 0;

  const post = async (kind: string, ...lines: Line[]): Promise<void> => {
    const response = await fetch(`${pipeline.intakeUrl}/v1/${kind}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    });
    expect(response.status, await response.text()).toBe(202);
  };

  const touch = (account: string, person: Line): Line => {
    sent += 1;
    const time = new Date(Date.now() - 60_000).toISOString();
    return { id: `t-${sent}`, source: 'web', time, type: 'content_download', account: { domain: account }, person };
  };

  const reads = (account: string, person: Line): Line[] => Array.from({ length: READS }, () => touch(account, person));

  const exclude = (address: string): Promise<void> =>
    post('exclusions', {
      ...{ source: 'ops', id: address, kind: 'person', value: address, reason: 'employee', scope: ['score'] },
      valid_from: '2020-01-01T00:00:00Z',
    });

  const people = async (account: string): Promise<number[]> => {
    const rows = await clickhouse.query<{ touches: number; people: number }>(
      'SELECT touches_30d AS touches, people_30d AS people FROM account_current WHERE account_id = {account:String}',
      { account },
    );
    return rows.flatMap((row) => [row.touches, row.people]);
  };

  const levels = async (account: string): Promise<string[]> => {
    const rows = await clickhouse.query<{ kind: string; level: string; cause: string }>(
      'SELECT kind, level FROM intensity_transitions WHERE account_id = {account:String} ORDER BY sequence',
      { account },
    );
    return rows.map(({ kind, level }) => `${kind} ${level}`);
  };

  const settles = (account: string, expected: readonly number[]) =>
    expect.poll(() => people(account), { timeout: 60_000, interval: 250, message: account }).toEqual(expected);

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'no-buyers' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    const policy = new URL('default.yaml', policiesDir).pathname;
    const activated = await pipeline.groundswell('policy', 'activate', policy, '--at', '1970-01-01T00:00:00Z');
    expect(activated, activated.stderr).toMatchObject({ exitCode: 0 });
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  it('none of them makes an account high-intensity, before or after the link is known', async () => {
    await exclude('ours@employee-before.example');
    await post(
      'touches',
      ...reads(TWO_BUYERS, { email: `x@${TWO_BUYERS}` }),
      ...reads(TWO_BUYERS, { email: `y@${TWO_BUYERS}` }),
    );
    await settles(TWO_BUYERS, [2 * READS, 2]);
    expect(await levels(TWO_BUYERS)).toContain('enter high-intensity');

    const linked = { email: 'x@link-before.example', id: 'lb' };
    await post(
      'touches',
      touch('link-before.example', linked),
      ...reads('plus-tag.example', { email: 'x@plus-tag.example' }),
      ...reads('plus-tag.example', { email: 'x+demo@plus-tag.example' }),
      ...reads('shared.example', { email: 'x@shared.example' }),
      ...reads('shared.example', { email: 'info@shared.example' }),
      ...reads('employee-before.example', { email: 'x@employee-before.example' }),
      touch('employee-before.example', { email: 'x@employee-before.example' }),
      ...reads('employee-before.example', { email: 'ours@employee-before.example' }),
      ...reads('link-after.example', { email: 'x@link-after.example' }),
      ...reads('link-after.example', { id: 'la' }),
    );
    await post(
      'touches',
      ...reads('link-before.example', { id: 'lb' }),
      ...reads('link-before.example', { email: linked.email }),
    );
    await settles('plus-tag.example', [2 * READS, 1]);
    await settles('shared.example', [2 * READS, 1]);
    await settles('employee-before.example', [READS + 1, 1]);
    await settles('link-before.example', [2 * READS + 1, 1]);
    await settles('link-after.example', [2 * READS, 1]);
    await post('touches', touch('link-after.example', { email: 'x@link-after.example', id: 'la' }));
    await settles('link-after.example', [2 * READS + 1, 1]);
    for (const account of onePerson) expect.soft(await levels(account), account).toEqual(['enter engaged']);
  });

  it('one who turns out to be ours is taken out by a correction, and the account leaves the level', async () => {
    await post(
      'touches',
      ...reads(EMPLOYEE_AFTER, { email: `x@${EMPLOYEE_AFTER}` }),
      touch(EMPLOYEE_AFTER, { email: `x@${EMPLOYEE_AFTER}` }),
      ...reads(EMPLOYEE_AFTER, { email: `ours@${EMPLOYEE_AFTER}` }),
    );
    await settles(EMPLOYEE_AFTER, [2 * READS + 1, 2]);
    await exclude(`ours@${EMPLOYEE_AFTER}`);
    await settles(EMPLOYEE_AFTER, [READS + 1, 1]);
    await expect.poll(() => levels(EMPLOYEE_AFTER), { timeout: 30_000 }).toContain('leave high-intensity');
    expect((await levels(EMPLOYEE_AFTER)).at(-1)).toBe('leave high-intensity');
    const left = await clickhouse.query(
      `SELECT cause FROM intensity_transitions WHERE account_id = {account:String} AND kind = 'leave'`,
      { account: EMPLOYEE_AFTER },
    );
    expect(left).toEqual([{ cause: 'correction' }]);
  });
});
