import { createCodec, type RawRecord, type RawTouch, readSchema } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTouch, type TouchContext } from './touch.ts';
import { OrdinalCounter, touchIdOf } from './touch-identity.ts';

const NOW = Date.UTC(2026, 2, 1, 12);

const contextWith = (given: Partial<TouchContext> = {}): TouchContext => ({
  receivedAt: NOW,
  mode: 'live',
  timeZoneOf: () => 'UTC',
  origin: 'POST /v1/touches[0]',
  ordinals: new OrdinalCounter(),
  ...given,
});

const smallest = {
  id: 'evt-1',
  time: '2026-03-01T09:30:00Z',
  type: 'page_view',
  source: 'web',
  person: { email: 'ada@acme.com' },
};

const accepted = (input: unknown, given?: Partial<TouchContext>): RawTouch & { warned: string[] } => {
  const parsed = parseTouch(input, contextWith(given));
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.message}`);
  return { ...parsed.touch, warned: parsed.warnings.map(({ code, path }) => `${code} ${path}`) };
};

const rejection = (input: unknown, given?: Partial<TouchContext>): [reason: string, message: string] => {
  const parsed = parseTouch(input, contextWith(given));
  return parsed.ok ? ['accepted', ''] : [parsed.reason, parsed.message];
};

describe('a touch', () => {
  it('is read with every field of the format', () => {
    const { warned, ...touch } = accepted({
      ...smallest,
      received: '2026-03-01T09:31:00Z',
      person: { email: ' ADA@Acme.com', id: '7', anonymous_id: 'cookie', title: 'CTO', name: 'Ada' },
      account: { domain: ' ACME.com ', id: ' 0014x ', name: 'Acme' },
      product: 'analytics',
      channel: 'web',
      content: 'https://us.example/pricing',
      campaign: 'spring',
      send_id: 's-1',
      direction: 'ours',
      actor: 'rep',
      bot: true,
      properties: { depth: 0.5, 'utm.source': 'x', seen: false, nothing: null, blank: '' },
    });
    expect(warned).toEqual([]);
    expect(touch).toEqual({
      touchId: touchIdOf('web', 'evt-1'),
      source: 'web',
      id: 'evt-1',
      idDerived: false,
      time: Date.UTC(2026, 2, 1, 9, 30),
      timePrecision: 'second',
      received: NOW,
      claimedReceived: Date.UTC(2026, 2, 1, 9, 31),
      type: 'page_view',
      personEmail: 'ada@acme.com',
      personId: '7',
      anonymousId: 'cookie',
      personTitle: 'CTO',
      personName: 'Ada',
      accountDomain: 'acme.com',
      accountId: '0014x',
      accountName: 'Acme',
      product: 'analytics',
      channel: 'web',
      content: 'https://us.example/pricing',
      campaign: 'spring',
      sendId: 's-1',
      direction: 'ours',
      actor: 'rep',
      bot: true,
      properties: { depth: '0.5', 'utm.source': '"x"', seen: 'false', nothing: 'null', blank: '""' },
      origin: 'POST /v1/touches[0]',
    });
  });

  it('reads the same from dotted names, as CSV has them, as from nested objects', () => {
    const nested = { ...smallest, account: { domain: 'acme.com' }, bot: true, properties: { x: '5' } };
    const { person, account, properties, ...rest } = nested;
    const row = { ...rest, 'person.email': person.email, 'account.domain': account.domain, 'properties.x': '5' };
    expect(accepted({ ...row, bot: 'TRUE', 'person.id': '', product: '  ' })).toEqual(accepted(nested));
  });

  it('takes the default source when it names none', () => {
    const { source, ...rest } = smallest;
    expect(accepted(rest, { defaultSource: source }).touchId).toBe(accepted(smallest).touchId);
    expect(accepted(smallest, { defaultSource: 'crm' }).source).toBe('web');
  });

  it('takes times without offset in the zone of its own source', () => {
    const timeZoneOf = (source: string) => (source === 'web' ? 'Asia/Tokyo' : 'UTC');
    const touch = accepted({ ...smallest, time: '2026-03-01' }, { timeZoneOf });
    expect(touch).toMatchObject({ time: Date.UTC(2026, 1, 28, 15), timePrecision: 'day' });
  });

  it('is theirs unless its type is an action of ours; what it says itself wins', () => {
    expect(accepted({ ...smallest, type: 'email_sent' }).direction).toBe('ours');
    expect(accepted({ ...smallest, type: 'email_delivered' }).direction).toBe('ours');
    expect(accepted({ ...smallest, type: 'call' }).direction).toBe('ours');
    expect(accepted({ ...smallest, type: 'call', direction: 'theirs' }).direction).toBe('theirs');
    expect(accepted({ ...smallest, type: 'unsubscribe' }).direction).toBe('theirs');
  });

  it('of an unknown type is kept as it is, also when the type is called like a property of objects', () => {
    expect(accepted({ ...smallest, type: 'AR_demo' })).toMatchObject({ type: 'AR_demo', direction: 'theirs' });
    expect(accepted({ ...smallest, type: 'constructor' }).direction).toBe('theirs');
  });

  it('keeps fields nobody knows in its properties and warns about each', () => {
    const input = { ...smallest, person: { email: 'ada@acme.com', age: 36 }, utm: { source: 'x' }, score: 5 };
    const touch = accepted({ ...input, properties: { score: 1 } });
    expect(touch.properties).toEqual({ score: '1', 'person.age': '36', utm: '{"source":"x"}', '$.score': '5' });
    expect(touch.warned.sort()).toEqual(['unknown_field person.age', 'unknown_field score', 'unknown_field utm']);
  });

  it('with an invalid e-mail and another identifier is taken without the e-mail, with a warning', () => {
    const touch = accepted({ ...smallest, person: { email: 'n/a', id: '7' } });
    expect(touch).toMatchObject({ personEmail: null, personId: '7', warned: ['email_invalid person.email'] });
  });
});

describe('a touch is rejected, with the field in the message,', () => {
  it.each([
    ['is no object', 'wrong_type', 'text', 'the record'],
    ['is an array', 'wrong_type', [], 'the record'],
    ['has no time', 'missing_field', { ...smallest, time: '' }, 'time'],
    ['has no type', 'missing_field', { ...smallest, type: null }, 'type'],
    ['has no source anywhere', 'missing_field', { ...smallest, source: ' ' }, 'source'],
    ['has a time that is none', 'time_unparseable', { ...smallest, time: 'soon' }, 'time: .*"soon"'],
    ['has a time of a wrong type', 'wrong_type', { ...smallest, time: true }, 'time'],
    ['is from before 2000', 'time_before_2000', { ...smallest, time: 1_700_000_000 }, 'time: 1700000000 is 1970-'],
    ['has a numeric id', 'wrong_type', { ...smallest, id: 7 }, 'id: expected text, found 7'],
    ['has a long id', 'invalid_value', { ...smallest, id: 'x'.repeat(201) }, 'id: .*200.*201'],
    ['has half a character in its id', 'invalid_value', { ...smallest, id: 'a\ud800' }, 'id'],
    ['has a NUL in its source', 'invalid_value', { ...smallest, source: 'a\u0000b' }, 'source'],
    ['has a person that is no object', 'wrong_type', { ...smallest, person: 'Ada' }, 'person: expected an object'],
    ['has a wrong type inside', 'wrong_type', { ...smallest, account: { id: ['x'] } }, 'account.id: .*an array'],
    ['has an unknown direction', 'invalid_value', { ...smallest, direction: 'up' }, 'direction: .*"up"'],
    ['has a bot flag that is none', 'wrong_type', { ...smallest, bot: 'maybe' }, 'bot'],
    ['has properties that are no object', 'wrong_type', { ...smallest, properties: [1] }, 'properties'],
    ['has a property that is no scalar', 'wrong_type', { ...smallest, properties: { x: [1] } }, 'properties.x'],
    ['says one thing twice', 'invalid_value', { ...smallest, 'person.email': 'b@acme.com' }, 'person.email: .*twice'],
    ['has no person', 'no_person', { ...smallest, person: {} }, 'person'],
    ['has only an invalid e-mail', 'no_person', { ...smallest, person: { email: 'x' } }, 'person: person.email is no'],
    ['claims an arrival of a wrong type', 'wrong_type', { ...smallest, received: {} }, 'received'],
  ])('when it %s', (_what, reason, input, message) => {
    expect(rejection(input)).toEqual([reason, expect.stringMatching(new RegExp(`^${message}`))]);
  });

  it('and what it quotes is short', () => {
    const [, message] = rejection({ ...smallest, time: 'x'.repeat(10_000) });
    expect(message.length).toBeLessThan(200);
  });

  it('but an id of 200 characters is fine, whatever they take in UTF-16', () => {
    expect(accepted({ ...smallest, id: '😀'.repeat(200) }).idDerived).toBe(false);
  });
});

describe('the arrival of a touch', () => {
  it('is the wall clock in live mode, whatever the sender claims', () => {
    const touch = accepted({ ...smallest, received: '2031-01-01T00:00:00Z' });
    expect(touch).toMatchObject({ received: NOW, claimedReceived: Date.UTC(2031, 0, 1) });
  });

  it('is not worth losing a live touch for', () => {
    const touch = accepted({ ...smallest, received: 'just now' });
    expect(touch).toMatchObject({ claimedReceived: null, warned: ['received_claim_unreadable received'] });
  });

  it('is taken from the record in replay mode, or else from its time', () => {
    const received = '2026-03-01T10:00:00+01:00';
    expect(accepted({ ...smallest, received }, { mode: 'replay' })).toMatchObject({
      received: Date.UTC(2026, 2, 1, 9),
      claimedReceived: null,
    });
    expect(accepted(smallest, { mode: 'replay' }).received).toBe(Date.UTC(2026, 2, 1, 9, 30));
  });

  it('is never after now or before 2000 in replay mode, since it drives the clock', () => {
    const replay = { mode: 'replay' } as const;
    expect(rejection({ ...smallest, received: NOW + 1 }, replay)[0]).toBe('received_in_future');
    expect(rejection({ ...smallest, time: NOW + 1 }, replay)).toEqual([
      'received_in_future',
      expect.stringMatching(/^time/),
    ]);
    expect(rejection({ ...smallest, received: 5 }, replay)[0]).toBe('time_before_2000');
    expect(rejection({ ...smallest, received: 'soon' }, replay)[0]).toBe('time_unparseable');
    expect(accepted({ ...smallest, time: NOW + 1, received: NOW }, replay).received).toBe(NOW);
  });
});

describe('a touch without an id', () => {
  const { id: _, ...anonymous } = smallest;

  it('gets the same id whenever the same import is read', () => {
    const first = accepted(anonymous);
    expect(first).toMatchObject({ idDerived: true, warned: [] });
    expect(accepted({ ...anonymous, product: 'other' }).id).toBe(first.id);
    expect(first.touchId).toBe(touchIdOf('web', first.id));
  });

  it('is told apart from identical ones by its ordinal, with a warning', () => {
    const ordinals = new OrdinalCounter();
    const ids = [0, 1, 2].map(() => accepted(anonymous, { ordinals }));
    expect(new Set(ids.map(({ touchId }) => touchId)).size).toBe(3);
    expect(ids.map(({ warned }) => warned)).toEqual([[], ['identical_without_id id'], ['identical_without_id id']]);
  });

  it.each([
    ['source', { source: 'crm' }],
    ['time', { time: '2026-03-01T09:30:01Z' }],
    ['type', { type: 'chat' }],
    ['person', { person: { email: 'bob@acme.com' } }],
    ['content', { content: 'a' }],
    ['campaign', { campaign: 'a' }],
  ])('is another one when its %s differs', (_field, change) => {
    expect(accepted({ ...anonymous, ...change }).id).not.toBe(accepted(anonymous).id);
  });

  it('uses up no ordinal when it is rejected', () => {
    const ordinals = new OrdinalCounter();
    rejection({ ...anonymous, direction: 'up' }, { ordinals });
    expect(accepted(anonymous, { ordinals }).id).toBe(accepted(anonymous).id);
  });
});

const fieldNames = ['id', 'time', 'received', 'type', 'source', 'person', 'person.email', 'person.id', 'account'];
const moreNames = ['account.id', 'bot', 'direction', 'properties', 'properties.x', '__proto__', 'constructor', 'x'];
const anyRecord = fc.dictionary(fc.oneof(fc.constantFrom(...fieldNames, ...moreNames), fc.string()), fc.jsonValue());

describe('any input', () => {
  it('is either a touch or a rejection that says why, never an exception', () => {
    const overlaid = fc
      .tuple(anyRecord, fc.boolean())
      .map(([some, whole]) => (whole ? { ...some, ...smallest } : some));
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.jsonValue(), overlaid),
        fc.constantFrom('live', 'replay'),
        (input, mode) => {
          const parsed = parseTouch(input, contextWith({ mode }));
          expect(parsed.ok || parsed.message.length > 0).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('that is accepted survives the contract of its topic', () => {
    const codec = createCodec<RawRecord>(readSchema('raw-record'));
    const unusable: unknown = JSON.parse('{"__proto__": 1}');
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })), (some) => {
        const parsed = parseTouch({ ...some, ...Object(unusable), ...smallest }, contextWith());
        if (!parsed.ok) throw new Error(parsed.message);
        const record: RawRecord = { record: { kind: 'RawTouch', body: parsed.touch } };
        expect(codec.decode(codec.encode(record))).toEqual(record);
      }),
    );
  });

  it('nested deeper than the stack is rejected', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(rejection({ ...smallest, deep })[0]).toBe('wrong_type');
  });
});
