import { hash } from 'node:crypto';
import { OrdinalCounter, readJson } from '@groundswell/interchange';
import type { DeadLetter } from '@groundswell/schemas';

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields that tell touches without an id apart, as the interchange format names them. */
const IDENTITY = ['source', 'time', 'type', 'content', 'campaign'] as const;
const WHO = ['email', 'id', 'anonymous_id'] as const;

const whoOf = (record: JsonObject): unknown[] => {
  const person = isObject(record['person']) ? record['person'] : {};
  return WHO.map((name) => record[`person.${name}`] ?? person[name] ?? null);
};

/** A file or a request: what was sent together. Lines of a file carry its name before their number. */
const sendingOf = ({ origin, headers }: DeadLetter): string =>
  origin.startsWith('POST ') ? (headers['correlation-id'] ?? '') : origin.replace(/(:\d+|\[\d+\])$/, '');

/** What a record says of itself before anybody put it right, so that it is the same whatever a replay changes. */
const describe = (letter: DeadLetter): string => {
  const read = readJson(letter.bytes);
  if (!('value' in read) || !isObject(read.value)) return letter.bytes.toString('base64');
  const record = read.value;
  return JSON.stringify([...IDENTITY.map((name) => record[name] ?? null), ...whoOf(record)]);
};

/**
 * Numbers letters that look the same among those that were sent together, in the order of the log: a touch without an id
 * takes its ordinal from here. So two page views of one day in a rejected file stay two when their letters are replayed,
 * in whatever order and however often, and get the ids that a corrected file would give them.
 */
export class LookAlikes {
  readonly #counter = new OrdinalCounter();

  /** The ordinal of a letter among those before it that look the same, from 0. Every letter is to be asked for, oldest first. */
  next(letter: DeadLetter): number {
    return this.#counter.next(hash('sha256', `${sendingOf(letter)}\u0000${describe(letter)}`));
  }
}
