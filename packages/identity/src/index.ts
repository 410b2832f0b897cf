export { type AddressPattern, addressPattern } from './address-pattern.ts';
export { boundedMemo } from './bounded-memo.ts';
export { type CompanyName, type CompanyNameKind, isPlaceholderId, readCompanyName } from './company-name.ts';
export { identityDataVersions } from './data/versions.ts';
export { type EmailAddress, normaliseEmail } from './email-address.ts';
export { type EmailIdentity, emailIdentity } from './email-identity.ts';
export { type HostReading, isFreeMail, readHost } from './free-mail.ts';
export {
  type IdentityKeys,
  type IdInSource,
  identityKeys,
  idInSource,
  type PersonReading,
  type PersonReference,
  readPerson,
} from './identity-keys.ts';
export { asciiHost, hostIn, isListedDomain, registrableDomain, registrableOfHost } from './registrable-domain.ts';
export { type Role, roleOfTitle, type Seniority, type TitleReading } from './title-role.ts';
