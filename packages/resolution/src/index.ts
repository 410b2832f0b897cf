export { AccountDirectory } from './account-directory.ts';
export { AccountResolver, type ResolverObserver, type ResolverOptions } from './account-resolver.ts';
export { type ScoringUnit, scoringUnits } from './account-tree.ts';
export { DirectoryPeople } from './directory-people.ts';
export { ErasedPerson } from './erased-person.ts';
export { Exclusions } from './exclusions.ts';
export { IdentityBook, type IdentityTable } from './identity-book.ts';
export { StandingCorrections } from './standing-corrections.ts';
export { personOfEvidence } from './touch-person.ts';
