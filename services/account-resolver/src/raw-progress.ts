import type { Admin } from '@groundswell/kafka';
import { filledEnds } from './topic-ends.ts';

/** Offset after the last record, by partition. */
export type Ends = ReadonlyMap<number, number>;

/** How far touches.raw has been decided, by whichever instances. */
export interface RawProgress {
  /** Where its partitions end now; those that hold nothing are left out. */
  ends(): Promise<Ends>;
  /** Whether everything before these ends has been decided and published. */
  isPast(ends: Ends): Promise<boolean>;
}

export interface RawProgressOptions {
  readonly admin: Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets'>;
  /** the topic as it is called on the broker */
  readonly topicName: string;
  /** of the resolver: it commits what it has published */
  readonly groupId: () => string;
}

export const openRawProgress = ({ admin, topicName, groupId }: RawProgressOptions): RawProgress => ({
  ends: () => filledEnds(admin, topicName),
  isPast: async (ends) => {
    const [group] = await admin.fetchOffsets({ groupId: groupId(), topics: [topicName] });
    const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return [...ends].every(([partition, end]) => (committed.get(partition) ?? -1) >= end);
  },
});
