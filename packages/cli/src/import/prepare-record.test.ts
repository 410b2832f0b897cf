import { MAX_RECORD_BYTES, OrdinalCounter, parseTouch, type ReadItem, readJson } from '@groundswell/interchange';
import { describe, expect, it } from 'vitest';
import { createPreparer, type PrepareOptions } from './prepare-record.ts';

const NOW = Date.UTC(2026, 0, 1);

const options = (more: Partial<PrepareOptions> = {}): PrepareOptions => ({
  source: 'web',
  asIfLive: false,
  now: NOW,
  timeZoneOf: () => 'UTC',
  ...more,
});

const item = (value: unknown, line = 1): ReadItem => ({ line, bytes: Buffer.from(JSON.stringify(value)), value });

const touch = { time: '2025-03-01T09:30:00Z', type: 'page_view', 'person.email': 'a@acme.example' };

const idOf = (bytes: Buffer): unknown => {
  const read = readJson(bytes);
  return 'value' in read && typeof read.value === 'object' && read.value !== null && 'id' in read.value
    ? read.value.id
    : undefined;
};

describe('createPreparer', () => {
  it('sends a record as it came', () => {
    const bytes = Buffer.from('{ "time": 1740821400000, "type": "chat", "person.id": "7" , "id":"x"}');
    const prepared = createPreparer(options(), 'ndjson').prepare(
      { line: 3, bytes, value: JSON.parse(String(bytes)) },
      'touches',
    );
    expect(prepared.bytes).toBe(bytes);
    expect(prepared.line).toBe(3);
  });

  it('numbers look-alikes without an id over the whole file, as if intake had seen them in one request', () => {
    const preparer = createPreparer(options(), 'ndjson');
    const sent = [1, 2, 3].map((line) => preparer.prepare(item(touch, line), 'touches'));
    const ordinals = new OrdinalCounter();
    const context = {
      ...options(),
      defaultSource: 'web',
      receivedAt: NOW,
      mode: 'live' as const,
      origin: '',
      ordinals,
    };
    const wanted = [1, 2, 3].map(() => parseTouch(touch, context)).map((parsed) => parsed.ok && parsed.touch.id);
    // The first derives at intake, whatever the batch it is in; the others carry their id.
    expect(sent.map(({ bytes }) => idOf(bytes))).toEqual([undefined, wanted[1], wanted[2]]);
    expect(new Set(wanted).size).toBe(3);
    expect(preparer.identical).toBe(2);
  });

  it('gives no id to a record that has one, nor to directory rows', () => {
    const preparer = createPreparer(options(), 'ndjson');
    const given = { ...touch, id: 'given' };
    expect(idOf(preparer.prepare(item(given), 'touches').bytes)).toBe('given');
    expect(idOf(preparer.prepare(item(given), 'touches').bytes)).toBe('given');
    const accounts = createPreparer(options(), 'ndjson');
    accounts.prepare(item(touch), 'accounts');
    expect(idOf(accounts.prepare(item(touch), 'accounts').bytes)).toBeUndefined();
  });

  it('takes received from the record, else its time, in an as-if-live import', () => {
    const preparer = createPreparer(options({ asIfLive: true }), 'ndjson');
    expect(preparer.prepare(item(touch), 'touches').received).toBe(Date.UTC(2025, 2, 1, 9, 30));
    expect(preparer.prepare(item({ ...touch, received: '2025-03-02' }), 'touches').received).toBe(Date.UTC(2025, 2, 2));
    expect(preparer.prepare(item({ ...touch, time: 'yesterday' }), 'touches').received).toBeNull();
    expect(preparer.prepare(item({ ...touch, received: '2030-01-01' }), 'touches').received).toBeNull();
  });

  it('reads times without offset in the zone of the source', () => {
    const preparer = createPreparer(options({ asIfLive: true, timeZoneOf: () => 'Europe/Berlin' }), 'ndjson');
    expect(preparer.prepare(item({ ...touch, time: '2025-03-01 09:30:00' }), 'touches').received).toBe(
      Date.UTC(2025, 2, 1, 8, 30),
    );
  });

  it('makes JSON of a row of CSV', () => {
    const prepared = createPreparer(options(), 'csv').prepare(
      { line: 2, bytes: Buffer.from('x,chat'), value: { id: 'x', type: 'chat' } },
      'touches',
    );
    expect(prepared.bytes.toString()).toBe('{"id":"x","type":"chat"}');
  });

  it('sends what cannot be read in a form that intake rejects too', () => {
    const preparer = createPreparer(options(), 'csv');
    const unreadable = (reason: 'unreadable_csv' | 'line_too_long' | 'not_utf8', bytes: Buffer) =>
      preparer.prepare({ line: 1, bytes, rejection: { reason, message: 'why' } }, 'touches');
    const csv = unreadable('unreadable_csv', Buffer.from('a,"b\nc'));
    expect(csv.bytes.toString()).toBe('"a,\\"b\\nc"');
    expect(csv.unreadable?.reason).toBe('unreadable_csv');
    const long = unreadable('line_too_long', Buffer.alloc(MAX_RECORD_BYTES, 'x'));
    expect(readJson(long.bytes)).toMatchObject({ rejection: { reason: 'line_too_long' } });
    const latin = Buffer.from([0x7b, 0xe9, 0x7d]);
    expect(unreadable('not_utf8', latin).bytes).toBe(latin);
  });
});
