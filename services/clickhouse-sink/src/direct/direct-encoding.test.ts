import { RowBytes, rowBinaryWriter } from '@groundswell/clickhouse';
import {
  type AvroReader,
  createCodec,
  type IntensityScore,
  type RawRecord,
  readSchema,
  type TopicDeclaration,
  type TouchChange,
} from '@groundswell/schemas';
import { anyAssertedTouch } from '@groundswell/schemas/testing/any-touch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intensityScoreAdapter } from '../adapters/intensity.ts';
import { rawRecordAdapter } from '../adapters/raw-record.ts';
import type { Mapping, TableRow } from '../adapters/topic-adapter.ts';
import { touchChangeAdapter } from '../adapters/touch-change.ts';
import { asserted, place, rawTouch, score } from '../testing/records.ts';
import { type DirectEncoding, directReader } from './direct-reader.ts';
import { DirectOutput, type DirectTable } from './direct-rows.ts';

interface Way<Value> {
  readonly topic: TopicDeclaration;
  readonly direct?: DirectEncoding;
  readonly rows: (value: Value, at: typeof place) => Mapping;
}

const encodingOf = ({ direct }: Way<never>): DirectEncoding => {
  if (!direct) throw new Error('there is no direct way');
  return direct;
};

const longWay = (rows: readonly TableRow[], { table, columns }: DirectTable): string => {
  const write = rowBinaryWriter(columns);
  const out = new RowBytes();
  const named = new Set(columns.map(({ name }) => name));
  for (const { row } of rows.filter((one) => one.table === table)) {
    write?.(out, row);
    // What is left to defaults must be nothing else.
    const left = Object.entries(row).filter(([name, value]) => !named.has(name) && value !== '');
    expect(left).toEqual([]);
  }
  return out.written.toString('hex');
};

/** What the direct way makes of a body; null when it leaves the record to the long way. */
const directWay = (way: Way<never>, body: Buffer): string[] | null => {
  const encoding = encodingOf(way);
  const output = new DirectOutput(encoding.tables, place, 1);
  output.begin(place.offset, place.appendedAt);
  const encode = directReader(way.topic, encoding, { output })(readSchema(way.topic.schema));
  return encode(body, 0) ? output.rows.map((row) => row.written.toString('hex')) : null;
};

const expectEqual = <Value>(way: Way<Value>, value: Value): void => {
  const body = createCodec<Value>(readSchema(way.topic.schema)).encode(value);
  const { rows, rejection } = way.rows(value, place);
  const expected = rejection ? null : encodingOf(way).tables.map((table) => longWay(rows, table));
  expect(directWay(way, body)).toEqual(expected);
};

const text = fc.string({ unit: 'binary', maxLength: 60 });
const textOrNull = fc.option(text);
/** mostly what fits its column */
const instant = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: -2_208_988_800_000, max: 10_413_791_999_999 }) },
  { weight: 1, arbitrary: fc.integer({ min: -9e15, max: 9e15 }) },
);
const instantOrNull = fc.option(instant);
const uuid = fc.oneof({ weight: 30, arbitrary: fc.uuid() }, { weight: 1, arbitrary: text });
const int = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 2 ** 31 - 1 }) },
  { weight: 1, arbitrary: fc.integer({ min: -5, max: -1 }) },
);
/** avsc writes none above */
const offset = fc.integer({ min: 0, max: 2 ** 52 });
const small = fc.integer({ min: 0, max: 65_540 });

const touches = anyAssertedTouch({ id: uuid, text, time: instant, revision: int, partition: small, offset });

const raws = fc.record({
  touchId: uuid,
  source: text,
  received: instant,
  claimedReceived: instantOrNull,
  personEmail: textOrNull,
  accountName: textOrNull,
  content: text,
  bot: fc.boolean(),
  properties: fc.dictionary(text, text, { maxKeys: 4 }),
  origin: text,
});

const window = { touches: int, people: int, products: int, roles: int, channels: int };
/** In the order of their days, which is that of the long way's map. */
const windows = fc
  .uniqueArray(fc.record({ days: fc.constantFrom(7, 30, 60, 90, 120), ...window }), {
    selector: ({ days }) => days,
    minLength: 2,
    maxLength: 5,
  })
  .map((some) => some.toSorted((a, b) => a.days - b.days));

const scores = fc.record({
  accountId: text,
  point: fc.constant('current'),
  step: int,
  validAt: instant,
  engagedSince: instantOrNull,
  highIntensitySince: instantOrNull,
  score: fc.integer({ min: -5, max: 100_100 }),
  contributions: fc.array(fc.record({ component: text, count: int, points: fc.integer({ min: -99, max: 10_000 }) }), {
    maxLength: 5,
  }),
  windows,
  lastTouchTime: instantOrNull,
  sequence: int,
  policyVersion: text,
  engineVersion: text,
  clock: instant,
  partition: small,
  offset,
});

describe('the direct way', () => {
  it('makes the same rows of asserted touches as the long way, and leaves it those with values that do not fit', () => {
    const way: Way<TouchChange> = touchChangeAdapter;
    fc.assert(
      fc.property(touches, (body) => expectEqual(way, { change: { kind: 'TouchAsserted', body: asserted(body) } })),
    );
  });

  it('makes the same rows of raw touches', () => {
    const way: Way<RawRecord> = rawRecordAdapter;
    fc.assert(fc.property(raws, (body) => expectEqual(way, { record: { kind: 'RawTouch', body: rawTouch(body) } })));
  });

  it('makes the same rows of current scores', () => {
    const way: Way<IntensityScore> = intensityScoreAdapter;
    fc.assert(fc.property(scores, (value) => expectEqual(way, score(value))));
  });

  it('leaves history, other generations and control records to the long way', () => {
    const bodyOf = <Value>({ topic }: Way<Value>, value: Value): Buffer =>
      createCodec<Value>(readSchema(topic.schema)).encode(value);
    const scoreOf = (value: IntensityScore): Buffer => bodyOf<IntensityScore>(intensityScoreAdapter, value);
    expect(directWay(intensityScoreAdapter, scoreOf(score({ point: 'transition' })))).toBeNull();
    expect(directWay(intensityScoreAdapter, scoreOf(score({ generation: 2 })))).toBeNull();
    const tick: TouchChange = { change: { kind: 'Tick', body: { received: 5, origin: 'importer' } } };
    expect(directWay(touchChangeAdapter, bodyOf<TouchChange>(touchChangeAdapter, tick))).toBeNull();
  });

  it('takes nothing that has bytes too many, and refuses bytes that end too early', () => {
    const value: TouchChange = { change: { kind: 'TouchAsserted', body: asserted() } };
    const body = createCodec<TouchChange>(readSchema(touchChangeAdapter.topic.schema)).encode(value);
    expect(directWay(touchChangeAdapter, Buffer.concat([body, Buffer.alloc(1)]))).toBeNull();
    for (let end = 0; end < body.length; end += 1) {
      const cut = (): unknown => directWay(touchChangeAdapter, body.subarray(0, end));
      expect(cut).toThrow(RangeError);
    }
  });

  it('leaves everything to the long way that was written by another schema', () => {
    const own = readSchema(intensityScoreAdapter.topic.schema);
    if (typeof own !== 'object' || !('fields' in own) || !Array.isArray(own.fields)) throw new Error('not a record');
    const encoding: DirectEncoding = { tables: [], encode: (_: AvroReader) => true };
    const slot = { output: new DirectOutput([], place, 1) };
    const encode = directReader(intensityScoreAdapter.topic, encoding, slot)({ ...own, fields: own.fields.slice(1) });
    expect(encode(Buffer.alloc(0), 0)).toBe(false);
  });
});
