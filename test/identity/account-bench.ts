import { type ParseContext, type ParsedRow, parseAccount, parsePerson } from '@groundswell/interchange';
import {
  AccountDirectory,
  DirectoryPeople,
  Exclusions,
  personOfTouch,
  resolveTouch,
  StandingCorrections,
} from '@groundswell/resolution';
import type { RawTouch, TouchAsserted } from '@groundswell/schemas';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';

const context: ParseContext = {
  ...{ receivedAt: 0, mode: 'live', timeZoneOf: () => 'UTC', origin: 'test' },
};

const rowOf = <Row>(parsed: ParsedRow<Row>): Row => {
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.message}`);
  return parsed.row;
};

/** Rows of the directory as intake reads them, and the accounts that touches get by them. */
export class AccountBench {
  readonly accounts = new AccountDirectory();
  readonly #people = new DirectoryPeople();
  readonly #exclusions = new Exclusions();

  addAccount(input: Readonly<Record<string, unknown>>): void {
    const row = rowOf(parseAccount(input, context));
    this.accounts.replace(`${row.source} ${row.id} ${row.validFrom}`, row);
  }

  addPerson(input: Readonly<Record<string, unknown>>): void {
    const row = rowOf(parsePerson(input, context));
    this.#people.replace(`${row.source} ${row.id} ${row.validFrom}`, row);
  }

  /** What is decided about a touch of somebody known by e-mail, or by an id only. */
  resolve(touch: Partial<RawTouch>): TouchAsserted {
    const raw = rawTouchWith({ touchId: '', id: '', source: 'web', received: touch.time ?? 0, time: 0, ...touch });
    const { email } = personOfTouch(raw);
    const inSource = raw.personId === null ? null : { source: raw.source, id: raw.personId };
    const kind = email === null ? 'source_id' : 'email';
    const who = { personId: '', identityId: '', sourceIdentity: null, personOfId: null };
    const { decision } = resolveTouch(
      raw,
      { partition: 0, offset: 0, appendedAt: 0 },
      {
        person: { ...who, kind, email, inSource },
        ...{ accounts: this.accounts, people: this.#people, exclusions: this.#exclusions },
        corrections: new StandingCorrections(),
      },
    );
    return decision;
  }
}
