export { AccountResolver, type ResolverObserver, type ResolverOptions } from './account-resolver.ts';
export { DirectoryTitles } from './directory-titles.ts';
export { Exclusions } from './exclusions.ts';
export { IdentityBook, type IdentityTable } from './identity-book.ts';
export { personOfEvidence } from './touch-person.ts';
