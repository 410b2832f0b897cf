import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '@groundswell/test';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBinaryCloudEvent, readCloudEvent } from './cloud-event.ts';

interface Conformance {
  readonly tests: readonly { readonly id: string; readonly event: unknown }[];
}

const conformance = (name: string): Conformance['tests'] => {
  const file = join(sharedData() ?? '', 'specs', 'cloudevents', 'conformance', `${name}-events.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as Conformance).tests;
};

const event = { specversion: '1.0', id: 'e-1', source: '/shop', type: 'com.example.bought' };

const messageOf = (value: unknown): string => {
  const read = readCloudEvent(value);
  return read.ok ? 'taken' : read.message;
};

describe.runIf(sharedData() !== null)('the conformance sets of CloudEvents', () => {
  it('has every valid event taken as it is', () => {
    const valid = conformance('valid');
    expect(valid.length).toBe(10);
    for (const { id, event: sent } of valid) expect.soft(readCloudEvent(sent), id).toEqual({ ok: true, event: sent });
  });

  it('has every invalid event rejected', () => {
    const invalid = conformance('invalid');
    expect(invalid.length).toBe(25);
    for (const { id, event: sent } of invalid) expect.soft(readCloudEvent(sent).ok, id).toBe(false);
  });
});

describe('a CloudEvent', () => {
  it.each([
    ['specversion', { ...event, specversion: '0.3' }],
    ['id', { ...event, id: '' }],
    ['type', { ...event, type: 7 }],
    ['source', { ...event, source: 'two words' }],
    ['time', { ...event, time: '2026-02-30T10:00:00+25:00' }],
    ['time', { ...event, time: '2026-03-01' }],
    ['datacontenttype', { ...event, datacontenttype: 'json' }],
    ['dataschema', { ...event, dataschema: 'relative' }],
    ['extension', { ...event, extension: 1.5 }],
    ['extension', { ...event, extension: { nested: true } }],
    ['attribute names', { ...event, my_extension: 'x' }],
    ['attribute names', { ...event, constructor_: 'x' }],
    ['data and data_base64', { ...event, data: 1, data_base64: 'MQ==' }],
    ['data_base64', { ...event, data_base64: '???' }],
    ['the event', [event]],
    ['the event', 'text'],
  ])('is rejected for its %s', (what, sent) => {
    expect(messageOf(sent)).toMatch(new RegExp(`^${what}`));
  });

  it('has its data under `data`, however it travelled', () => {
    const json = { ...event, datacontenttype: 'application/json', data: { a: 1 } };
    const encoded = { ...event, datacontenttype: 'application/json', data_base64: 'eyJhIjoxfQ==' };
    expect(readCloudEvent(encoded)).toEqual({ ok: true, event: json });
    const text = { ...event, datacontenttype: 'text/plain; charset=utf-8' };
    expect(readBinaryCloudEvent(text, Buffer.from('Hello, 🌎!'))).toEqual({
      ok: true,
      event: { ...text, data: 'Hello, 🌎!' },
    });
    const bytes = { ...event, datacontenttype: 'application/octet-stream' };
    expect(readBinaryCloudEvent(bytes, Buffer.from([0xff]))).toEqual({
      ok: true,
      event: { ...bytes, data_base64: '/w==' },
    });
  });

  it('is rejected when its data is not the JSON that it says it is', () => {
    expect(readBinaryCloudEvent({ ...event, datacontenttype: 'application/json' }, Buffer.from('{')).ok).toBe(false);
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.dictionary(fc.string(), fc.jsonValue()).map((some) => ({ ...event, ...some })),
        ),
        (value) => {
          expect(typeof readCloudEvent(value).ok).toBe('boolean');
        },
      ),
    );
  });
});
