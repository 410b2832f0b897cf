import { deterministicUuid } from '@groundswell/interchange';
import { deadLetterOf } from '@groundswell/kafka';
import { type DeadLetter, type RawTouch, topics } from '@groundswell/schemas';
import { emptySourceCatalog } from '@groundswell/sources';
import { anySource } from '@groundswell/sources/testing';
import { describe, expect, it } from 'vitest';
import { catalogOf, DIGESTS, keyed, template } from '../testing/declared.ts';
import { createTestIntake, NOW, type TestIntake, touchOf } from '../testing/test-intake.ts';

const touchId = deterministicUuid('web', 'evt-1');
const EARLIER = NOW - 86_400_000;

const accepted = async (): Promise<RawTouch> => {
  const intake = createTestIntake({ sources: emptySourceCatalog });
  const record = touchOf({ time: '2026-02-27', properties: { page: 'start' }, received: '2026-02-28T00:00:00Z' });
  await intake.server.inject({
    method: 'POST',
    url: '/v1/touches',
    headers: { 'content-type': 'application/json' },
    payload: record,
  });
  const [touch] = intake.touches();
  if (!touch) throw new Error('the touch was not accepted');
  return { ...touch, received: EARLIER, idDerived: true };
};

/** What a stage makes of a record that it gives up: a processor writes it as JSON. */
const givenUp = (topic: string, value: unknown, stage = 'account-resolver'): DeadLetter =>
  deadLetterOf(
    stage,
    {
      topic,
      partition: 3,
      offset: 7,
      key: null,
      value: Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
      headers: {},
      appendedAt: EARLIER,
    },
    { reason: 'unresolvable', message: 'no person', source: 'web' },
  );

const rawLetter = (touch: RawTouch): DeadLetter =>
  givenUp(topics.touchesRaw.name, { record: { kind: 'RawTouch', body: touch } });

const replay = async ({ server }: TestIntake, { deadLetterId }: DeadLetter, payload: object = {}) => {
  const response = await server.inject({
    method: 'POST',
    url: `/v1/dead-letters/${deadLetterId}/replay`,
    headers: { 'content-type': 'application/json' },
    payload,
  });
  return { status: response.statusCode, body: response.json() };
};

describe('a touch that a later stage gave up', () => {
  it('is accepted again as itself: identity, arrival, and what a sender cannot say', async () => {
    const touch = await accepted();
    const letter = rawLetter(touch);
    const intake = createTestIntake({ letters: [letter] });
    expect(await replay(intake, letter)).toMatchObject({ status: 202, body: { touchIds: [touchId] } });
    expect(intake.touches()).toEqual([touch]);
    expect(intake.sends[0]).toMatchObject([{ topic: topics.touchesRaw, key: touchId }]);
  });

  it('is shown and edited as its sender would write it', async () => {
    const touch = await accepted();
    const letter = rawLetter({ ...touch, personEmail: null });
    const intake = createTestIntake({ letters: [letter] });
    const shown = await intake.server.inject({ method: 'GET', url: `/v1/dead-letters/${letter.deadLetterId}` });
    const record = JSON.parse(shown.json().record);
    expect(record).toMatchObject({ id: 'evt-1', source: 'web', type: 'page_view', properties: { page: 'start' } });
    expect(await replay(intake, letter)).toMatchObject({ status: 400, body: { result: { reason: 'no_person' } } });
    const fixed = { ...record, person: { email: 'kim@acme.com' } };
    expect(await replay(intake, letter, { record: fixed })).toMatchObject({ status: 202 });
    expect(intake.touches()).toEqual([{ ...touch, personEmail: 'kim@acme.com' }]);
  });

  it('stays the touch it was: another id or source is refused', async () => {
    const letter = rawLetter(await accepted());
    const intake = createTestIntake({ letters: [letter] });
    for (const set of [{ id: 'evt-2' }, { source: 'crm' }]) {
      const refused = await replay(intake, letter, { set });
      expect(refused).toMatchObject({ status: 400, body: { result: { reason: 'invalid_value' } } });
    }
    expect(intake.touches()).toEqual([]);
  });

  it('is read from the bytes of the log where a newer intake can read them', async () => {
    const touch = await accepted();
    const letter = givenUp(topics.touchesRaw.name, Buffer.from([0, 0, 0, 0, 9, 1]));
    const readRaw = async () => ({ record: { kind: 'RawTouch' as const, body: touch } });
    const intake = createTestIntake({ letters: [letter], readRaw });
    expect(await replay(intake, letter)).toMatchObject({ status: 202 });
    expect(intake.touches()).toEqual([touch]);
  });

  it('whose bytes nobody can read takes a record in their place, received when the bytes were', async () => {
    const letter = givenUp(topics.touchesRaw.name, Buffer.from('garbage'), 'clickhouse-sink');
    const intake = createTestIntake({ letters: [letter] });
    expect(await replay(intake, letter)).toMatchObject({ status: 409, body: { reason: 'not_replayable' } });
    const { received: _received, ...record } = touchOf();
    expect(await replay(intake, letter, { record })).toMatchObject({ status: 202 });
    expect(intake.touches()).toMatchObject([{ touchId, received: EARLIER }]);
  });

  it('is none when the record was a control record', async () => {
    const letter = givenUp(topics.touchesRaw.name, { record: { kind: 'Tick', body: { received: 1, origin: 'x' } } });
    const intake = createTestIntake({ letters: [letter] });
    expect(await replay(intake, letter)).toMatchObject({ status: 409 });
  });
});

describe('a row of the directory that a later stage gave up', () => {
  it('is replayed only when it is given anew, since the same row would be given up again', async () => {
    const letter = givenUp(topics.accounts.name, Buffer.from('garbage'), 'clickhouse-sink');
    const intake = createTestIntake({ letters: [letter] });
    expect(await replay(intake, letter)).toMatchObject({ status: 409 });
    const record = { id: 'a-1', name: 'Acme', source: 'crm' };
    expect(await replay(intake, letter, { record })).toMatchObject({ status: 202, body: { records: 1, touchIds: [] } });
    expect(intake.rows(topics.accounts.name)).toMatchObject([{ id: 'a-1', name: 'Acme' }]);
  });
});

describe('what the pipeline itself wrote', () => {
  it('cannot be replayed, not even with another record, and the answer says whose matter it is', async () => {
    const letter = givenUp(topics.touches.name, { change: {} }, 'account-intensity');
    const intake = createTestIntake({ letters: [letter] });
    for (const payload of [{}, { record: touchOf() }]) {
      const answer = await replay(intake, letter, payload);
      expect(answer).toMatchObject({
        status: 409,
        body: { message: expect.stringMatching(/account-intensity.*touches/) },
      });
    }
    expect(intake.sends).toEqual([]);
  });
});

describe('what a tool sent', () => {
  const event = { id: 'r-1', event: 'refund', at: '2026-02-27T10:00:00', email: 'ann@acme.example' };

  /** Intake that got an event which no rule of its source reads; and its letter. */
  const notMapped = async (sources = catalogOf(template('json'))) => {
    const sending = createTestIntake({ sources: catalogOf(template('json')) });
    await sending.server.inject({
      method: 'POST',
      url: '/v1/sources/json',
      headers: { 'content-type': 'application/json' },
      payload: event,
    });
    const [letter] = sending.deadLetters();
    if (!letter) throw new Error('the event became no letter');
    return { letter, intake: createTestIntake({ sources, letters: [letter] }) };
  };

  it('is read again by the rules that its source has now', async () => {
    const { letter, intake } = await notMapped();
    expect(letter).toMatchObject({ recordKind: 'mapped', source: 'json', reason: 'not_mapped' });
    expect(await replay(intake, letter)).toMatchObject({ status: 400, body: { result: { reason: 'not_mapped' } } });
    const set = { event: 'form_submitted' };
    expect(await replay(intake, letter, { set, timeZone: 'Europe/Berlin' })).toMatchObject({
      status: 202,
      body: { records: 1, touchIds: [deterministicUuid('json', 'r-1')] },
    });
    expect(intake.touches()).toMatchObject([{ type: 'form_fill', time: Date.UTC(2026, 1, 27, 9), source: 'json' }]);
  });

  it('is done with when a rule leaves it out now', async () => {
    const { letter, intake } = await notMapped();
    expect(await replay(intake, letter, { set: { event: 'ping' } })).toMatchObject({
      status: 202,
      body: { status: 'accepted', records: 0 },
    });
    expect(intake.touches()).toEqual([]);
    expect(intake.rows(topics.deadLetterReplays.name)).toMatchObject([{ records: 0 }]);
  });

  it('cannot be read while its source is not declared', async () => {
    const { letter, intake } = await notMapped(emptySourceCatalog);
    const answer = await replay(intake, letter);
    expect(answer).toMatchObject({ status: 409, body: { message: expect.stringContaining('json is not declared') } });
  });
});

describe('a record of a source that its sender may not send for', () => {
  it('is let in by the operator', async () => {
    const sources = catalogOf(anySource('web', { auth: { scheme: 'api-key', keys: [keyed('key-of-web-1')] } }));
    const intake = createTestIntake({ sources });
    const headers = { 'content-type': 'application/json' };
    await intake.server.inject({ method: 'POST', url: '/v1/touches', headers, payload: touchOf() });
    const [letter] = intake.deadLetters();
    expect(letter).toMatchObject({ reason: 'source_not_allowed' });
    if (letter) expect(await replay(intake, letter)).toMatchObject({ status: 202 });
    expect(intake.touches()).toMatchObject([{ touchId }]);
  });
});

describe('a letter of a kind that this intake does not read', () => {
  it('says so', async () => {
    const base = givenUp(topics.touchesRaw.name, {});
    const letter = { ...base, originTopic: '', recordKind: 'surveys' };
    const intake = createTestIntake({ letters: [letter] });
    expect(await replay(intake, letter)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('surveys') },
    });
  });
});

describe('dead letters', () => {
  it("are the operator's: nobody else lists, reads or replays them", async () => {
    const letter = givenUp(topics.accounts.name, {});
    const intake = createTestIntake({ letters: [letter], operatorKey: DIGESTS['operator-key'] });
    const ask = async (method: 'GET' | 'POST', url: string, headers = {}) =>
      (await intake.server.inject({ method, url: `/v1/dead-letters${url}`, headers })).statusCode;
    const one = `/${letter.deadLetterId}`;
    expect(await ask('GET', '')).toBe(401);
    expect(await ask('GET', one)).toBe(401);
    expect(await ask('POST', `${one}/replay`)).toBe(401);
    expect(await ask('POST', '/replay')).toBe(401);
    expect(await ask('GET', one, { authorization: 'Bearer operator-key' })).toBe(200);
  });
});
