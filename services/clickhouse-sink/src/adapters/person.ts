import { type PersonRecord, topics } from '@groundswell/schemas';
import { ColumnReader } from './column-reader.ts';
import { datedDeletion, datedRows, opaqueDeletion, opaqueKey, personHash } from './directory-row.ts';
import { mapped } from './mapping.ts';
import type { TopicAdapter } from './topic-adapter.ts';

/** What may be an address: two words about an at sign, as it stands or as URLs write it. */
const ADDRESS = /[^\s<>"'(),;:=&?/]+(?:@|%40)[^\s<>"'(),;:=&?/]+/gi;

/** Free text without the addresses in it: a proof of consent likes to name its person. */
const withoutAddresses = (text: string): string => text.replaceAll(ADDRESS, '(address)');

/** Name and address of a person stay in Kafka; the id is hashed. What remains is what was said of somebody opaque. */
export const personAdapter: TopicAdapter<PersonRecord> = {
  topic: topics.people,
  rows: (person, place) => {
    const columns = new ColumnReader();
    const { source, consent } = person;
    const rows = datedRows('person_rows', opaqueKey(place), {
      source,
      person_hash: personHash(source, person.id),
      valid_from: columns.instant('valid_from', person.validFrom),
      title: withoutAddresses(person.title ?? ''),
      account_id: person.accountId ?? '',
      status: withoutAddresses(person.status),
      consent_purpose: withoutAddresses(consent['purpose'] ?? ''),
      consent_region: withoutAddresses(consent['region'] ?? ''),
      consent_proof: withoutAddresses(consent['proof'] ?? ''),
      consent_time: withoutAddresses(consent['time'] ?? ''),
      received: columns.instant('received', person.received),
    });
    return mapped(columns, rows, { source });
  },
  tombstone: opaqueDeletion(datedDeletion('person_rows')),
};
