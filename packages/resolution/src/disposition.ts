export type Disposition = 'excluded' | 'bot' | 'negative' | 'ours' | 'anonymous' | 'unresolved' | 'candidate';

/** What a disposition is decided on. */
export interface DispositionClues {
  /** why the party does not count, when it does not */
  readonly exclusion: string | null;
  /** what the touch itself says of a machine, when it does */
  readonly machine: string | null;
  readonly type: string;
  readonly direction: string;
  readonly anonymous: boolean;
  readonly accountId: string | null;
  readonly accountEvidence: string;
}

export interface DispositionDecision {
  readonly disposition: Disposition;
  /** without personal data; empty when the disposition says it all */
  readonly reason: string;
}

/** Touch types that say the contrary of interest. */
const negativeTypes: ReadonlySet<string> = new Set(['bounce', 'unsubscribe']);

interface Precedence {
  readonly disposition: Disposition;
  readonly why: string;
  /** the reason when it applies */
  readonly applies: (clues: DispositionClues) => string | null;
}

/**
 * The first that applies is the touch's one fate. What can never count comes before what may still count once more is
 * known, so that a touch which waits for a link or an identification is always one that would gain by it.
 */
export const dispositionPrecedence: readonly Precedence[] = [
  {
    disposition: 'excluded',
    why: 'Who it was outranks what was done: an employee of ours is no buyer, whether a person or a script.',
    applies: ({ exclusion }) => exclusion,
  },
  {
    disposition: 'bot',
    why: 'Nobody did it. Before type and direction, so that the share of machines is complete; a later reclassification finds them here.',
    applies: ({ machine }) => machine,
  },
  {
    disposition: 'negative',
    why: 'The type says the contrary of interest, whichever direction the source reports.',
    applies: ({ type }) => (negativeTypes.has(type) ? type : null),
  },
  {
    disposition: 'ours',
    why: 'What we do ourselves is never interest, whoever it was done to.',
    applies: ({ direction }) => (direction === 'ours' ? '' : null),
  },
  {
    disposition: 'anonymous',
    why: 'Waits for an identification, which brings the account along; an account alone would not make it count.',
    applies: ({ anonymous }) => (anonymous ? '' : null),
  },
  {
    disposition: 'unresolved',
    why: 'A known person without an account: waits for a link.',
    applies: ({ accountId, accountEvidence }) => (accountId === null ? accountEvidence : null),
  },
  {
    disposition: 'candidate',
    why: 'Everything the resolver can know speaks for it; policy and windows decide.',
    applies: () => '',
  },
];

/** The one fate of a touch as far as the resolver can tell. */
export const disposeOf = (clues: DispositionClues): DispositionDecision => {
  for (const { disposition, applies } of dispositionPrecedence) {
    const reason = applies(clues);
    if (reason !== null) return { disposition, reason };
  }
  throw new Error('the last row of the precedence applies to every touch');
};
