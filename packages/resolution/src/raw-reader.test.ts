import { requestFactNames, requestFacts } from '@groundswell/machines';
import { createCodec, type RawRecord, readSchema, type Schema, topics } from '@groundswell/schemas';
import { anyRawTouch } from '@groundswell/schemas/testing/any-touch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawReader } from './raw-reader.ts';
import { modeRecord, policyRecord, rawTouch, tickRecord, touchRecord } from './testing/raw-log.ts';

const schema = readSchema(topics.touchesRaw.schema);
const HEADER = Buffer.from([0, 0, 0, 0, 7]);

const encoded = (value: RawRecord, writer: Schema = schema): Buffer =>
  Buffer.concat([HEADER, createCodec<RawRecord>(writer).encode(value)]);

const text = fc.oneof(fc.constantFrom('', 'web', 'email'), fc.string({ unit: 'grapheme', maxLength: 40 }));
const time = fc.oneof(fc.integer({ min: -5, max: 2 ** 31 }), fc.integer({ min: 0, max: 2 ** 52 }));
const touch = anyRawTouch({ text, time });

/** Every field by its name, read or looked up later. */
const fieldsOf = ({ record }: RawRecord, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, Reflect.get(record.body, name)]));

type Changed = { name: string; type: unknown };

/** The schema as another version may have had it: the fields of RawTouch changed. */
const writerWith = (change: (fields: Changed[]) => Changed[]): Schema =>
  JSON.parse(JSON.stringify(schema), (_, value) =>
    value?.name === 'RawTouch' ? { ...value, fields: change(value.fields) } : value,
  );

describe('raw touches read from their bytes', () => {
  it('say in every field what the contract decodes', () => {
    const read = rawReader(schema);
    fc.assert(
      fc.property(touch, (body) => {
        const plain: RawRecord = { record: { kind: 'RawTouch', body } };
        const found = read(encoded(plain), HEADER.length);
        expect(found.record.kind).toBe('RawTouch');
        expect(fieldsOf(found, Object.keys(body))).toEqual(body);
        expect(JSON.parse(JSON.stringify(found))).toEqual(JSON.parse(JSON.stringify(plain)));
      }),
    );
  });

  it('say of the request what their properties say, without making them', () => {
    const read = rawReader(schema);
    const name = fc.oneof(fc.constantFrom(...requestFactNames.keys(), 'utm_term', 'méthode'), fc.string());
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.double(), fc.boolean()).map((it) => JSON.stringify(it));
    const properties = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });
    fc.assert(
      fc.property(properties, (properties) => {
        const found = read(encoded(touchRecord({ properties })), HEADER.length).record.body;
        expect(found).toMatchObject(requestFacts(properties));
      }),
    );
  });

  it('are as whole as other records, which are decoded', () => {
    const read = rawReader(schema);
    for (const record of [tickRecord(5), modeRecord('replay', 7), policyRecord(9)])
      expect(read(encoded(record), HEADER.length)).toEqual(record);
  });

  it('of an older version have the defaults of what it did not know, and of a newer one what is known', () => {
    const body = rawTouch({ content: 'a page', actor: 'rep' });
    const older = writerWith((fields) => fields.filter(({ name }) => name !== 'actor' && name !== 'properties'));
    const newer = writerWith((fields) => [{ name: 'more', type: { type: 'map', values: 'string' } }, ...fields]);
    const plain = { record: { kind: 'RawTouch' as const, body } };
    const wider = { record: { kind: 'RawTouch' as const, body: { ...body, more: { a: 'b' } } } };
    expect(rawReader(older)(encoded(plain, older), HEADER.length).record.body).toMatchObject({
      content: 'a page',
      actor: '',
    });
    expect(rawReader(newer)(encoded(wider, newer), HEADER.length).record.body).toMatchObject({
      content: 'a page',
      actor: 'rep',
    });
  });

  it('of a version with another form of a field go through its decoder', () => {
    const writer = writerWith((fields) =>
      fields.map((field) => (field.name === 'product' ? { ...field, type: 'bytes' } : field)),
    );
    const product = Buffer.from('platform');
    const value = { record: { kind: 'RawTouch' as const, body: { ...rawTouch(), product } } };
    const bytes = Buffer.concat([HEADER, createCodec<unknown>(writer).encode(value)]);
    expect(rawReader(writer)(bytes, HEADER.length).record.body).toMatchObject({ product: 'platform' });
  });

  it('are refused when their bytes are cut, too many, or hold a number that is not exact', () => {
    const read = rawReader(schema);
    const bytes = encoded(touchRecord({ properties: { a: '1' } }));
    for (let length = HEADER.length; length < bytes.length; length += 1)
      expect(() => read(bytes.subarray(0, length), HEADER.length)).toThrow();
    expect(() => read(Buffer.concat([bytes, HEADER]), HEADER.length)).toThrow(/too many/);
    // The instant 1000 as a long of nine bytes, which is far beyond what a double tells apart.
    const at = bytes.indexOf(Buffer.from([0xd0, 0x0f]));
    const huge = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    const beyond = Buffer.concat([bytes.subarray(0, at), huge, bytes.subarray(at + 2)]);
    expect(() => read(beyond, HEADER.length)).toThrow(/precision/);
  });
});
