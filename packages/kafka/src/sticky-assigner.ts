import kafkajs, { type PartitionAssigner } from 'kafkajs';
import { z } from 'zod';
import { type StickyMember, stickyAssignment } from './sticky-assignment.ts';

const NAME = 'GroundswellSticky';
const VERSION = 1;
const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/** [partition, next offset] of each partition whose state a member has */
const claimsSchema = z.array(z.tuple([z.number(), z.number()]));

const encodeClaims = (owned: ReadonlyMap<number, number>): Buffer => Buffer.from(JSON.stringify([...owned]));

const decodeClaims = (bytes: Buffer | undefined): ReadonlyMap<number, number> => {
  try {
    return new Map(claimsSchema.parse(JSON.parse(bytes?.toString() ?? '[]')));
  } catch {
    // Of another version: it has no claims that we understand, and still gets its share.
    return new Map();
  }
};

/** A kafkajs assigner of one topic that leaves partitions where their state is. `owned` is asked at every join. */
export const stickyAssigner =
  (owned: () => ReadonlyMap<number, number>): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: VERSION, topics, userData: encodeClaims(owned()) }),
    }),
    assign: async ({ members, topics }) => {
      const sticky: StickyMember[] = members.map(({ memberId, memberMetadata }) => ({
        memberId,
        owned: decodeClaims(MemberMetadata.decode(memberMetadata)?.userData),
      }));
      const byMember = new Map<string, Record<string, number[]>>(members.map(({ memberId }) => [memberId, {}]));
      for (const topic of topics) {
        const partitions = cluster.findTopicPartitionMetadata(topic).length;
        for (const [memberId, list] of stickyAssignment(sticky, partitions)) {
          const assignment = byMember.get(memberId);
          if (assignment) assignment[topic] = list;
        }
      }
      return [...byMember].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: VERSION, assignment, userData: Buffer.alloc(0) }),
      }));
    },
  });
