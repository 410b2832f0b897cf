import type { ErasedPerson } from '@groundswell/resolution';
import { type TypedTopic, topics } from '@groundswell/schemas';

/** Shows every record of a topic that has a value, from its start to where it ends now. */
export type ReadWhole = <Value>(
  topic: TypedTopic<Value>,
  onRecord: (record: { readonly key: string; readonly value: Value | null }) => void,
) => Promise<void>;

/** Keys of the records that name a person, by topic; of dead letters their ids. */
export interface PersonalRecords {
  readonly people: ReadonlySet<string>;
  readonly evidence: ReadonlySet<string>;
  readonly contacts: ReadonlySet<string>;
  readonly exclusions: ReadonlySet<string>;
  readonly deadLetters: ReadonlySet<string>;
}

/** Names of names that rows of the directory may tie: beyond this many the last ones stay out. */
const MAX_ROUNDS = 5;

/**
 * Every record that names the person. Reads the topics, of which nothing but their log is kept: an erasure is rare, and an
 * index over all people would cost memory for ever. A key counts when any of its records that the broker still has names
 * the person: the tombstone has to delete the older ones as well.
 */
export const findPersonalRecords = async (person: ErasedPerson, readWhole: ReadWhole): Promise<PersonalRecords> => {
  const find = async <Value>(topic: TypedTopic<Value>, isOne: (value: Value) => boolean): Promise<Set<string>> => {
    const keys = new Set<string>();
    await readWhole(topic, ({ key, value }) => {
      if (value !== null && isOne(value)) keys.add(key);
    });
    return keys;
  };
  let people = new Set<string>();
  for (let round = 0, known = -1; round < MAX_ROUNDS && known !== person.identities.size; round += 1) {
    known = person.identities.size;
    people = await find(topics.people, (row) => person.isPerson(row));
  }
  return {
    people,
    evidence: await find(topics.identityEvidence, (row) => person.isEvidence(row)),
    contacts: await find(topics.opportunityContacts, (row) => person.isContact(row)),
    exclusions: await find(topics.exclusions, (row) => person.isExclusion(row)),
    deadLetters: await find(topics.deadLetters, (letter) => person.isDeadLetter(letter)),
  };
};
