import { OrdinalCounter, parseTouch } from '@groundswell/interchange';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawTouchOf } from './testing/letters.ts';
import { recordOfTouch } from './touch-record.ts';

const parse = (record: unknown, received: number) =>
  parseTouch(record, {
    receivedAt: received,
    mode: 'live',
    timeZoneOf: () => 'UTC',
    origin: 'POST /v1/touches[0]',
    ordinals: new OrdinalCounter(),
  });

describe('an accepted touch as its sender would write it', () => {
  it('leaves out what says nothing', () => {
    expect(recordOfTouch(rawTouchOf())).toEqual({
      id: 'evt-1',
      source: 'web',
      time: '2026-11-20T12:00:00.000Z',
      type: 'page_view',
      person: { email: 'ada@acme.com' },
      direction: 'theirs',
    });
  });

  it('is parsed to the same touch, whatever it holds', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const orNull = fc.option(word, { nil: null });
    const orEmpty = fc.oneof(word, fc.constant(''));
    const instant = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2026, 0) });
    const changes = fc.record({
      id: word,
      source: word,
      type: word,
      time: instant,
      received: instant,
      claimedReceived: fc.option(instant, { nil: null }),
      personEmail: fc.option(
        word.map((name) => `${name}@acme.com`),
        { nil: null },
      ),
      personId: word,
      anonymousId: orNull,
      personTitle: orNull,
      personName: orNull,
      accountDomain: fc.option(fc.constant('acme.com'), { nil: null }),
      accountId: orNull,
      accountName: orNull,
      product: orEmpty,
      channel: orEmpty,
      content: orEmpty,
      campaign: orEmpty,
      sendId: orEmpty,
      actor: orEmpty,
      direction: fc.constantFrom('theirs', 'ours'),
      bot: fc.boolean(),
      properties: fc.dictionary(
        word,
        fc.oneof(
          fc.integer().map(String),
          fc.boolean().map(String),
          fc.constant('null'),
          word.map((text) => JSON.stringify(text)),
        ),
      ),
    });
    fc.assert(
      fc.property(changes, (fields) => {
        const touch = rawTouchOf(fields);
        const parsed = parse(recordOfTouch(touch), touch.received);
        expect(parsed).toMatchObject({ ok: true, touch: { ...touch, touchId: expect.any(String) } });
      }),
    );
  });
});
