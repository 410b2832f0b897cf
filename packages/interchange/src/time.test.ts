import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOfWallTime } from './local-time.ts';
import { parseTime, withOffset } from './time.ts';

const at = (value: unknown, timeZone = 'UTC'): string => {
  const parsed = parseTime(value, 'time', timeZone);
  return parsed.ok ? `${new Date(parsed.at).toISOString()} ${parsed.precision}` : parsed.reason;
};

describe('a time', () => {
  it('may be RFC 3339 with an offset, in any of its spellings', () => {
    expect(at('2026-03-01T09:30:00Z')).toBe('2026-03-01T09:30:00.000Z second');
    expect(at('2026-03-01T09:30:00.25+05:30')).toBe('2026-03-01T04:00:00.250Z millisecond');
    expect(at('2026-03-01t09:30:00.123456789z')).toBe('2026-03-01T09:30:00.123Z millisecond');
    expect(at('2026-03-01T09:30:00.000+0530')).toBe('2026-03-01T04:00:00.000Z millisecond');
    expect(at(' 2026-03-01 09:30:00-08:00 ')).toBe('2026-03-01T17:30:00.000Z second');
  });

  it('may be epoch milliseconds, as a number or as digits', () => {
    expect(at(1_772_357_400_000)).toBe('2026-03-01T09:30:00.000Z millisecond');
    expect(at('1772357400000')).toBe('2026-03-01T09:30:00.000Z millisecond');
    expect(at(1_772_357_400_000.75)).toBe('2026-03-01T09:30:00.000Z millisecond');
  });

  it('may be a date: its first instant in the zone of the source', () => {
    expect(at('2026-03-01')).toBe('2026-03-01T00:00:00.000Z day');
    expect(at('2026-03-01', 'Europe/Berlin')).toBe('2026-02-28T23:00:00.000Z day');
    expect(at('2026-03-01', 'Asia/Kathmandu')).toBe('2026-02-28T18:15:00.000Z day');
  });

  it('may be a date with an offset, and is no finer for it', () => {
    expect(at('2026-03-01+01:00', 'Asia/Tokyo')).toBe('2026-02-28T23:00:00.000Z day');
    expect(at('2026-03-01Z', 'Asia/Tokyo')).toBe('2026-03-01T00:00:00.000Z day');
  });

  it('takes the zone of the source when it has no offset, and is then no finer than a second', () => {
    expect(at('2026-07-01T12:00:00', 'America/New_York')).toBe('2026-07-01T16:00:00.000Z second');
    expect(at('2026-01-01T12:00:00', 'America/New_York')).toBe('2026-01-01T17:00:00.000Z second');
    expect(at('2026-01-01 12:00:00.500')).toBe('2026-01-01T12:00:00.500Z second');
  });

  it('that a change to summer time skips is moved on by the skipped hour', () => {
    expect(at('2026-03-29T02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z second');
    expect(at('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z day');
  });

  it('that occurs twice at the end of summer time means the first', () => {
    expect(at('2026-10-25T02:30:00', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z second');
    expect(at('2026-04-05T01:45:00', 'Australia/Lord_Howe')).toBe('2026-04-04T14:45:00.000Z second');
  });

  it('may be a leap second at the end of a UTC day only', () => {
    expect(at('2016-12-31T23:59:60Z')).toBe('2017-01-01T00:00:00.000Z second');
    expect(at('2017-01-01T00:59:60+01:00')).toBe('2017-01-01T00:00:00.000Z second');
    expect(at('2016-12-31T22:59:60Z')).toBe('time_unparseable');
  });

  it.each([
    '2026-02-30',
    '2026-13-01T00:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T09:60:00Z',
    '2026-03-01T09:30:00+24:00',
    '2026-03-01T09:30',
    '0050-03-01T00:00:00Z',
    '31/12/2025',
    'yesterday',
    '1.77E+12',
    '',
  ])('is not %j', (text) => {
    expect(at(text)).toBe('time_unparseable');
  });

  it('is not microseconds taken for milliseconds', () => {
    expect(at(1_772_357_400_000_000)).toBe('time_unparseable');
    expect(at('-99999999999999999')).toBe('time_unparseable');
  });

  it('is text or a number', () => {
    for (const value of [true, null, {}, [1], Number.NaN, undefined]) expect(at(value)).toBe('wrong_type');
  });

  it('says in its message the field, what is allowed and what was found', () => {
    expect(parseTime('31/12/2025', 'stage_at', 'UTC')).toMatchObject({
      message: 'stage_at: expected RFC 3339 (2026-03-01T09:30:00Z), epoch milliseconds or a date, found "31/12/2025"',
    });
  });
});

const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) });
const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Tokyo');

describe('times in general', () => {
  it('come back as the instant they were written from', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -1439, max: 1439 }), (instant, offset) => {
        const wall = new Date(instant + offset * 60_000).toISOString().slice(0, -1);
        const two = (value: number) => String(value).padStart(2, '0');
        const sign = offset < 0 ? '-' : '+';
        const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
        expect(parseTime(`${wall}${zone}`, 'time', 'UTC')).toMatchObject({ ok: true, at: instant });
        expect(parseTime(String(instant), 'time', 'UTC')).toMatchObject({ ok: true, at: instant });
      }),
    );
  });

  it('on a wall clock show that wall time again, except in a gap, where they are later', () => {
    fc.assert(
      fc.property(instants, zones, (wall, timeZone) => {
        const wallMs = Math.floor(wall / 1000) * 1000;
        const instant = instantOfWallTime(timeZone, wallMs);
        const shownWall = new Date(instant).toLocaleString('sv-SE', { timeZone });
        const wanted = new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
        expect(shownWall >= wanted).toBe(true);
        expect(Date.parse(`${shownWall.replace(' ', 'T')}Z`) - wallMs).toBeLessThanOrEqual(3_600_000);
        if (shownWall !== wanted) {
          expect(new Date(instant - 3_600_000).toLocaleString('sv-SE', { timeZone }) < wanted).toBe(true);
        }
      }),
    );
  });
});

describe('a time without offset', () => {
  it.each([
    ['2026-03-01', 'Europe/Berlin', '2026-03-01+01:00'],
    ['2026-07-01 09:30:00', 'Europe/Berlin', '2026-07-01T09:30:00+02:00'],
    ['2026-07-01T09:30:00.000', 'America/New_York', '2026-07-01T09:30:00-04:00'],
    ['2026-07-01T09:30:00.250', 'UTC', '2026-07-01T09:30:00.250Z'],
    ['2026-07-01', 'Asia/Kathmandu', '2026-07-01+05:45'],
  ])('%s in %s is %s', (text, zone, zoned) => expect(withOffset(text, zone)).toBe(zoned));

  it('means the same instant, and is as vague, once it has one', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
    const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), fc.boolean(), (date, zone, onlyDay) => {
        const text = date.toISOString().slice(0, onlyDay ? 10 : 19);
        expect(at(withOffset(text, zone), 'Pacific/Apia')).toBe(at(text, zone));
      }),
    );
  });

  it('is the only thing that is changed', () => {
    for (const value of ['2026-03-01T09:30:00Z', '03/01/2026', 'tomorrow', '', 5, null, '2026-02-30']) {
      expect(withOffset(value, 'Europe/Berlin')).toBe(value);
    }
  });
});
