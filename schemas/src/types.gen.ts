// Generated from schemas/avro by generate-types.ts. Do not edit.

/** One branch of a union of records: which it is, and its content. */
export interface Tagged<Kind extends string, Body> {
  kind: Kind;
  body: Body;
}

/** What outlives the windows. Key: accountId; compacted. A checkpoint at an offset: what it covers is never published again. Policies outlive the log here too. */
export interface AccountLevel {
  accountId: string;
  sequence: number;
  /** epoch ms; null: not at the level */
  engagedSince: null | number;
  highIntensitySince: null | number;
  engagedRenewedAt: null | number;
  highIntensityRenewedAt: null | number;
  lastTouchTime: null | number;
  /** what is known of the account since a large correction that is under way concerned it; null: none is */
  move: null | AccountMove;
  /** canonical content of a policy, in the record of its activation; such a record has a key and an empty account of its own. null: a level record */
  policy: null | string;
  policyVersion: string;
  engineVersion: string;
  /** one consistent set of topics and tables */
  generation: number;
  /** epoch ms, the partition's clock */
  clock: number;
  partition: number;
  /** of the touches record that this was decided at */
  offset: number;
}

export interface AccountMove {
  /** it was at high intensity then */
  wasHigh: boolean;
  /** the live touch by which it entered or renewed high intensity since: to be confirmed when the correction is through */
  postponed: null | PostponedTouch;
}

export interface PostponedTouch {
  touchId: string;
  source: string;
  /** epoch ms */
  time: number;
  /** epoch ms */
  received: number;
}

/** An account row of the directory: one dated version. Key: source, id and validFrom. */
export interface AccountRecord {
  source: string;
  id: string;
  /** epoch ms; 0: since ever */
  validFrom: number;
  name: string;
  domains: string[];
  /** other spellings, former names and domains of a company that was renamed */
  aliases: string[];
  parentId: null | string;
  ultimateId: null | string;
  industry: string;
  region: string;
  country: string;
  employees: null | number;
  revenue: null | number;
  lifecycle: string;
  owner: string;
  tier: string;
  territory: string;
  technologies: string[];
  received: number;
}

/** A campaign that touches name, with what it costs. One dated version. Key: source, id and validFrom. */
export interface CampaignRecord {
  source: string;
  id: string;
  /** epoch ms; 0: since ever */
  validFrom: number;
  name: string;
  channel: string;
  /** in the currency of the source */
  cost: null | number;
  received: number;
}

/** An asset of the content catalogue: touches name it by id or URL. One dated version. Key: source, id and validFrom. */
export interface ContentRecord {
  source: string;
  id: string;
  /** epoch ms; 0: since ever */
  validFrom: number;
  url: string;
  title: string;
  /** product area */
  product: string;
  /** whom it is for */
  persona: string;
  /** of the buying process */
  phase: string;
  /** of its text */
  language: string;
  /** epoch ms; null: still in use */
  retiredAt: null | number;
  received: number;
}

/** A correction that somebody made, in effect until it is revoked: for what came before it and for what comes later. Key: correctionId. Names people by their opaque ids only. */
export interface CorrectionRecord {
  /** UUID text */
  correctionId: string;
  /** merge | employer | unite | split | machine | human | domain | retract | replay | erase; others are kept and without effect */
  kind: string;
  /** merge: account, into; employer: person, account (empty: none); unite: identity, with; split: identity, person; machine, human and retract: some of touch, person, source, type, campaign, send_id; domain: domain, account; replay: source, perhaps touch, type, campaign, send_id, then ends: where each partition of touches.raw ended when it was made (offsets by partition, space between), and revoked_ends: the same when it was revoked; erase: identities (space between) */
  subject: Record<string, string>;
  /** epoch ms, event time of touches, inclusive; null: since ever */
  validFrom: null | number;
  /** epoch ms, exclusive; null: for ever */
  validTo: null | number;
  /** it is without effect again; what it did is undone */
  revoked: boolean;
  /** why, for people to read; without personal data */
  reason: string;
  /** who made it */
  requestedBy: string;
  /** epoch ms, when it was made or revoked last */
  received: number;
}

/** What could not be processed, as it came, and why. Key: deadLetterId. Holds personal data. */
export interface DeadLetter {
  /** UUID text from its origin, so that two services meet */
  deadLetterId: string;
  /** service that rejected it */
  stage: string;
  /** code from the error catalogue */
  reason: string;
  message: string;
  source: string;
  /** true: it had been accepted, so it stands in the books */
  accepted: boolean;
  originTopic: string;
  originPartition: null | number;
  originOffset: null | number;
  /** endpoint or file, with line number or array index */
  origin: string;
  /** what intake read it as, so that a replay reads it as the same: touches, accounts ...; empty: rejected behind intake */
  recordKind: string;
  /** the record as it came, cut at 256 KiB */
  bytes: Buffer;
  key: null | Buffer;
  headers: Record<string, string>;
  received: number;
}

/** A dead letter was replayed: what it held, as it came or put right, is in its topic. Written after that was acknowledged. Key: deadLetterId. */
export interface DeadLetterReplay {
  deadLetterId: string;
  /** epoch ms, wall clock of intake */
  replayedAt: number;
  /** it was put right first: another record, or fields set */
  edited: boolean;
  /** touches, accounts ...: what it was read as */
  recordKind: string;
  /** how many it held: more than one only where a whole body was one letter */
  records: number;
  /** the touches it became; none for rows of the directory, whose ids may be personal */
  touchIds: string[];
  /** of the request that asked for it */
  requestId: string;
}

/** What the erasure of a person removed, and what ages out until when. Key: requestId. Without personal data. */
export interface ErasureReport {
  /** UUID text of the request that asked for it */
  requestId: string;
  /** UUID text of the correction that retracts the touches; the reason of their retraction. Null: nobody was known */
  correctionId: null | string;
  /** that handed the request on */
  source: string;
  /** epoch ms, when it was asked for */
  requestedAt: number;
  /** epoch ms, wall clock of the resolver */
  begunAt: number;
  /** epoch ms, when every tombstone was acknowledged; null: under way */
  completedAt: null | number;
  /** rows of people.identities removed */
  identities: number;
  /** rows of people removed */
  peopleRows: number;
  /** rows of identity.evidence removed */
  evidenceRows: number;
  /** rows of opportunity_contacts removed */
  contactRows: number;
  /** rows of exclusions removed */
  exclusionRows: number;
  /** dead letters that name the person: their contents are cleared in ClickHouse at once */
  deadLetterIds: string[];
  /** epoch ms by which the broker has dropped what the tombstones delete, and the tombstones */
  compactedBy: number;
  /** epoch ms by which touches.raw holds nothing of the person; null: the broker keeps it for ever */
  rawUntil: null | number;
  /** epoch ms by which dead-letters holds nothing of the person; null: the broker keeps it for ever */
  deadLettersUntil: null | number;
}

/** A person wants to be forgotten. Key: requestId. Holds personal data; who carries it out deletes it by a tombstone. */
export interface ErasureRequest {
  /** UUID text made from source and the request's id, or else whom it names: a repeated request is the same one */
  requestId: string;
  source: string;
  /** epoch ms, when it was asked for */
  time: number;
  /** of the source */
  personId: null | string;
  email: null | string;
  /** of the source */
  anonymousId: null | string;
  /** as the source says it */
  reason: string;
  /** epoch ms, when it arrived */
  received: number;
  /** where it came in: endpoint, or file and line */
  origin: string;
}

/** A party whose touches do not count. Key: kind and value. */
export interface ExclusionRecord {
  source: string;
  id: string;
  /** domain | person | account */
  kind: string;
  value: string;
  /** employee, agency, partner, competitor, test, job_seeker */
  reason: string;
  /** score | route | metrics | train */
  scope: string[];
  validFrom: number;
  validTo: null | number;
  received: number;
}

/** A source says that identifiers belong to one person, or a person to an account. Key: evidenceId. Holds personal data. */
export interface IdentityEvidence {
  /** UUID text made from source and identifiers: what ties the same ones again replaces it */
  evidenceId: string;
  source: string;
  /** what the source did to say so: identify, group, alias, merge, property ... */
  kind: string;
  /** epoch ms, when the source says it became so */
  time: number;
  /** of the source */
  personId: null | string;
  email: null | string;
  /** of the source */
  anonymousId: null | string;
  /** an id of the source, of a person or anonymous, that from now on means this person */
  previousId: null | string;
  name: null | string;
  title: null | string;
  /** of the source */
  accountId: null | string;
  accountDomain: null | string;
  accountName: null | string;
  /** epoch ms, when it arrived */
  received: number;
  /** where it came in: endpoint, or file and line */
  origin: string;
}

/** Windows, level and score of many accounts at one instant that the log determines, ordered by account. An account without a row at a day's close is as its last row says. */
export interface IntensityHistory {
  /** day_close | policy */
  point: string;
  /** epoch ms, the instant the rows are true of */
  validAt: number;
  /** lengths of the windows in days */
  windowDays: number[];
  /** what scores are made of in this chunk: type:<touch type> | people | products | roles | channels */
  components: string[];
  rows: HistoryRow[];
  policyVersion: string;
  engineVersion: string;
  /** one consistent set of topics and tables */
  generation: number;
  /** epoch ms, the partition's clock */
  clock: number;
  partition: number;
  /** of the touches record that this was decided at */
  offset: number;
}

/** One account's row. Numbers are by the lists of the chunk, flat, since there are many of them. */
export interface HistoryRow {
  accountId: string;
  /** order of rows of one account at one offset */
  step: number;
  /** epoch ms; null: not at the level */
  engagedSince: null | number;
  highIntensitySince: null | number;
  /** hundredths */
  score: number;
  /** three numbers each: position among the chunk's components, count, points in hundredths; points sum to the score */
  contributions: number[];
  /** five numbers per window of the chunk: touches, confirmed-distinct people, products, roles, channels */
  windows: number[];
  lastTouchTime: null | number;
  /** of the last transition */
  sequence: number;
  /** our log is shorter than the window: leave withheld */
  held: boolean;
}

/** Windows, level and score of an account at an instant. Key: accountId. */
export interface IntensityScore {
  accountId: string;
  /** current (coalesced) | transition | day_close | policy */
  point: string;
  /** order of rows of one account at one offset */
  step: number;
  /** epoch ms, the instant the row is true of */
  validAt: number;
  /** epoch ms; null: not at the level */
  engagedSince: null | number;
  highIntensitySince: null | number;
  /** hundredths */
  score: number;
  contributions: Contribution[];
  windows: WindowAggregate[];
  lastTouchTime: null | number;
  /** of the last transition */
  sequence: number;
  /** our log is shorter than the window: leave withheld */
  held: boolean;
  policyVersion: string;
  engineVersion: string;
  /** one consistent set of topics and tables */
  generation: number;
  /** epoch ms, the partition's clock */
  clock: number;
  partition: number;
  /** of the touches record that this was decided at */
  offset: number;
}

export interface Contribution {
  /** type:<touch type> | people | products | roles | channels */
  component: string;
  count: number;
  /** hundredths of a score point; they sum to the score */
  points: number;
}

export interface WindowAggregate {
  days: number;
  touches: number;
  /** confirmed-distinct */
  people: number;
  products: number;
  roles: number;
  channels: number;
}

/** An account enters, renews, confirms or leaves a level at an exact instant. Key: accountId. Same id, same bytes, whenever it is produced again. */
export interface IntensityTransition {
  /** UUID text from generation, account and sequence */
  transitionId: string;
  accountId: string;
  /** per account, from 1 */
  sequence: number;
  /** engaged | high-intensity */
  level: string;
  /** enter | renew | leave | confirm: a large correction is through, and the account stands at high intensity that it entered or renewed by a live touch meanwhile */
  kind: string;
  /** epoch ms, exact instant */
  at: number;
  /** epoch ms, the clock at which it was decided */
  knownAt: number;
  /** touch | expiry | correction | policy | merge */
  cause: string;
  causeTouchId: null | string;
  causeSource: null | string;
  /** epoch ms, effective time of the touch that caused it */
  causeTime: null | number;
  /** epoch ms */
  causeReceived: null | number;
  /** of a correction: what became known (identity | directory | machine | the id of a standing correction; takeover: nobody looked after the touch when it did; owner: another owner of its partition had said something else); else null */
  causeEvidence: null | string;
  /** what became known, of a large correction that is under way and has concerned the account: its windows may be half moved, and it does not route; null: none is */
  duringMove: null | string;
  /** epoch ms; null: not at the level */
  engagedSince: null | number;
  highIntensitySince: null | number;
  /** hundredths, 0..10000 */
  score: number;
  contributions: Contribution[];
  windows: WindowAggregate[];
  /** newest counted touches of the 30-day window, at most 50 */
  touchIds: string[];
  /** most active first, at most 20 */
  people: ActivePerson[];
  /** product areas in the 30-day window */
  products: string[];
  /** our log is shorter than the window: leave withheld */
  held: boolean;
  policyVersion: string;
  /** what the policy in effect asks of the router */
  routing: PolicyRouting;
  engineVersion: string;
  /** one consistent set of topics and tables */
  generation: number;
  /** epoch ms, the partition's clock */
  clock: number;
  partition: number;
  /** of the touches record that this was decided at */
  offset: number;
}

export interface ActivePerson {
  personId: string;
  personKind: string;
  role: string;
  /** counted, in the 30-day window */
  touches: number;
  lastTime: number;
  lastType: string;
}

export interface PolicyRouting {
  /** ms after a routed decision in which the account is not routed again; null: none */
  coolDownMs: null | number;
  /** people named in one decision, at most */
  maxPeople: number;
}

/** A person who takes part in an opportunity, as the CRM has it. Key: source and id. */
export interface OpportunityContactRecord {
  source: string;
  id: string;
  validFrom: number;
  opportunityId: string;
  personId: string;
  role: string;
  received: number;
}

/** An opportunity row of the directory. Key: source and id. */
export interface OpportunityRecord {
  source: string;
  id: string;
  validFrom: number;
  accountId: string;
  type: string;
  stage: string;
  stageAt: null | number;
  createdAt: number;
  closedAt: null | number;
  isWon: null | boolean;
  amount: null | number;
  currency: string;
  productLine: string;
  owner: string;
  received: number;
}

/** An opportunity arriving at a stage, as the history of the CRM has it. Key: source and id. */
export interface OpportunityStageRecord {
  source: string;
  id: string;
  validFrom: number;
  opportunityId: string;
  stage: string;
  stageAt: number;
  amount: null | number;
  currency: string;
  closeExpectedAt: null | number;
  received: number;
}

/** Something that an account has bought. Key: source and id. */
export interface OrderRecord {
  source: string;
  id: string;
  /** epoch ms; 0: since ever */
  validFrom: number;
  /** of the source */
  accountId: string;
  product: string;
  category: string;
  /** in its currency; negative: a refund */
  amount: null | number;
  currency: string;
  /** epoch ms, when it was ordered */
  at: number;
  received: number;
}

/** One way to recognise a person. Key: identity. Holds personal data; deleting it makes the personId anonymous. */
export interface PersonIdentity {
  /** email:<normalised> | source:<source>:<id> | anonymous:<source>:<id> */
  identity: string;
  /** random UUID text */
  personId: string;
  personKind: string;
  /** the address that the identity stands for */
  email: null | string;
  /** source:<source>:<id> that this identity is another name of; the e-mail address says more when it is known */
  linkedTo: null | string;
  /** epoch ms since which linkedTo holds */
  linkedAt: null | number;
  name: null | string;
  title: null | string;
  /** epoch ms since which the e-mail address holds; without one, of the claim */
  claimedAt: number;
  /** random UUID text by which decisions refer to this identity without naming it */
  identityId: string;
}

/** A person row of the directory: one dated version. Key: source, id and validFrom. Holds personal data. */
export interface PersonRecord {
  source: string;
  id: string;
  validFrom: number;
  email: null | string;
  title: null | string;
  accountId: null | string;
  consent: Record<string, string>;
  status: string;
  received: number;
}

/** One record of touches.raw: a touch as it was accepted, or a control record that travels with it. */
export interface RawRecord {
  record: Tagged<'RawTouch', RawTouch> | Tagged<'Tick', Tick> | Tagged<'ClockModeSet', ClockModeSet> | Tagged<'PolicyActivated', PolicyActivated> | Tagged<'StandingCorrection', StandingCorrection>;
}

/** A touch as accepted by intake, before anything is decided about it. Holds personal data. */
export interface RawTouch {
  /** UUID text made from SHA-256 of source and id: the identity of the touch everywhere after intake */
  touchId: string;
  source: string;
  /** idempotency key inside the source, given or derived */
  id: string;
  idDerived: boolean;
  /** epoch ms, when it happened */
  time: number;
  /** millisecond | second | day */
  timePrecision: string;
  /** epoch ms, when it arrived: wall clock of intake, or the file's value in an as-if-live import */
  received: number;
  /** epoch ms, what the sender said; information only */
  claimedReceived: null | number;
  type: string;
  personEmail: null | string;
  personId: null | string;
  anonymousId: null | string;
  personTitle: null | string;
  personName: null | string;
  accountDomain: null | string;
  accountId: null | string;
  accountName: null | string;
  product: string;
  channel: string;
  content: string;
  campaign: string;
  sendId: string;
  /** theirs | ours */
  direction: string;
  actor: string;
  /** the source itself says it was a machine */
  bot: boolean;
  /** scalars kept verbatim, each as JSON text */
  properties: Record<string, string>;
  /** where it came in: endpoint, or file and line */
  origin: string;
}

/** Time passed. In touches.raw written by the importer only, and then a promise: nothing received at or before this instant follows from it. */
export interface Tick {
  /** epoch ms the clock advances to */
  received: number;
  /** importer | account-intensity */
  origin: string;
}

/** From here on the log runs live (the wall clock stamps and ticks) or replay (only the importer does). */
export interface ClockModeSet {
  received: number;
  /** live | replay */
  mode: string;
  reason: string;
}

/** From this record on accounts are judged by this policy. */
export interface PolicyActivated {
  /** epoch ms, instant of activation; advances the clock */
  received: number;
  name: string;
  /** name@content hash */
  version: string;
  /** canonical JSON of the policy */
  content: string;
  activatedBy: string;
}

/** A correction that also applies to what arrives later (merge, erasure, bot rule). */
export interface StandingCorrection {
  received: number;
  correctionId: string;
  kind: string;
  subject: Record<string, string>;
  /** epoch ms */
  validFrom: null | number;
  /** epoch ms */
  validTo: null | number;
  revoked: boolean;
  reason: string;
}

/** Where an account is sent, or why it is not. Key: accountId. */
export interface RouteDecision {
  /** UUID text from transition and route */
  decisionId: string;
  accountId: string;
  transitionId: string;
  transitionSequence: number;
  /** cadence */
  route: string;
  /** routed | suppressed */
  state: string;
  /** why; routed: high_intensity_entered | high_intensity_renewed | high_intensity_confirmed; suppressed: large_move | correction | no_touch_cause | undeclared_source | historical | cool_down | no_contact */
  reason: string;
  /** epoch ms, end of the cool-down that suppressed it */
  until: null | number;
  /** whom to contact, in that order, and why; none when suppressed */
  people: ContactPerson[];
  score: number;
  cause: string;
  causeTouchId: null | string;
  causeSource: null | string;
  /** epoch ms, effective time of the causing touch */
  touchAt: null | number;
  transitionAt: number;
  /** epoch ms, clock of the decision */
  decidedAt: number;
  policyVersion: string;
  generation: number;
}

export interface ContactPerson {
  personId: string;
  role: string;
  why: string;
}

/** What the resolver decided about a raw touch, so that it never decides twice. Key: touchId; the key clock-mode holds the partition's clock mode, the key corrections how far its corrections are published. */
export interface TouchAssignment {
  /** set only under the key clock-mode: live | replay */
  clockMode: null | string;
  /** set only under the key clock-mode: what the raw partition holds before an offset; a restart goes by the last fact at or below its committed offset */
  clockFacts: ClockFact[];
  /** the TouchAsserted as written, Avro binary without header; empty under the two keys */
  encoded: Buffer;
  /** what the raw touch said of person and account, without personal data: enough to decide again when more is known; null under the two keys */
  clues: null | TouchClues;
  /** of a decision that replaced another: its number in the raw partition, from 1; 0: the first of its touch. Under the key corrections: an offset of this topic; every correction below it is known to be published */
  correction: number;
  /** of a correction: what became known, as the cause of TouchAsserted */
  cause: string;
  /** of a correction that moved the touch: the account it leaves; null when it stays or had none */
  movedFrom: null | string;
  /** the revision as which the raw record that the touch is made of was decided first: above 1 when it came in the place of another (a source replay) */
  saidSince: number;
  /** set only under the key corrections: what became known first, of a large correction that has begun and is not known to have ended */
  largeMove: null | string;
  /** release of touch-change whose TouchAsserted `encoded` was written with: it carries no schema of its own */
  decisionForm: number;
}

export interface ClockFact {
  /** of the raw record after the one that established it */
  offset: number;
  /** live | replay */
  mode: string;
  /** epoch ms: nothing received at or before this instant follows; null: nothing known */
  passed: null | number;
}

export interface TouchClues {
  /** identityId in people.identities */
  identity: string;
  /** as stated */
  accountId: null | string;
  /** as stated */
  accountDomain: null | string;
  /** as stated */
  accountName: null | string;
  /** of the touch's own title; empty when it says nothing */
  role: string;
  /** of the touch's own title */
  seniority: string;
  /** what the touch itself says of a machine; null when nothing */
  machine: null | string;
  /** identityId of the id that its source gives the person beside an address of the person's own; null when it does not */
  sourceIdentity: null | string;
}

/** The touch changelog: what the resolver decided, and the control records that drive time and policy. */
export interface TouchChange {
  change: Tagged<'TouchAsserted', TouchAsserted> | Tagged<'TouchRetracted', TouchRetracted> | Tagged<'TouchMoved', TouchMoved> | Tagged<'Tick', Tick> | Tagged<'ClockModeSet', ClockModeSet> | Tagged<'PolicyActivated', PolicyActivated> | Tagged<'StandingCorrection', StandingCorrection> | Tagged<'MoveMark', MoveMark>;
}

/** The resolver decided where a touch belongs. People are opaque from here on. */
export interface TouchAsserted {
  /** UUID text; see RawTouch */
  touchId: string;
  /** monotone per touch, from 1; the highest wins */
  revision: number;
  /** null: unresolved, waits for a link */
  accountId: null | string;
  /** which rule decided: crm_link | source_account_id | explicit_id | account_domain | explicit_domain | email_domain | account_name | none */
  accountRule: string;
  /** what it decided on, without personal data: a domain, or source:id of an account of the directory; without an account: ambiguous, free_mail, no_company, bad_domain, no_domain */
  accountEvidence: string;
  /** random UUID text */
  personId: string;
  /** email | source_id | shared_mailbox | anonymous */
  personKind: string;
  /** buying role as of the touch; empty when unknown */
  role: string;
  /** as of the touch; empty when unknown */
  seniority: string;
  /** epoch ms as claimed */
  time: number;
  /** epoch ms, min(time, received): where the touch sits in windows */
  effectiveTime: number;
  /** millisecond | second | day */
  timePrecision: string;
  /** claimed to have happened after it was received */
  clockSkew: boolean;
  /** epoch ms */
  received: number;
  /** epoch ms, broker time at which intake had it acknowledged */
  acceptedAt: number;
  type: string;
  source: string;
  product: string;
  channel: string;
  content: string;
  campaign: string;
  sendId: string;
  /** theirs | ours */
  direction: string;
  actor: string;
  /** candidate | ours | negative | bot | excluded | anonymous | unresolved: what is decided before any policy; only candidates can count */
  disposition: string;
  dispositionReason: string;
  /** touches.raw coordinates it was resolved from */
  rawPartition: number;
  rawOffset: number;
  /** of a touch decided again: what became known (identity | directory | machine | the id of a standing correction; takeover: nobody looked after the touch when it did; owner: another owner of its partition had said something else); null: as it was decided first */
  cause: null | string;
}

/** A touch is no longer true: it leaves every window from here on. */
export interface TouchRetracted {
  touchId: string;
  revision: number;
  accountId: null | string;
  /** of the retracted touch */
  effectiveTime: number;
  source: string;
  received: number;
  /** what became known, as the cause of an assertion */
  reason: string;
}

/** A touch leaves this account; the receiving account gets a TouchAsserted of the same revision. */
export interface TouchMoved {
  touchId: string;
  revision: number;
  fromAccountId: null | string;
  toAccountId: null | string;
  effectiveTime: number;
  source: string;
  received: number;
  /** what became known, as the cause of an assertion */
  reason: string;
}

/** A large correction of touches of one raw partition begins, or is through; in every partition of touches. In between, windows of the accounts it concerns may be half moved: nothing about them routes. A mark may come again. */
export interface MoveMark {
  /** 0: a mark does not advance the clock */
  received: number;
  /** of touches.raw, whose touches are corrected; it has one such correction at a time */
  rawPartition: number;
  /** begins | ends */
  phase: string;
  /** what became known first, as the cause of TouchAsserted */
  cause: string;
}

/** A touch was taken for a machine's by what several touches say together, and asserted so in touches. Whoever decides about it again takes this along. Key: touchId. */
export interface TouchMark {
  touchId: string;
  /** of the touch, by which it was asserted as a machine's: the one after the decision that the mark was put on */
  revision: number;
  /** evidence, score and version of the rules */
  reason: string;
}
