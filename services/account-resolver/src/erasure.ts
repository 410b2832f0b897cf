import {
  type BatchProducer,
  deterministicId,
  type GlobalTables,
  message,
  type OutgoingMessage,
} from '@groundswell/kafka';
import { ErasedPerson, type IdentityBook, type StandingCorrections } from '@groundswell/resolution';
import {
  type CorrectionRecord,
  DAY_MS,
  ERASED_WITHIN_MS,
  type ErasureReport,
  type ErasureRequest,
  SWEEP_KEY,
  type TopicDeclaration,
  topics,
} from '@groundswell/schemas';
import { repeatedly } from '@groundswell/service';
import { findPersonalRecords, type PersonalRecords, type ReadWhole } from './personal-records.ts';
import type { Ends, RawProgress } from './raw-progress.ts';

/** Topics in which an erasure leaves tombstones. */
const sweptTopics: readonly TopicDeclaration[] = [
  topics.personIdentities,
  topics.people,
  topics.identityEvidence,
  topics.opportunityContacts,
  topics.exclusions,
  topics.erasureRequests,
];

export interface ErasureOptions {
  readonly tables: Pick<GlobalTables, 'table'>;
  readonly book: IdentityBook;
  readonly corrections: StandingCorrections;
  readonly producer: Pick<BatchProducer, 'sendAll'>;
  readonly readWhole: ReadWhole;
  /** Touches that came before the request are the person's: until they are decided nothing is deleted. */
  readonly progress: RawProgress;
  /** Takes in what evidence says so far: it may tie further identities to the person. */
  readonly takeInEvidence: () => Promise<void>;
  /** Resolves when corrections and reports were read as far as they are written now. */
  readonly readToEnd: (topics: readonly TopicDeclaration[]) => Promise<void>;
  /** ms that the broker keeps records of a topic; null: for ever */
  readonly retentionOf: (topic: TopicDeclaration) => Promise<number | null>;
  /** One instance of several carries out what all of them read. */
  readonly isMine: () => boolean;
  readonly now: () => number;
  /** ms between two looks at what is asked for, and between two sweeps */
  readonly everyMs: number;
  readonly sweepMs: number;
  readonly onDone: (report: ErasureReport) => void;
  readonly onError: (error: unknown) => void;
}

export interface Erasure {
  start(): void;
  stop(): Promise<void>;
}

const untilOf = (now: number, retentionMs: number | null, { segmentMs }: TopicDeclaration): number | null =>
  retentionMs === null ? null : now + retentionMs + (segmentMs ?? DAY_MS);

/**
 * erasure.requests, carried out one after the other: the correction that retracts the touches, the report, the tombstones,
 * and the request's own tombstone last. A crash in between repeats all of it: what the first attempt said is in the
 * correction and in the report, and is added to, so nothing is lost that only the deleted records could tell.
 */
export const openErasure = (options: ErasureOptions): Erasure => {
  const { tables, book, corrections, producer, now } = options;
  const requests = tables.table<ErasureRequest>({ topic: topics.erasureRequests });
  const reports = tables.table<ErasureReport>({ topic: topics.erasureReports });

  const correctionOf = (requestId: string, ids: ReadonlySet<string>): CorrectionRecord | null => {
    const correctionId = deterministicId('erasure', requestId);
    const before = corrections.records.get(correctionId);
    const known = before?.subject['identities']?.split(' ') ?? [];
    const identities = [...new Set([...known, ...ids])].filter(Boolean).sort().join(' ');
    if (identities === '') return null;
    const subject = { identities };
    const standing = { validFrom: null, validTo: null, revoked: false, reason: 'erasure', requestedBy: requestId };
    return { correctionId, kind: 'erase', subject, ...standing, received: before?.received ?? now() };
  };

  const reportOf = async (
    { requestId, source, time }: ErasureRequest,
    correction: CorrectionRecord | null,
    { found, identities }: { found: PersonalRecords; identities: number },
  ): Promise<ErasureReport> => {
    const before = reports.get(requestId);
    const at = now();
    const [raw, letters] = await Promise.all([
      options.retentionOf(topics.touchesRaw),
      options.retentionOf(topics.deadLetters),
    ]);
    return {
      ...{ requestId, source, requestedAt: time, correctionId: correction?.correctionId ?? null },
      begunAt: before?.begunAt ?? at,
      completedAt: null,
      identities: Math.max(identities, before?.identities ?? 0),
      peopleRows: Math.max(found.people.size, before?.peopleRows ?? 0),
      evidenceRows: Math.max(found.evidence.size, before?.evidenceRows ?? 0),
      contactRows: Math.max(found.contacts.size, before?.contactRows ?? 0),
      exclusionRows: Math.max(found.exclusions.size, before?.exclusionRows ?? 0),
      deadLetterIds: [...new Set([...(before?.deadLetterIds ?? []), ...found.deadLetters])].sort(),
      compactedBy: at + ERASED_WITHIN_MS,
      rawUntil: untilOf(at, raw, topics.touchesRaw),
      deadLettersUntil: untilOf(at, letters, topics.deadLetters),
    };
  };

  /** Evidence first: identities that are gone while it still stands would be claimed by it again, here or elsewhere. */
  const deleteAll = async (identities: ReadonlySet<string>, found: PersonalRecords): Promise<void> => {
    const of = (topic: TopicDeclaration, keys: Iterable<string>): OutgoingMessage[] =>
      [...keys].map((key) => message(topic, key, null));
    const evidence = of(topics.identityEvidence, found.evidence);
    if (evidence.length > 0) await producer.sendAll(evidence);
    const rest = [
      ...of(topics.personIdentities, identities),
      ...of(topics.people, found.people),
      ...of(topics.opportunityContacts, found.contacts),
      ...of(topics.exclusions, found.exclusions),
    ];
    if (rest.length > 0) await producer.sendAll(rest);
  };

  const carryOut = async (key: string, request: ErasureRequest): Promise<void> => {
    await options.readToEnd([topics.identityEvidence]);
    await options.takeInEvidence();
    const person = new ErasedPerson(request, book);
    const found = await findPersonalRecords(person, options.readWhole);
    const known = [...person.identities].filter((identity) => book.get(identity) !== undefined);
    // What another instance deleted it had written down before.
    await options.readToEnd([topics.corrections, topics.erasureReports]);
    const correction = correctionOf(request.requestId, person.identityIds);
    if (correction) await producer.sendAll([message(topics.corrections, correction.correctionId, correction)]);
    // Touches are retracted by it before they are decided again without the rows that are about to go.
    await options.readToEnd([topics.corrections]);
    const report = await reportOf(request, correction, { found, identities: known.length });
    await producer.sendAll([message(topics.erasureReports, report.requestId, report)]);
    await deleteAll(person.identities, found);
    const done = { ...report, completedAt: now() };
    await producer.sendAll([message(topics.erasureReports, done.requestId, done)]);
    await producer.sendAll([message(topics.erasureRequests, key, null)]);
    await options.readToEnd([topics.erasureRequests, topics.erasureReports]);
    options.onDone(done);
  };

  /** The broker compacts closed segments only, and closes one when something is appended: a silent topic would keep all. */
  const sweep = async (): Promise<void> => {
    const isUnderWay = [...reports.entries()].some(([, { compactedBy }]) => now() <= compactedBy + DAY_MS);
    if (isUnderWay) await producer.sendAll(sweptTopics.map((topic) => message(topic, SWEEP_KEY, null)));
  };

  /** Where the touches ended when a request was seen first: by the request itself, since a later one may have its key. */
  const asked = new WeakMap<ErasureRequest, Ends>();
  const isDue = async (request: ErasureRequest): Promise<boolean> => {
    const ends = asked.get(request) ?? (await options.progress.ends());
    asked.set(request, ends);
    return options.progress.isPast(ends);
  };

  let sweptAt = now();
  const work = async (): Promise<void> => {
    if (!options.isMine()) return;
    for (const [key, request] of [...requests.entries()]) {
      if (await isDue(request)) await carryOut(key, request);
    }
    if (now() - sweptAt < options.sweepMs) return;
    await sweep();
    sweptAt = now();
  };

  let halt = async (): Promise<void> => undefined;
  return {
    start: () => {
      halt = repeatedly({ work: work, everyMs: options.everyMs, onError: options.onError });
    },
    stop: () => halt(),
  };
};
