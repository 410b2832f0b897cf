import { normaliseEmail } from './mail-address.ts';
import type { RecordFields } from './record-fields.ts';

/** The identifiers of a person that a record names. */
export interface Who {
  readonly personId: string | null;
  readonly email: string | null;
  readonly anonymousId: string | null;
}

/** Rejects a record that names nobody; an address that is none costs a warning where something else says who. */
export const readWho = (fields: RecordFields): Who => {
  const address = fields.text('person.email');
  const email = address === null ? null : normaliseEmail(address);
  const personId = fields.text('person.id');
  const anonymousId = fields.text('person.anonymous_id');
  const invalid = address !== null && email === null;
  if (email === null && personId === null && anonymousId === null) {
    const found = invalid ? 'person.email is not an address, and there' : 'there';
    fields.reject('no_person', `person: ${found} is no person.id or person.anonymous_id`);
  } else if (invalid) fields.warn('email_invalid', 'person.email', 'is not an address, it was left out');
  return { personId, email, anonymousId };
};
