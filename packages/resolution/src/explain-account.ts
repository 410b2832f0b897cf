import type { CorrectionRecord, ExclusionRecord, TouchClues } from '@groundswell/schemas';
import type { AccountDecision } from './account-decision.ts';
import type { AskedPerson } from './ask-person.ts';
import type { Employer } from './employer.ts';
import type { PersonRow } from './person-rows.ts';
import { type AccountStep, traceAccount } from './resolve-account.ts';
import {
  corrected,
  type Decided,
  decide,
  employerAt,
  employerByHand,
  type Knowledge,
  partiesOf,
} from './resolve-touch.ts';

/** A touch that somebody imagines. */
export interface AskedTouch {
  readonly source: string;
  readonly accountId: string | null;
  readonly accountDomain: string | null;
  readonly accountName: string | null;
  /** epoch ms, event time */
  readonly at: number;
}

/** Why a touch would belong where it would. */
export interface AccountExplanation {
  readonly decided: Decided;
  /** the rules, in order, up to the one that decided */
  readonly rules: readonly AccountStep[];
  /** what corrections made of what the rules had found; null: none was about it */
  readonly corrected: AccountDecision | null;
  /** corrections that had a part in it, in the order in which they were asked */
  readonly corrections: readonly CorrectionRecord[];
  /** rows of the list of excluded parties that name the person or the account, in effect at that time or not */
  readonly exclusions: readonly ExclusionRecord[];
  /** where the directory has the person at that time */
  readonly employer: Employer | null;
  /** its rows of the person, whatever their dates */
  readonly rows: readonly PersonRow[];
}

/** Of what kind the imagined touch is: of somebody's own doing. */
const PLAIN = { touchId: '', type: '', direction: 'theirs', campaign: '', sendId: '' } as const;

/** What a touch that says this would be given, and why. The same code decides as for touches that come. */
export const explainAccount = (
  touch: AskedTouch,
  { person }: Pick<AskedPerson, 'person'>,
  known: Omit<Knowledge, 'person'>,
): AccountExplanation => {
  const { source, accountId, accountDomain, accountName, at } = touch;
  const knowledge: Knowledge = { ...known, person };
  const { corrections, exclusions, people, accounts } = knowledge;
  const clues: TouchClues = {
    ...{
      identity: person.identityId,
      sourceIdentity: person.sourceIdentity,
      accountId,
      accountDomain,
      accountName,
      role: '',
      seniority: '',
    },
    machine: null,
  };
  const facts = { ...PLAIN, source, effectiveTime: at, acceptedAt: Number.MAX_SAFE_INTEGER };
  const decided = decide(clues, facts, knowledge);
  const employer = employerAt(knowledge, at);
  const rules = traceAccount({ ...touch, email: person.email, employer }, accounts);
  const found = rules.at(-1)?.decision ?? null;
  const ruled = found && corrected(found, clues, knowledge, at);
  const isRuled = ruled !== null && ruled !== found;
  const ofEmployer = employerByHand(knowledge, at);
  const machine = corrections.machine(facts, person.personId);
  const ids = [
    ...(isRuled ? [ofEmployer?.correctionId ?? ruled.evidence] : []),
    ...(ruled?.accountId ? corrections.mergesFrom(ruled.accountId, at) : []),
    ...(machine ? [machine.correctionId] : []),
  ];
  return {
    decided,
    rules,
    corrected: isRuled ? ruled : null,
    corrections: ids.flatMap((id) => corrections.records.get(id) ?? []),
    exclusions: [...exclusions.of(partiesOf(clues, person.email, decided.accountId))],
    employer,
    rows: people.rowsOf(person.email, person.inSource),
  };
};
