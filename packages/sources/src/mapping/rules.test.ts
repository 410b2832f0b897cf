import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpressionError } from './expression.ts';
import { compileMapping, type Mapped, type RuleDeclaration } from './rules.ts';

const map = (rules: readonly RuleDeclaration[], record: unknown): Mapped => compileMapping(rules)(record);

/** The fields of the one touch that a record becomes under these expressions. */
const touchOf = (touch: Record<string, unknown>, record: unknown): Readonly<Record<string, unknown>> => {
  const mapped = map([{ touch }], record);
  if (!mapped.ok) throw new Error(mapped.message);
  return mapped.records[0]?.fields ?? {};
};

const errorOf = (rules: readonly RuleDeclaration[]): ExpressionError => {
  try {
    compileMapping(rules);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('the rules compiled');
};

describe('a mapping', () => {
  const rules: RuleDeclaration[] = [
    { name: 'own mail', when: { email: { matches: '*@us.example' } }, skip: 'colleagues testing' },
    { name: 'click', when: { '$.event.kind': ['click', 'open'] }, touch: { type: 'email_click', id: '$.event.id' } },
    {
      name: 'sign-up',
      when: { kind: 'signup', '$.plan': { not: 'free' } },
      touch: { type: 'trial_start' },
      person: { id: '$.id' },
    },
    { name: 'rest', when: { kind: { exists: true } }, skip: 'nothing a buyer did' },
  ];

  it('lets the first rule that applies decide', () => {
    expect(map(rules, { event: { kind: 'open', id: 7 } })).toEqual({
      ok: true,
      rule: 'click',
      records: [{ kind: 'touch', fields: { type: 'email_click', id: 7 } }],
      skipped: null,
    });
    expect(map(rules, { email: 'Me@US.example', event: { kind: 'open' } })).toMatchObject({
      skipped: 'colleagues testing',
    });
  });

  it('gives several records of one, in the order of their kinds', () => {
    const mapped = map(rules, { kind: 'signup', id: 3 });
    expect(mapped.ok && mapped.records.map(({ kind }) => kind)).toEqual(['touch', 'person']);
    expect(map(rules, { kind: 'signup', plan: 'free' })).toMatchObject({ rule: 'rest' });
  });

  it('refuses what no rule is meant for, since what is left out says so', () => {
    expect(map(rules, { other: 1 })).toMatchObject({ ok: false, reason: 'not_mapped' });
    expect(map(rules, 'text')).toMatchObject({ ok: false, reason: 'not_mapped' });
    expect(map(rules, null)).toMatchObject({ ok: false, reason: 'not_mapped' });
  });

  it('goes through a list', () => {
    const each = { each: '$.items', touch: { id: '$.id' } };
    expect(map([each], { items: [{ id: 1 }, { id: 2 }] })).toMatchObject({
      records: [{ fields: { id: 1 } }, { fields: { id: 2 } }],
    });
    expect(map([each], { items: 'none' })).toMatchObject({ ok: false, reason: 'mapping_failed' });
  });

  it('says where a wrong rule is wrong', () => {
    expect(errorOf([{ skip: 'x' }, { touch: { time: { from: '$.t', date: 'DD.MM' } } }]).path).toEqual([
      '1',
      'touch',
      'time',
      'date',
    ]);
    expect(errorOf([{ when: { a: { like: 'x' } }, skip: 'x' }])).toMatchObject({ path: ['0', 'when', 'a'] });
    expect(errorOf([{ touch: { id: '$.a[' } }]).message).toContain('cannot be read from "["');
    expect(errorOf([{ each: 'items', touch: {} }]).path).toEqual(['0', 'each']);
    expect(errorOf([{}]).message).toContain('either skip');
    expect(errorOf([{ skip: 'x', touch: {} }]).message).toContain('either skip');
    expect(errorOf([{ touch: { id: { form: '$.a' } } }]).message).toContain('form is not known here');
  });
});

describe('an expression', () => {
  it('is a constant, a path, or the first of a list that has a value', () => {
    const fields = { a: 'fixed', b: '$.x.y', c: ['$.nothing', '$.blank', '$.x.y'], d: '$$5', e: '$.nothing', f: '$' };
    expect(touchOf(fields, { x: { y: 2 }, blank: ' ' })).toEqual({
      a: 'fixed',
      b: 2,
      c: 2,
      d: '$5',
      f: expect.anything(),
    });
  });

  it('reads names with blanks, elements, and the element that has a value', () => {
    const record = { 'Lead ID': '00Q1', list: [{ name: 'User Agent', value: 'curl' }, 'two'] };
    const fields = {
      id: "$['Lead ID']",
      agent: '$.list[name=User Agent].value',
      second: '$.list[1]',
      none: '$.list[7].x',
    };
    expect(touchOf(fields, record)).toEqual({ id: '00Q1', agent: 'curl', second: 'two' });
  });

  it('reaches nothing but what the record holds', () => {
    const fields = { a: '$.constructor', b: '$.list.length', c: '$.text.length', d: '$.__proto__.x' };
    expect(touchOf(fields, { list: [1], text: 'abc' })).toEqual({});
  });

  it('translates by a table', () => {
    const type = { from: '$.t', map: { 1: 'page_view', Form: 'form_fill' }, otherwise: '$.other' };
    expect(touchOf({ type }, { t: 1 })).toEqual({ type: 'page_view' });
    expect(touchOf({ type }, { t: ' Form ' })).toEqual({ type: 'form_fill' });
    expect(touchOf({ type }, { t: 'x', other: 'chat' })).toEqual({ type: 'chat' });
    expect(touchOf({ type: { from: '$.t', map: {} } }, { t: 'constructor' })).toEqual({});
  });

  it('fills a template when all of it is there', () => {
    const id = { template: 'mk-{$.id}-{$.n}' };
    expect(touchOf({ id }, { id: 'a', n: 0 })).toEqual({ id: 'mk-a-0' });
    expect(touchOf({ id }, { id: 'a' })).toEqual({});
  });

  it('spreads an object into scalars', () => {
    const record = { p: { a: 1, b: { c: true, d: null }, list: [1, { x: 2 }], t: 'x' } };
    expect(touchOf({ properties: { scalars: '$.p' } }, record)).toEqual({
      properties: { a: 1, 'b.c': true, list: '[1,{"x":2}]', t: 'x' },
    });
    const hostile = JSON.parse('{"p":{"__proto__":{"polluted":1}}}');
    const { properties } = touchOf({ properties: { scalars: '$.p' } }, hostile);
    expect(properties).toEqual({ '__proto__.polluted': 1 });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['DD/MM/YYYY', '05/03/2026', '2026-03-05'],
    ['M/D/YYYY h:mm A', '3/5/2026 12:07 am', '2026-03-05T00:07:00'],
    ['M/D/YY H:mm', '12/31/25 9:05', '2025-12-31T09:05:00'],
    ['D MMM YYYY', '5 September 2026', '2026-09-05'],
    ['YYYY-MM-DD HH:mm:ss.SSS Z', '2026-03-05 10:20:30.5 +0100', '2026-03-05T10:20:30.500+01:00'],
    ['DD.MM.YYYY [um] HH:mm', '05.03.2026 um 17:00', '2026-03-05T17:00:00'],
  ])('reads a date as %s', (date, text, expected) => {
    expect(touchOf({ time: { from: '$.t', date } }, { t: text })).toEqual({ time: expected });
  });

  it('tries several formats, and refuses what has none of them', () => {
    const time = { from: '$.t', date: ['DD.MM.YYYY', 'YYYY-MM-DD'] };
    expect(touchOf({ time }, { t: '2026-03-05' })).toEqual({ time: '2026-03-05' });
    expect(map([{ touch: { time } }], { t: '5.3.26' })).toMatchObject({
      ok: false,
      message: 'rule 1: time: "5.3.26" does not have the date format DD.MM.YYYY or YYYY-MM-DD',
    });
  });

  it('takes seconds and microseconds since 1970', () => {
    expect(touchOf({ time: { from: '$.t', epoch: 's' } }, { t: '1708986598.5' })).toEqual({ time: 1_708_986_598_500 });
    expect(touchOf({ time: { from: '$.t', epoch: 'us' } }, { t: 1_708_986_598_741_001 })).toEqual({
      time: 1_708_986_598_741,
    });
  });

  it('takes a record with fields that are called as the language calls its own', () => {
    const odd = { toString: false, valueOf: 1, toJSON: 2 };
    const list = '$.a[x=1]';
    for (const a of [odd, [odd], [{ x: odd }]]) {
      expect(touchOf({ b: { template: '{$.a}' }, c: { from: '$.a', map: {} }, d: list }, { a })).toEqual({
        b: JSON.stringify(a),
      });
      expect(map([{ touch: { t: { from: '$.a', epoch: 's' } } }], { a })).toMatchObject({ reason: 'mapping_failed' });
      expect(map([{ touch: { t: { from: '$.a', date: 'YYYY-MM-DD' } } }], { a })).toMatchObject({
        reason: 'mapping_failed',
      });
    }
  });

  it('never throws for a record', () => {
    const all = compileMapping([
      {
        when: { '$.a': { not: 'zz' } },
        touch: {
          a: ['$.a', '$.a.b[0]', '$.a[x=1]'],
          b: { from: '$.a', date: 'YYYY-MM-DD' },
          c: { template: '{$.a}' },
          d: { scalars: '$' },
          e: { from: '$.a', epoch: 's' },
          f: { from: '$.a', map: { a: 'b' } },
        },
      },
    ]);
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ a: fc.anything() })), (record) => {
        expect(typeof all(record).ok).toBe('boolean');
      }),
    );
  });
});
