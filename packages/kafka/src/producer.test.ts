import { type TopicDeclaration, topics } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contracts, WireCodec } from './contracts.ts';
import { partitionOf } from './murmur2.ts';
import { inRounds, type OutgoingMessage, type Round } from './producer.ts';
import { MAX_BATCH_BYTES } from './topic-settings.ts';

/** Codecs that make so many bytes of a number. */
const contracts: Contracts = {
  topicName: ({ name }: TopicDeclaration) => `space.${name}`,
  codec: () =>
    ({
      schemaId: 1,
      encode: (value: unknown) => Buffer.alloc(Number(value)),
      decode: (bytes: Buffer) => bytes.length,
      prepare: async () => undefined,
    }) as unknown as WireCodec<never>,
  decoder: () => {
    throw new Error('nothing is decoded here');
  },
};

const bytesByLane = (round: Round): number[] => {
  const sums = new Map<string, number>();
  for (const { topic, messages } of round) {
    for (const { partition, value } of messages) {
      const lane = `${topic}/${partition}`;
      sums.set(lane, (sums.get(lane) ?? 0) + (value?.length ?? 0));
    }
  }
  return [...sums.values()];
};

describe('a send', () => {
  it('goes to the partition of the key, or to the one that was named', () => {
    const [round] = inRounds(contracts, [
      { topic: topics.touches, key: 'acme.com', value: 1 },
      { topic: topics.touches, key: 'acme.com', value: null, partition: 3 },
      { topic: topics.accounts, key: null, value: 1, partition: 2, headers: { trace: 'a' } },
    ]);
    expect(round).toEqual([
      {
        topic: 'space.touches',
        messages: [
          { key: 'acme.com', value: Buffer.alloc(1), partition: partitionOf('acme.com', topics.touches.partitions) },
          { key: 'acme.com', value: null, partition: 3 },
        ],
      },
      {
        topic: 'space.accounts',
        messages: [{ key: null, value: Buffer.alloc(1), partition: 2, headers: { trace: 'a' } }],
      },
    ]);
  });

  it('of nothing is no request', () => {
    expect(inRounds(contracts, [])).toEqual([]);
  });

  it('is cut into rounds so that no record batch is too large, in order per partition, with nothing left out', () => {
    const outgoing = fc.record({
      topic: fc.constantFrom<TopicDeclaration>(topics.touches, topics.accounts),
      key: fc.constantFrom('a', 'b', 'c'),
      value: fc.integer({ min: 0, max: MAX_BATCH_BYTES / 2 }),
      partition: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(outgoing, { maxLength: 40 }), (messages: OutgoingMessage[]) => {
        const rounds = inRounds(contracts, messages);
        for (const round of rounds) for (const bytes of bytesByLane(round)) expect(bytes).toBeLessThan(MAX_BATCH_BYTES);
        for (const topic of [topics.touches, topics.accounts]) {
          for (const partition of [0, 1, 2]) {
            const sent = rounds
              .flat()
              .filter((one) => one.topic === `space.${topic.name}`)
              .flatMap((one) => one.messages)
              .filter((one) => one.partition === partition);
            const given = messages.filter((one) => one.topic.name === topic.name && one.partition === partition);
            expect(sent.map(({ key, value }) => [key, value?.length])).toEqual(
              given.map(({ key, value }) => [key, value]),
            );
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of one record that is larger than a batch should be is still sent', () => {
    const huge = { topic: topics.touches, key: 'a', value: MAX_BATCH_BYTES + 1 };
    expect(inRounds(contracts, [huge, huge])).toHaveLength(2);
  });
});
