import { deterministicUuid } from '@groundswell/interchange';
import { type DeadLetter, topics } from '@groundswell/schemas';
import { describe, expect, it, vi } from 'vitest';
import { createTestIntake, NOW, ndjson, type TestIntake, touchOf } from '../testing/test-intake.ts';

const ask = async ({ server }: TestIntake, path: string, body?: unknown) => {
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, payload: body as object };
  const response = await server.inject({ method: 'POST', url: path, ...sent });
  return { status: response.statusCode, body: response.json(), text: response.body };
};

const get = async ({ server }: TestIntake, url: string) => {
  const response = await server.inject({ method: 'GET', url });
  return { status: response.statusCode, body: response.json(), text: response.body, headers: response.headers };
};

const send = (intake: TestIntake, records: readonly unknown[], query: Record<string, string> = {}) =>
  intake.server.inject({
    method: 'POST',
    url: '/v1/touches',
    query,
    headers: { 'content-type': 'application/x-ndjson' },
    payload: ndjson(records),
  });

/** Intake that refused these touches; and their letters. */
const refusing = async (...records: unknown[]) => {
  const intake = createTestIntake();
  await send(intake, records);
  return { intake, letters: intake.deadLetters() };
};

const only = (letters: readonly DeadLetter[]): DeadLetter => {
  const [letter] = letters;
  if (letter === undefined || letters.length > 1) throw new Error(`expected one letter, found ${letters.length}`);
  return letter;
};

const withoutSource = (fields: Record<string, unknown> = {}) => {
  const { source: _source, ...touch } = touchOf(fields);
  return touch;
};

describe('GET /v1/dead-letters', () => {
  it('lists the newest first, counts by reason, source and stage, and says what is held', async () => {
    const { intake } = await refusing(touchOf({ time: 'soon' }), touchOf({ person: {} }), touchOf({ time: 'late' }));
    const { status, body } = await get(intake, '/v1/dead-letters?limit=2');
    expect(status).toBe(200);
    expect(body.letters.map(({ reason, state }: { reason: string; state: string }) => [reason, state])).toEqual([
      ['time_unparseable', 'open'],
      ['no_person', 'open'],
    ]);
    expect(body.counts).toMatchObject({
      open: 3,
      replayed: 0,
      byReason: [
        { name: 'time_unparseable', open: 2, replayed: 0 },
        { name: 'no_person', open: 1, replayed: 0 },
      ],
      bySource: [{ name: 'web', open: 3 }],
      byStage: [{ name: 'touch-intake', open: 3 }],
    });
    expect(body.holding).toMatchObject({ records: 3, bytes: 300, retentionBytes: 1024 * 1024 });
    const rest = await get(intake, `/v1/dead-letters?limit=2&before=${body.next}`);
    expect(rest.body).toMatchObject({ letters: [{ reason: 'time_unparseable', offset: 0 }], next: null });
  });

  it('filters by reason, source, stage and time', async () => {
    const { intake } = await refusing(touchOf({ time: 'soon' }), touchOf({ time: 'soon', source: 'crm' }), '{');
    const count = async (query: string): Promise<number> =>
      (await get(intake, `/v1/dead-letters?${query}`)).body.counts.open;
    expect(await count('reason=unreadable_json')).toBe(1);
    expect(await count('source=crm')).toBe(1);
    expect(await count('source=')).toBe(1);
    expect(await count('reason=time_unparseable&source=web')).toBe(1);
    expect(await count('stage=router')).toBe(0);
    expect(await count(`since=${new Date(NOW + 1).toISOString()}`)).toBe(0);
    expect(await count('since=2026-03-01')).toBe(3);
  });

  it('shows no personal data in a list', async () => {
    const { intake } = await refusing(touchOf({ time: 'ada@acme.com' }), '{"email":"ada@acme.com"');
    expect((await get(intake, '/v1/dead-letters?state=all')).text).not.toContain('acme');
  });

  it('refuses what it does not know, naming it', async () => {
    const intake = createTestIntake();
    expect(await get(intake, '/v1/dead-letters?since=soon&limit=no')).toMatchObject({
      status: 400,
      body: { reason: 'invalid_request', message: expect.stringMatching(/since.*limit/) },
    });
  });
});

describe('GET /v1/dead-letters/{id}', () => {
  it('shows the record as it came, why it was refused and what to do', async () => {
    const bad = '{"type" :"chat", "source":"crm","time":"soon","person":{"email":"ada@acme.com"}}';
    const { intake, letters } = await refusing(bad);
    const { status, body } = await get(intake, `/v1/dead-letters/${only(letters).deadLetterId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      reason: 'time_unparseable',
      message: expect.stringContaining('soon'),
      explanation: { meaning: expect.stringContaining('RFC 3339'), action: expect.stringContaining('time zone') },
      record: bad,
      recordKind: 'touches',
      state: 'open',
      replayable: true,
      replays: [],
      cut: false,
    });
  });

  it('gives bytes that are no text as base64', async () => {
    const intake = createTestIntake();
    const payload = Buffer.from([0x7b, 0xff, 0x7d]);
    const headers = { 'content-type': 'application/x-ndjson' };
    await intake.server.inject({ method: 'POST', url: '/v1/touches', headers, payload });
    const { body } = await get(intake, `/v1/dead-letters/${only(intake.deadLetters()).deadLetterId}`);
    expect(body).toMatchObject({ reason: 'not_utf8', record: null, recordBase64: payload.toString('base64') });
  });

  it('answers 404 for a letter that is not there, and 400 for what is no id', async () => {
    const intake = createTestIntake();
    const missing = await get(intake, `/v1/dead-letters/${deterministicUuid('none')}`);
    expect(missing).toMatchObject({ status: 404, body: { reason: 'dead_letter_not_found' } });
    expect((await get(intake, '/v1/dead-letters/7')).status).toBe(400);
  });
});

describe('POST /v1/dead-letters/{id}/replay', () => {
  it('accepts a record put right, and says in the log that the letter was replayed', async () => {
    const { intake, letters } = await refusing(touchOf({ time: 'soon' }));
    const id = only(letters).deadLetterId;
    const touchId = deterministicUuid('web', 'evt-1');
    const replayed = await ask(intake, `/v1/dead-letters/${id}/replay`, { record: touchOf() });
    expect(replayed).toMatchObject({ status: 202, body: { status: 'accepted', records: 1, touchIds: [touchId] } });
    expect(intake.touches()).toMatchObject([{ touchId, received: NOW, origin: 'POST /v1/touches[0]' }]);
    expect(intake.rows(topics.deadLetterReplays.name)).toMatchObject([
      { deadLetterId: id, edited: true, recordKind: 'touches', records: 1, touchIds: [touchId], replayedAt: NOW },
    ]);
    const shown = await get(intake, `/v1/dead-letters/${id}`);
    expect(shown.body).toMatchObject({ state: 'replayed', replays: [{ touchIds: [touchId], edited: true }] });
  });

  it('writes nothing the second time', async () => {
    const { intake, letters } = await refusing(touchOf({ time: 'soon' }));
    const path = `/v1/dead-letters/${only(letters).deadLetterId}/replay`;
    await ask(intake, path, { record: touchOf() });
    const sends = intake.sends.length;
    const again = await ask(intake, path, { record: touchOf({ id: 'another' }) });
    expect(again).toMatchObject({ status: 200, body: { status: 'already_replayed', replayedAt: expect.any(String) } });
    expect(intake.sends.length).toBe(sends);
  });

  it('writes the record before the word that it was replayed, each acknowledged', async () => {
    let refuse = false;
    const intake = createTestIntake({
      timeoutMs: 50,
      broker: async (messages) => {
        if (refuse && messages.some(({ topic }) => topic === topics.deadLetterReplays)) throw new Error('gone');
      },
    });
    await send(intake, [touchOf({ time: 'soon' })]);
    const path = `/v1/dead-letters/${only(intake.deadLetters()).deadLetterId}/replay`;
    refuse = true;
    expect((await ask(intake, path, { record: touchOf() })).status).toBe(503);
    refuse = false;
    expect((await ask(intake, path, { record: touchOf() })).status).toBe(202);
    expect(new Set(intake.touches().map(({ touchId }) => touchId)).size).toBe(1);
  });

  it('says what is still wrong, changes nothing, and a dry run writes nothing', async () => {
    const { intake, letters } = await refusing(touchOf({ time: 'soon' }));
    const path = `/v1/dead-letters/${only(letters).deadLetterId}/replay`;
    const refused = await ask(intake, path);
    expect(refused).toMatchObject({
      status: 400,
      body: { reason: 'nothing_accepted', result: { status: 'refused', reason: 'time_unparseable' } },
    });
    const dry = await ask(intake, path, { set: { time: '2026-03-01T09:30:00Z' }, dryRun: true });
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, status: 'accepted' } });
    expect(intake.touches()).toEqual([]);
    expect(intake.deadLetters().length).toBe(1);
  });

  it('reads a body of one object a line that was sent as JSON', async () => {
    const intake = createTestIntake();
    const payload = ndjson([touchOf({ id: '1' }), touchOf({ id: '2' })]);
    const headers = { 'content-type': 'application/json' };
    await intake.server.inject({ method: 'POST', url: '/v1/touches', headers, payload });
    const letter = only(intake.deadLetters());
    expect(letter.reason).toBe('unreadable_body');
    const { status, body } = await ask(intake, `/v1/dead-letters/${letter.deadLetterId}/replay`);
    expect([status, body.records]).toEqual([202, 2]);
    expect(intake.touches().map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('takes all records of a letter or none, and names the one at fault', async () => {
    const intake = createTestIntake();
    const headers = { 'content-type': 'application/json' };
    await intake.server.inject({ method: 'POST', url: '/v1/touches', headers, payload: '[' });
    const path = `/v1/dead-letters/${only(intake.deadLetters()).deadLetterId}/replay`;
    const answer = await ask(intake, path, { record: [touchOf(), touchOf({ person: {} })] });
    expect(answer).toMatchObject({ status: 400, body: { result: { reason: 'no_person' } } });
    expect(answer.body.message).toMatch(/record 2 of 2/);
    expect(intake.touches()).toEqual([]);
  });

  it('does not replay a record of which only the beginning was kept, unless it is given anew', async () => {
    const { intake, letters } = await refusing(touchOf({ properties: { page: 'x'.repeat(300 * 1024) } }));
    const letter = only(letters);
    const path = `/v1/dead-letters/${letter.deadLetterId}/replay`;
    expect(await ask(intake, path)).toMatchObject({ status: 409, body: { reason: 'not_replayable' } });
    expect((await ask(intake, path, { record: touchOf() })).status).toBe(202);
  });

  it('reads rows of the directory as what they were sent as', async () => {
    const intake = createTestIntake();
    const headers = { 'content-type': 'application/x-ndjson' };
    const payload = ndjson([{ id: 'a-1', name: 7, source: 'crm' }]);
    await intake.server.inject({ method: 'POST', url: '/v1/accounts?origin=crm.csv&line=2', headers, payload });
    const letter = only(intake.deadLetters());
    const answer = await ask(intake, `/v1/dead-letters/${letter.deadLetterId}/replay`, { set: { name: 'Acme' } });
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted', touchIds: [] } });
    expect(intake.rows(topics.accounts.name)).toMatchObject([{ id: 'a-1', name: 'Acme' }]);
  });
});

describe('touches without an id', () => {
  const bare = (fields: Record<string, unknown> = {}) => {
    const { id: _id, ...touch } = withoutSource({ time: '2026-02-28', ...fields });
    return touch;
  };

  it('get the ids that the corrected file would give them, each its own, in whatever order they are replayed', async () => {
    const file = [bare(), bare({ product: 'storage' }), bare({ content: 'a' })];
    const corrected = createTestIntake();
    await send(corrected, file, { source: 'crm' });
    const expected = corrected.touches().map(({ touchId }) => touchId);

    const { intake, letters } = await refusing(...file);
    const replayed: string[] = [];
    for (const { deadLetterId } of [...letters].reverse()) {
      const answer = await ask(intake, `/v1/dead-letters/${deadLetterId}/replay`, { set: { source: 'crm' } });
      replayed.unshift(...answer.body.touchIds);
    }
    expect(replayed).toEqual(expected);
    expect(new Set(replayed).size).toBe(3);
  });
});

describe('POST /v1/dead-letters/replay', () => {
  it('replays what matches, with fields set, and leaves the rest', async () => {
    const { intake } = await refusing(
      withoutSource({ id: '1' }),
      withoutSource({ id: '2', person: {} }),
      touchOf({ id: '3', time: 'soon' }),
    );
    const order = { reason: 'missing_field', set: { source: 'crm' } };
    const dry = await ask(intake, '/v1/dead-letters/replay', { ...order, dryRun: true });
    expect(dry).toMatchObject({ status: 200, body: { accepted: 1, refused: 1, notReplayable: 0, remaining: 0 } });
    expect(intake.touches()).toEqual([]);

    const { status, body } = await ask(intake, '/v1/dead-letters/replay', order);
    expect([status, body.accepted, body.refused, body.next]).toEqual([202, 1, 1, null]);
    expect(body.results).toMatchObject([
      { status: 'accepted', touchIds: [deterministicUuid('crm', '1')] },
      { status: 'refused', reason: 'no_person' },
    ]);
    const again = await ask(intake, '/v1/dead-letters/replay', order);
    expect(again.body).toMatchObject({ accepted: 0, refused: 1, alreadyReplayed: 1 });
    expect(intake.touches().length).toBe(1);
  });

  it('goes on where it stopped', async () => {
    const records = Array.from({ length: 5 }, (_, index) => withoutSource({ id: `${index}` }));
    const { intake } = await refusing(...records);
    const order = { reason: 'missing_field', set: { source: 'crm' }, limit: 2 };
    let after = -1;
    const steps: number[] = [];
    for (;;) {
      const { body } = await ask(intake, '/v1/dead-letters/replay', { ...order, after });
      steps.push(body.accepted);
      if (body.next === null) break;
      after = body.next;
    }
    expect(steps).toEqual([2, 2, 1]);
    expect(intake.touches().map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('holds no more records in memory than the bound on bytes in flight allows', async () => {
    const intake = createTestIntake({ maxBodyBytes: 4_000, maxInFlightBytes: 4_000 });
    const records = Array.from({ length: 30 }, (_, index) =>
      withoutSource({ id: `${index}`, content: 'x'.repeat(200) }),
    );
    for (const record of records) await send(intake, [record]);
    const { body } = await ask(intake, '/v1/dead-letters/replay', { reason: 'missing_field', set: { source: 'crm' } });
    expect(body.accepted).toBeGreaterThan(3);
    expect(body.accepted + body.remaining).toBe(30);
    await vi.waitFor(() => expect(intake.inFlight.held).toBe(0));
  });

  it('reads times without offset in the zone that is given', async () => {
    const { intake } = await refusing(withoutSource({ time: '2026-02-28T12:00:00' }));
    const body = { reason: 'missing_field', set: { source: 'crm' }, timeZone: 'Europe/Berlin' };
    await ask(intake, '/v1/dead-letters/replay', body);
    expect(intake.touches().map(({ time }) => new Date(time).toISOString())).toEqual(['2026-02-28T11:00:00.000Z']);
    const wrong = await ask(intake, '/v1/dead-letters/replay', { ...body, timeZone: 'Mars' });
    expect(wrong).toMatchObject({ status: 400, body: { message: expect.stringContaining('timeZone') } });
  });

  it('asks for a reason or a source, so that nobody replays everything by a slip', async () => {
    const intake = createTestIntake();
    const answer = await ask(intake, '/v1/dead-letters/replay', { dryRun: true });
    expect(answer).toMatchObject({ status: 400, body: { reason: 'invalid_request' } });
  });
});
