import { message, type OutgoingMessage } from '@groundswell/kafka';
import { draftCorrection, ErasedPerson } from '@groundswell/resolution';
import { accountRow, personRow } from '@groundswell/resolution/testing/directory-rows';
import {
  type CorrectionRecord,
  type ExclusionRecord,
  type PersonRecord,
  type TypedTopic,
  topics,
} from '@groundswell/schemas';
import { accountId, addressOf, idOf, type News, SCENARIO_START } from '../scenario/scenario.ts';
import type { Cluster } from './cluster.ts';
import { decoded } from './contracts.ts';
import { allThatIsKnown, type KnownTables } from './knowledge.ts';

const HOUR = 3_600_000;
/** The system whose rows the directory holds. */
const CRM = 'hubspot';

type NewsOf<Kind extends News['kind']> = Extract<News, { kind: Kind }>;

const instantOf = (since: number | null): number | null => (since === null ? null : SCENARIO_START + since * HOUR);

const accountKey = (row: number): string => `account-row-${row}`;

const accountMessage = (news: NewsOf<'account'>, received: number): OutgoingMessage => {
  const { row, domains, parent, since, isGone } = news;
  const value = accountRow(accountKey(row), {
    source: CRM,
    validFrom: instantOf(since) ?? 0,
    domains: domains.map(accountId),
    parentId: parent === null ? null : accountKey(parent),
    received,
  });
  return message(topics.accounts, accountKey(row), isGone ? null : value);
};

const personMessage = (news: NewsOf<'person'>, received: number): OutgoingMessage => {
  const { row, account, person, at, title, since, isGone } = news;
  const value: PersonRecord = personRow(idOf(account, person), {
    source: CRM,
    validFrom: instantOf(since) ?? 0,
    email: addressOf(account, person),
    title,
    accountId: at === null ? null : accountKey(at),
    received,
  });
  return message(topics.people, `person-row-${row}`, isGone ? null : value);
};

const exclusionMessage = (news: NewsOf<'exclusion'>, received: number): OutgoingMessage => {
  const { row, party, account, person, since, isGone } = news;
  const value: ExclusionRecord = {
    source: 'ops',
    id: String(row),
    kind: party,
    value: party === 'person' ? addressOf(account, person) : accountId(account),
    reason: 'employee',
    scope: ['score'],
    validFrom: instantOf(since) ?? 0,
    validTo: null,
    received,
  };
  return message(topics.exclusions, `exclusion-${row}`, isGone ? null : value);
};

/** Whoever maintains the directory and puts decisions right: knows all that is written, and writes more of it. */
export class Desk {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The records that tell the news, in the order in which they are acknowledged; none when it would be refused. */
  messages(news: News): OutgoingMessage[] {
    const received = this.#cluster.date();
    switch (news.kind) {
      case 'account':
        return [accountMessage(news, received)];
      case 'person':
        return [personMessage(news, received)];
      case 'exclusion':
        return [exclusionMessage(news, received)];
      case 'correct':
        return this.#correct(news, received);
      case 'revoke':
        return this.#revoke(news, received);
      case 'erase':
        return this.#erase(news, received);
    }
  }

  get #known(): KnownTables {
    const { random } = this.#cluster.scheduler;
    return allThatIsKnown(this.#cluster, () => random.uuid());
  }

  #correct({ correction, wish, since, until }: NewsOf<'correct'>, received: number): OutgoingMessage[] {
    const { identities, corrections } = this.#known;
    const newPersonId = (): string => this.#cluster.scheduler.random.uuid();
    const rawEnds = this.#cluster.topic(topics.touchesRaw.name).partitions.map(({ high }) => high);
    const draft = draftCorrection(wish, { identities, corrections, newPersonId, rawEnds });
    if (!draft.ok) return [];
    const record: CorrectionRecord = {
      correctionId: `correction-${correction}`,
      kind: wish.kind,
      subject: draft.subject,
      validFrom: instantOf(since),
      validTo: instantOf(until),
      revoked: false,
      reason: 'simulation',
      requestedBy: '',
      received,
    };
    return [message(topics.corrections, record.correctionId, record)];
  }

  #revoke({ correction }: NewsOf<'revoke'>, received: number): OutgoingMessage[] {
    const found = this.#known.corrections.records.get(`correction-${correction}`);
    return found ? [message(topics.corrections, found.correctionId, { ...found, revoked: true, received })] : [];
  }

  /** As account-resolver carries an erasure out: the correction that retracts the touches, then the tombstones. */
  #erase({ account, person }: NewsOf<'erase'>, received: number): OutgoingMessage[] {
    const { identities } = this.#known;
    const erased = new ErasedPerson(
      {
        requestId: 'simulation',
        source: CRM,
        email: addressOf(account, person),
        personId: idOf(account, person),
        anonymousId: null,
        time: received,
        reason: '',
        received,
        origin: '',
      },
      identities,
    );
    const subject = { identities: [...erased.identityIds].sort().join(' ') };
    if (subject.identities === '') return [];
    const record: CorrectionRecord = {
      correctionId: `erasure-${received}-${account}-${person}`,
      kind: 'erase',
      subject,
      validFrom: null,
      validTo: null,
      revoked: false,
      reason: 'erasure',
      requestedBy: '',
      received,
    };
    const gone = (topic: TypedTopic<unknown>, keys: Iterable<string>): OutgoingMessage[] =>
      [...keys].map((key) => message(topic, key, null));
    const peopleRows = this.#cluster
      .topic(topics.people.name)
      .partition(0)
      .records.filter(({ value }) => {
        const row = decoded(topics.people, value);
        return row !== null && erased.isPerson(row);
      })
      .map(({ key }) => key?.toString() ?? '');
    return [
      message(topics.corrections, record.correctionId, record),
      ...gone(topics.personIdentities, erased.identities),
      ...gone(topics.people, peopleRows),
    ];
  }
}
