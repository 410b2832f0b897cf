import { CommandError, reasonOf } from '../command-error.ts';

export type FindingState = 'ok' | 'note' | 'problem';

/** One thing that doctor looked at. */
export interface Finding {
  /** what was looked at: a part of the stack, a group, a partition */
  readonly part: string;
  readonly state: FindingState;
  /** what was found */
  readonly detail: string;
  /** what to do about a problem; empty otherwise */
  readonly hint: string;
}

export const ok = (part: string, detail: string): Finding => ({ part, state: 'ok', detail, hint: '' });
/** Worth knowing, and not wrong. */
export const note = (part: string, detail: string): Finding => ({ part, state: 'note', detail, hint: '' });
export const problem = (part: string, detail: string, hint: string): Finding => ({
  part,
  state: 'problem',
  detail,
  hint,
});

const UNEXPECTED = 'this is not expected: run it again, and look into the logs of that part';

/** A failure as a finding: doctor goes on with what else there is. */
const failed = (part: string, error: unknown): Finding =>
  error instanceof CommandError
    ? problem(part, `${error.what}: ${error.where}`, error.remedy)
    : problem(part, reasonOf(error), UNEXPECTED);

/** Runs one examination; a failure becomes a finding. */
export const examine = async (part: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
  try {
    return await look();
  } catch (error) {
    return [failed(part, error)];
  }
};
