import { describe, expect, it } from 'vitest';
import { readSchema } from './avro-files.ts';
import { createCodec } from './codec.ts';
import type { RawRecord, TouchChange } from './types.gen.ts';

describe('codec', () => {
  const raw = createCodec<RawRecord>(readSchema('raw-record'));

  it('carries a control record through as kind and body', () => {
    const value: RawRecord = { record: { kind: 'Tick', body: { received: 1_700_000_000_000, origin: 'importer' } } };
    const decoded = raw.decode(raw.encode(value));
    expect(decoded.record.kind).toBe('Tick');
    expect({ ...decoded.record.body }).toEqual(value.record.body);
  });

  it('names the path of a value that does not fit', () => {
    const value = { record: { kind: 'Tick', body: { received: 'soon', origin: 'importer' } } } as unknown as RawRecord;
    expect(() => raw.encode(value)).toThrow(/received: "soon" is not long/);
  });

  it('names the kinds there are when given another', () => {
    const value = { change: { kind: 'Guess', body: {} } } as unknown as TouchChange;
    const codec = createCodec<TouchChange>(readSchema('touch-change'));
    expect(() => codec.encode(value)).toThrow(/"Guess" is none of TouchAsserted, TouchRetracted, TouchMoved, Tick/);
  });

  it('refuses bytes that are not one whole value', () => {
    const bytes = raw.encode({ record: { kind: 'Tick', body: { received: 1, origin: 'importer' } } });
    expect(() => raw.decode(bytes.subarray(0, 2))).toThrow();
  });

  it('puts a header before the body, of values of any size', () => {
    const header = Buffer.from([0, 0, 0, 0, 7]);
    for (const size of [0, 10, 4_090, 4_096, 100_000, 5]) {
      const value: RawRecord = { record: { kind: 'Tick', body: { received: 1, origin: 'é'.repeat(size) } } };
      const body = raw.encode(value);
      expect(raw.encode(value, header)).toEqual(Buffer.concat([header, body]));
      const { record } = raw.decode(body);
      expect(record.kind === 'Tick' && record.body.origin.length).toBe(size);
    }
  });
});
