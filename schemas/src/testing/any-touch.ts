import fc from 'fast-check';
import type { RawTouch, TouchAsserted } from '../types.gen.ts';

interface RawValues {
  readonly text: fc.Arbitrary<string>;
  /** epoch ms */
  readonly time: fc.Arbitrary<number>;
}

/** Any raw touch out of the given texts and times: each test says how wild they are. */
export const anyRawTouch = ({ text, time }: RawValues): fc.Arbitrary<RawTouch> =>
  fc.record({
    touchId: text,
    source: text,
    id: text,
    idDerived: fc.boolean(),
    time,
    timePrecision: text,
    received: time,
    claimedReceived: fc.option(time),
    type: text,
    personEmail: fc.option(text),
    personId: fc.option(text),
    anonymousId: fc.option(text),
    personTitle: fc.option(text),
    personName: fc.option(text),
    accountDomain: fc.option(text),
    accountId: fc.option(text),
    accountName: fc.option(text),
    product: text,
    channel: text,
    content: text,
    campaign: text,
    sendId: text,
    direction: text,
    actor: text,
    bot: fc.boolean(),
    // Intake keeps no property of that name: as a key of a plain object it would set the prototype.
    properties: fc.dictionary(
      text.filter((name) => name !== '__proto__'),
      text,
      { maxKeys: 4, noNullPrototype: true },
    ),
    origin: text,
  });

interface AssertedValues extends RawValues {
  readonly id: fc.Arbitrary<string>;
  readonly revision: fc.Arbitrary<number>;
  readonly partition: fc.Arbitrary<number>;
  readonly offset: fc.Arbitrary<number>;
}

/** Any decided touch, likewise. */
export const anyAssertedTouch = (of: AssertedValues): fc.Arbitrary<TouchAsserted> => {
  const { id, text, time } = of;
  return fc.record({
    touchId: id,
    revision: of.revision,
    accountId: fc.option(text),
    accountRule: text,
    accountEvidence: text,
    personId: id,
    personKind: text,
    role: text,
    seniority: text,
    time,
    effectiveTime: time,
    timePrecision: text,
    clockSkew: fc.boolean(),
    received: time,
    acceptedAt: time,
    type: text,
    source: text,
    product: text,
    channel: text,
    content: text,
    campaign: text,
    sendId: text,
    direction: text,
    actor: text,
    disposition: text,
    dispositionReason: text,
    rawPartition: of.partition,
    rawOffset: of.offset,
    cause: fc.option(text),
  });
};
