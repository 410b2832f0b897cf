import { parseTime } from '@groundswell/interchange';
import type {
  AccountDirectory,
  DirectoryPeople,
  Exclusions,
  IdentityBook,
  MachineMarks,
  Memories,
  StandingCorrections,
} from '@groundswell/resolution';
import type { CorrectionRecord } from '@groundswell/schemas';
import type { OperatorAccess } from '@groundswell/service';
import { z } from 'zod';

/** What the routes work with. */
export interface ResolverApi extends OperatorAccess {
  readonly identities: IdentityBook;
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
  readonly exclusions: Exclusions;
  readonly corrections: StandingCorrections;
  readonly marks: MachineMarks;
  /** of the partitions that this instance has */
  readonly memories: () => Memories;
  /** Resolves when the broker has the record and this instance has read it back. */
  readonly write: (record: CorrectionRecord) => Promise<void>;
  /** by partition, where touches.raw ends now */
  readonly rawEnds: () => Promise<readonly number[]>;
  /** a random UUID text */
  readonly newId: () => string;
  /** epoch ms, wall clock */
  readonly now: () => number;
}

/** An instant as the interchange format writes them; without offset it means UTC. Epoch ms. */
export const instant = z.union([z.string(), z.number()]).transform((value, context) => {
  const parsed = parseTime(value, 'instant', 'UTC');
  if (parsed.ok) return parsed.at;
  context.addIssue(parsed.message.replace('instant: ', ''));
  return z.NEVER;
});

export const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
