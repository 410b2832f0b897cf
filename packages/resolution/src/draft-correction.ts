import { hostIn, isFreeMail, registrableDomain } from '@groundswell/identity';
import type { CorrectionRecord, PersonIdentity } from '@groundswell/schemas';
import { isAddress } from './claim-draft.ts';
import type { IdentityBook } from './identity-book.ts';
import { identityOfText } from './identity-text.ts';
import { endsText } from './source-replays.ts';
import type { CorrectionKind, StandingCorrections } from './standing-corrections.ts';

/** What touches a correction is about, by what they say of themselves; at least one is given. */
export interface TouchesNamed {
  readonly touch?: string | undefined;
  /** an identity as people write it, or a personId */
  readonly person?: string | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly campaign?: string | undefined;
  readonly send_id?: string | undefined;
}

/** What somebody asks for, with people named as people name them. */
export type CorrectionWish =
  | { readonly kind: 'merge'; readonly account: string; readonly into: string }
  /** null: nowhere */
  | { readonly kind: 'employer'; readonly person: string; readonly account: string | null }
  | { readonly kind: 'unite'; readonly identity: string; readonly with: string }
  | { readonly kind: 'split'; readonly identity: string }
  | { readonly kind: 'domain'; readonly domain: string; readonly account: string }
  | { readonly kind: 'erase'; readonly person: string }
  | ({ readonly kind: 'machine' | 'human' | 'retract' } & TouchesNamed)
  | ReplayWish;

/** A source sends once more. Nobody is named: whose a touch is changes, and what was sent again must not come and go with that. */
type ReplayWish = { readonly kind: 'replay'; readonly source: string } & Omit<TouchesNamed, 'person' | 'source'>;

/** The subject of the record that would be written. It names nobody: people are opaque ids in it. */
export type CorrectionDraft =
  | { readonly ok: true; readonly subject: CorrectionRecord['subject']; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: 'correction_invalid' | 'unknown_person'; readonly message: string };

export interface DraftContext {
  readonly identities: IdentityBook;
  readonly corrections: StandingCorrections;
  /** a random UUID text */
  readonly newPersonId: () => string;
  /** by partition, where touches.raw ends now: what stands before is what a replay supersedes */
  readonly rawEnds: readonly number[];
}

const invalid = (message: string): CorrectionDraft => ({ ok: false, reason: 'correction_invalid', message });
const fine = (subject: CorrectionRecord['subject'], ...warnings: string[]): CorrectionDraft => ({
  ok: true,
  subject,
  warnings,
});

const unknown = (field: string, why: string): CorrectionDraft => ({
  ok: false,
  reason: 'unknown_person',
  message: `${field}: ${why}`,
});

/** Messages never repeat what was given of a person: they may be logged where people must not be. */
const NO_IDENTITY = 'is no identity; write an e-mail address, SOURCE:ID, or anonymous:SOURCE:ID';
const NOBODY = 'nobody is known by this; look with why-person how the person is known';

const rowNamed = (text: string, field: string, { identities }: DraftContext): PersonIdentity | CorrectionDraft => {
  const identity = identityOfText(text);
  if (identity === null) return invalid(`${field}: ${NO_IDENTITY}`);
  const row = identities.get(identity);
  if (!row || row.identityId === '') return unknown(field, NOBODY);
  return row;
};

const isDraft = (found: PersonIdentity | CorrectionDraft): found is CorrectionDraft => 'ok' in found;

const PERSON_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const personNamed = (text: string, field: string, context: DraftContext): string | CorrectionDraft => {
  if (PERSON_ID.test(text)) return text;
  const row = rowNamed(text, field, context);
  if (isDraft(row)) return row;
  return context.identities.behind(row.identityId)?.personId ?? unknown(field, NOBODY);
};

const merge = (
  { account, into }: { account: string; into: string },
  { corrections }: DraftContext,
): CorrectionDraft => {
  if (account === into) return invalid(`into: ${account} would be merged into itself`);
  const back = corrections.mergedInto(into, Number.MAX_SAFE_INTEGER);
  if (back?.value === account)
    return invalid(`into: ${into} is merged into ${account} by ${back.correctionId}; revoke that one first`);
  const warnings = back ? [`${into} itself is merged into ${back.value}: the touches of ${account} go there too`] : [];
  return fine({ account, into }, ...warnings);
};

/** The unions by which identities are one person; empty: they are so without. */
const unionsOf = (personId: string, { identities, corrections }: DraftContext): readonly string[] =>
  [...corrections.records.values()].flatMap(({ kind, subject, revoked, correctionId }) => {
    const isOne = kind === 'unite' && !revoked && identities.behind(subject['identity'] ?? '')?.personId === personId;
    return isOne ? correctionId : [];
  });

/**
 * One of the two becomes another name of the other: of those that are no name of somebody yet, so that unions go on in
 * chains and never in circles. The one with an address stays, since it brings the account.
 */
const unite = (wish: { identity: string; with: string }, context: DraftContext): CorrectionDraft => {
  const named = rowNamed(wish.identity, 'identity', context);
  if (isDraft(named)) return named;
  const other = rowNamed(wish.with, 'with', context);
  if (isDraft(other)) return other;
  const { identities, corrections } = context;
  const personId = identities.behind(named.identityId)?.personId;
  if (personId !== undefined && personId === identities.behind(other.identityId)?.personId) {
    const unions = unionsOf(personId, context);
    const why = unions.length === 0 ? '' : `, by ${unions.join(', ')}: one more union would make a circle`;
    return invalid(`with: both are the same person already${why}`);
  }
  const ends = [named, other].map((row) => identities.endOf(row.identity) ?? row) as [PersonIdentity, PersonIdentity];
  const mayGo = ([gone, stays]: readonly [PersonIdentity, PersonIdentity]): boolean =>
    corrections.unitedWith(gone.identityId) === null &&
    corrections.splitAs(gone.identityId) === null &&
    (!isAddress(gone.identity) || isAddress(stays.identity));
  const order = [ends, [ends[1], ends[0]] as const].find(mayGo);
  if (!order)
    return invalid(
      'with: earlier unions or splits of both stand in the way; list them with `groundswell corrections` and revoke what is wrong',
    );
  const onward = corrections.unitedWith(order[1].identityId);
  const chain = 'it is united with somebody else itself: all of them are one person';
  return fine(
    { identity: order[0].identityId, with: order[1].identityId },
    ...(onward === null ? [] : [`with: ${chain}`]),
  );
};

const split = (wish: { identity: string }, context: DraftContext): CorrectionDraft => {
  const row = rowNamed(wish.identity, 'identity', context);
  if (isDraft(row)) return row;
  if (context.corrections.splitAs(row.identityId) !== null) return invalid('identity: it was split off already');
  const others = context.identities.identitiesOf(row.identityId).length;
  const alone = others < 2 ? ['it is the only identity of its person: the split only gives it a new personId'] : [];
  return fine({ identity: row.identityId, person: context.newPersonId() }, ...alone);
};

const domain = (wish: { domain: string; account: string }): CorrectionDraft => {
  const host = hostIn(wish.domain);
  if (host === null) return invalid(`domain: ${wish.domain} is no domain, such as acme.example`);
  if (isFreeMail(host)) return invalid(`domain: ${host} is free mail: anybody's, and no company's`);
  const registrable = registrableDomain(host);
  if (registrable === null)
    return invalid(`domain: ${host} is a public suffix: domains below it are different companies`);
  return fine({ domain: host, account: wish.account });
};

const touchFields = ['touch', 'source', 'type', 'campaign', 'send_id'] as const;

const fieldsOf = (wish: TouchesNamed): Record<string, string> => {
  const subject: Record<string, string> = {};
  for (const field of touchFields) if (wish[field] !== undefined) subject[field] = wish[field];
  return subject;
};

const ofTouches = (wish: TouchesNamed & { kind: CorrectionKind }, context: DraftContext): CorrectionDraft => {
  const subject = fieldsOf(wish);
  if (wish.person !== undefined) {
    const person = personNamed(wish.person, 'person', context);
    if (typeof person !== 'string') return person;
    subject['person'] = person;
  }
  if (Object.keys(subject).length === 0)
    return invalid(`${wish.kind}: say which touches: touch, person, source, type, campaign or send_id`);
  return fine(subject);
};

/** The touches of every identity that rows tie to the person. */
const erase = (person: string, context: DraftContext): CorrectionDraft => {
  const row = rowNamed(person, 'person', context);
  if (isDraft(row)) return row;
  const ids = context.identities.identitiesOf(row.identityId).map(({ identityId }) => identityId);
  return fine({ identities: [...new Set([row.identityId, ...ids])].filter(Boolean).sort().join(' ') });
};

/** What a wish comes to as a record, or why it cannot be granted. */
export const draftCorrection = (wish: CorrectionWish, context: DraftContext): CorrectionDraft => {
  switch (wish.kind) {
    case 'merge':
      return merge(wish, context);
    case 'employer': {
      const person = personNamed(wish.person, 'person', context);
      return typeof person === 'string' ? fine({ person, account: wish.account ?? '' }) : person;
    }
    case 'unite':
      return unite(wish, context);
    case 'split':
      return split(wish, context);
    case 'domain':
      return domain(wish);
    case 'erase':
      return erase(wish.person, context);
    case 'machine':
    case 'human':
    case 'retract':
      return ofTouches(wish, context);
    case 'replay':
      return fine({ ...fieldsOf(wish), ends: endsText(context.rawEnds) });
  }
};

/** The record by which a correction is revoked, said by whoever revokes it; `ends`: by partition, where touches.raw ends then. */
export const revocationOf = (
  standing: CorrectionRecord,
  said: Pick<CorrectionRecord, 'reason' | 'requestedBy' | 'received'>,
  ends: readonly number[],
): CorrectionRecord => {
  const { kind, subject } = standing;
  const revoked = { ...standing, ...said, revoked: true };
  return kind === 'replay' ? { ...revoked, subject: { ...subject, revoked_ends: endsText(ends) } } : revoked;
};

/** The accounts that a wish names: nobody may have heard of them. */
export const accountsNamed = (wish: CorrectionWish): readonly string[] => {
  if (wish.kind === 'merge') return [wish.account, wish.into];
  return 'account' in wish && wish.account !== null ? [wish.account] : [];
};
