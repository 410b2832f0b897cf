import {
  createCodec,
  readSchema,
  type Schema,
  type TouchAsserted,
  type TouchChange,
  topics,
} from '@groundswell/schemas';
import { anyAssertedTouch } from '@groundswell/schemas/testing/any-touch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idText } from './revisions.ts';
import { attributionOf, mailTouch } from './touch-input.ts';
import { touchReader } from './touch-reader.ts';

const schema = readSchema(topics.touches.schema);
const HEADER = Buffer.from([0, 0, 0, 0, 7]);

const encoded = (value: TouchChange, writer: Schema = schema): Buffer =>
  Buffer.concat([HEADER, createCodec<TouchChange>(writer).encode(value)]);

const text = fc.oneof(fc.constantFrom('', 'web', 'email'), fc.string({ unit: 'grapheme', maxLength: 40 }));
const time = fc.oneof(fc.integer({ min: -5, max: 2 ** 31 }), fc.integer({ min: 0, max: 2 ** 45 }));
const asserted = anyAssertedTouch({
  id: fc.uuid(),
  text,
  time,
  revision: fc.integer({ min: 1, max: 300 }),
  partition: fc.nat(),
  offset: time,
});

const example: TouchAsserted = fc.sample(asserted, { numRuns: 1, seed: 1 })[0] ?? expect.unreachable();
const changeOf = (body: TouchAsserted): TouchChange => ({ change: { kind: 'TouchAsserted', body } });

/** What the processor looks at, ids as texts. */
const seen = (change: ReturnType<ReturnType<typeof touchReader>>['change']) => {
  if (change.kind !== 'TouchAsserted') return change;
  const { touchId, personId, revision, accountId, personKind, role, effectiveTime, received } = change.body;
  const { type, source, product, channel, disposition } = change.body;
  const ids = { touchId: idText(touchId), personId: idText(personId) };
  return {
    ...ids,
    revision,
    accountId,
    personKind,
    role,
    effectiveTime,
    received,
    type,
    source,
    product,
    channel,
    disposition,
    attribution: attributionOf(change.body),
  };
};

const mailFields = [
  ...(['touchId', 'personId', 'accountId', 'revision', 'personKind', 'type', 'effectiveTime'] as const),
  ...(['timePrecision', 'clockSkew', 'content', 'campaign', 'sendId', 'disposition', 'dispositionReason'] as const),
];

interface Field {
  readonly name: string;
  readonly type: unknown;
}

/** The schema with its branch for asserted touches changed. */
const changed = (change: (fields: Field[]) => Field[]): Schema =>
  JSON.parse(JSON.stringify(schema), (_, value: { name?: string; fields: Field[] }) =>
    value?.name === 'TouchAsserted' ? { ...value, fields: change(value.fields) } : value,
  );

describe('the reader of touches', () => {
  const read = touchReader(schema);

  it('reads what the decoder of the schema reads, whatever stands there', () => {
    fc.assert(
      fc.property(asserted, (body) => {
        expect(seen(read(encoded(changeOf(body)), HEADER.length).change)).toEqual(seen(changeOf(body).change));
      }),
      { numRuns: Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 500) },
    );
  });

  it('reads of touches in mails what machines are looked for by, and can hold them whole', () => {
    fc.assert(
      fc.property(asserted, fc.constantFrom('email_click', 'email_delivered', 'email_sent'), (body, type) => {
        const { change } = read(encoded(changeOf({ ...body, type })), HEADER.length);
        if (change.kind !== 'TouchAsserted') expect.unreachable();
        const [found, expected] = [mailTouch(change.body), mailTouch({ ...body, type })];
        for (const field of mailFields) expect(found[field], field).toEqual(expected[field]);
        expect(found.keep().restore()).toEqual({ ...body, type });
      }),
    );
  });

  it('reads every other record whole', () => {
    const tick: TouchChange = { change: { kind: 'Tick', body: { received: 5, origin: 'importer' } } };
    expect(read(encoded(tick), HEADER.length)).toEqual(tick);
  });

  it('reads what an earlier writer left out as the default, and passes over what a later one added', () => {
    const earlier = changed((fields) => fields.filter(({ name }) => name !== 'channel' && name !== 'content'));
    const fromEarlier = touchReader(earlier)(encoded(changeOf(example), earlier), HEADER.length);
    expect(seen(fromEarlier.change)).toEqual(seen(changeOf({ ...example, channel: '' }).change));

    const later = changed((fields) => [{ name: 'extra', type: ['null', 'string'] }, ...fields]);
    const value = changeOf({ ...example, ...{ extra: 'new' } });
    const fromLater = touchReader(later)(encoded(value, later), HEADER.length);
    expect(seen(fromLater.change)).toEqual(seen(changeOf(example).change));
  });

  it('leaves a form that it does not foresee to the decoder', () => {
    const other = changed((fields) => [{ name: 'tags', type: { type: 'array', items: 'string' } }, ...fields]);
    const value = changeOf({ ...example, ...{ tags: ['a'] } });
    expect(seen(touchReader(other)(encoded(value, other), HEADER.length).change)).toEqual(
      seen(changeOf(example).change),
    );
  });

  it('refuses bytes that are no such value: cut off anywhere, too many, or an id that is none', () => {
    const bytes = encoded(changeOf(example));
    for (let end = HEADER.length; end < bytes.length; end += 1) {
      expect(() => read(bytes.subarray(0, end), HEADER.length), `cut at ${end}`).toThrow();
    }
    expect(() => read(Buffer.concat([bytes, Buffer.alloc(1)]), HEADER.length)).toThrow('1 bytes too many');
    expect(() => read(encoded(changeOf({ ...example, personId: 'nobody' })), HEADER.length)).toThrow('not a UUID');
  });
});
