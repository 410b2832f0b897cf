/** A member of the group, and where it stands in the partitions whose state it has at hand. */
export interface StickyMember {
  readonly memberId: string;
  /** next offset it would process, by partition */
  readonly owned: ReadonlyMap<number, number>;
}

/** The claim on a partition that is furthest ahead: two members may both hold state of it, one of them from before it was revoked. */
const claims = (members: readonly StickyMember[], partitions: number): (string | null)[] => {
  const holders: ({ memberId: string; next: number } | null)[] = new Array(partitions).fill(null);
  for (const { memberId, owned } of members) {
    for (const [partition, next] of owned) {
      if (partition < 0 || partition >= partitions) continue;
      const best = holders[partition];
      if (!best || next > best.next) holders[partition] = { memberId, next };
    }
  }
  return holders.map((holder) => holder?.memberId ?? null);
};

/**
 * Shares partitions 0..n-1 evenly (sizes differ by at most one), leaving each where its state is as far as that allows: a
 * moved partition must be rebuilt from the log. The same members with the same claims always get the same answer.
 */
export const stickyAssignment = (members: readonly StickyMember[], partitions: number): Map<string, number[]> => {
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const assignment = new Map<string, number[]>(sorted.map(({ memberId }) => [memberId, []]));
  if (sorted.length === 0) return assignment;
  const small = Math.floor(partitions / sorted.length);
  const holders = claims(sorted, partitions);
  /** members that may still take one above the small share */
  let larger = partitions % sorted.length;
  const give = (memberId: string, partition: number): boolean => {
    const list = assignment.get(memberId);
    if (!list || list.length > small || (list.length === small && larger === 0)) return false;
    if (list.length === small) larger -= 1;
    list.push(partition);
    return true;
  };
  const homeless: number[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const holder = holders[partition];
    if (!holder || !give(holder, partition)) homeless.push(partition);
  }
  for (const partition of homeless) {
    const fewest = [...assignment].sort(([, a], [, b]) => a.length - b.length)[0];
    if (fewest) give(fewest[0], partition);
  }
  for (const list of assignment.values()) list.sort((a, b) => a - b);
  return assignment;
};
