export { AccountDirectory } from './account-directory.ts';
export { AccountResolver, type ResolverObserver, type ResolverOptions } from './account-resolver.ts';
export { type ScoringUnit, scoringUnits } from './account-tree.ts';
export { type AskedPerson, askPerson, type NamedPerson } from './ask-person.ts';
export { holdsAt } from './correctable-touch.ts';
export {
  type CorrectionPreview,
  type PreviewOptions,
  previewCorrection,
  previewExclusion,
} from './correction-preview.ts';
export { type AllKnowledge, decideAgain } from './decide-again.ts';
export { decisionCodec } from './decision-codec.ts';
export { DirectoryPeople } from './directory-people.ts';
export {
  accountsNamed,
  type CorrectionDraft,
  type CorrectionWish,
  draftCorrection,
  revocationOf,
} from './draft-correction.ts';
export { firstTouch, type Memories, type Sliced } from './each-touch.ts';
export { ErasedPerson } from './erased-person.ts';
export { Exclusions } from './exclusions.ts';
export { type AccountExplanation, type AskedTouch, explainAccount } from './explain-account.ts';
export { explainPerson, type PersonExplanation } from './explain-person.ts';
export { IdentityBook, type IdentityTable } from './identity-book.ts';
export { IdentityRows } from './identity-rows.ts';
export { MachineMarks } from './machine-marks.ts';
export { mergeCandidates } from './merge-candidates.ts';
export { rawReader } from './raw-reader.ts';
export { type Knowledge, RETRACTED, resolveTouch } from './resolve-touch.ts';
export { StandingCorrections } from './standing-corrections.ts';
export { personOfEvidence, personOfTouch, type TouchPerson } from './touch-person.ts';
export { ambiguousDomains, type ListOptions, waitingTouches } from './waiting-touches.ts';
