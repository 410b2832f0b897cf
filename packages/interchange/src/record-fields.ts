import type { FlatFields } from './flat-fields.ts';
import { type Rejected, rejected, shown, type Warning, type WarningCode } from './rejection.ts';
import type { ItemReason } from './rejection-catalogue.ts';
import { type ParsedTime, parseTime } from './time.ts';

/** Longest `id` and `source`, in characters. */
const MAX_ID_LENGTH = 200;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const TRUE = new Set(['true', 'yes', '1']);
const FALSE = new Set(['false', 'no', '0']);

/** Letters, digits and the like, as nearly all names are: a look at each is cheaper than a Unicode expression. */
const isPlainText = (text: string): boolean => {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
};

/**
 * Reads the fields of one flattened record by name and type. What is wrong is remembered, not thrown: readers go on with
 * a harmless value, and the first `problem` decides in the end. Fields nobody asked for are the unknown ones.
 */
export class RecordFields {
  readonly #fields: FlatFields;
  readonly #warnings: Warning[] = [];
  #problem: Rejected | null = null;

  constructor(fields: FlatFields) {
    this.#fields = fields;
  }

  /** The first thing wrong; null: the record can be taken. */
  get problem(): Rejected | null {
    return this.#problem;
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  reject(reason: ItemReason, message: string): void {
    this.rejectWith(rejected(reason, message));
  }

  rejectWith(problem: Rejected): void {
    this.#problem ??= problem;
  }

  warn(code: WarningCode, path: string, message: string): void {
    this.#warnings.push({ code, path, message: `${path}: ${message}` });
  }

  /** As it stands; undefined: absent. */
  raw(name: string): unknown {
    return this.#fields.ask(name);
  }

  /** Text, trimmed; null: absent. Unpaired surrogates, which UTF-8 cannot carry, become U+FFFD. */
  text(name: string): string | null {
    const value = this.raw(name);
    if (value === undefined) return null;
    if (typeof value === 'string') return value.trim().toWellFormed();
    this.reject('wrong_type', `${name}: expected text, found ${shown(value)}`);
    return null;
  }

  requiredText(name: string): string {
    const text = this.text(name);
    if (text === null && this.raw(name) === undefined) this.reject('missing_field', `${name}: is required`);
    return text ?? '';
  }

  /** An identifier: at most 200 characters, and the same bytes as were sent, since different ids must stay different. */
  identifier(name: string): string | null {
    const id = this.text(name);
    if (id === null) return null;
    // There are never more characters than UTF-16 units.
    const length = id.length > MAX_ID_LENGTH ? [...id].length : 0;
    if (length > MAX_ID_LENGTH)
      this.reject('invalid_value', `${name}: expected at most ${MAX_ID_LENGTH} characters, found ${length}`);
    const sent = this.raw(name);
    if (typeof sent === 'string' && !sent.isWellFormed())
      this.reject('invalid_value', `${name}: holds half of a surrogate pair`);
    return id;
  }

  /** The source, or the default one. It is part of record keys, so control characters are not allowed. */
  source(defaultSource: string | undefined): string {
    const source = this.identifier('source') ?? defaultSource?.trim() ?? '';
    if (source === '') this.reject('missing_field', 'source: is required in the record or once for the import');
    if (!isPlainText(source) && /\p{Cc}/u.test(source))
      this.reject('invalid_value', 'source: holds a control character');
    return source;
  }

  time(name: string, timeZone: string): ParsedTime | null {
    const value = this.raw(name);
    if (value === undefined) return null;
    const parsed = parseTime(value, name, timeZone);
    if (parsed.ok) return parsed;
    this.rejectWith(parsed);
    return null;
  }

  /** epoch ms; null: absent */
  instant(name: string, timeZone: string): number | null {
    return this.time(name, timeZone)?.at ?? null;
  }

  /** true, false or a CSV's word for it; null: absent */
  flag(name: string): boolean | null {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'boolean') return value ?? null;
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    if (TRUE.has(word)) return true;
    if (FALSE.has(word)) return false;
    this.reject('wrong_type', `${name}: expected true or false, found ${shown(value)}`);
    return null;
  }

  /** A finite number or the text of one; null: absent */
  number(name: string): number | null {
    const value = this.raw(name);
    if (value === undefined) return null;
    const number = typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    this.reject('wrong_type', `${name}: expected a number, found ${shown(value)}`);
    return null;
  }

  /** A whole number from 0; null: absent */
  count(name: string): number | null {
    const number = this.number(name);
    if (number === null || (Number.isSafeInteger(number) && number >= 0)) return number;
    this.reject('invalid_value', `${name}: expected a whole number from 0, found ${shown(this.raw(name))}`);
    return null;
  }

  /** Texts, each trimmed, without blanks and repetitions: an array, or one text split at `;`, `|` and `,`. */
  texts(name: string, separators = /[;|,]/): string[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    const items: unknown = typeof value === 'string' ? value.split(separators) : value;
    if (Array.isArray(items) && items.every((item): item is string => typeof item === 'string')) {
      return [...new Set(items.map((item) => item.trim().toWellFormed()).filter((item) => item !== ''))];
    }
    this.reject('wrong_type', `${name}: expected a list of texts, found ${shown(value)}`);
    return [];
  }

  /** What nobody asked for, in the record's order. */
  unknown(): [name: string, value: unknown][] {
    return this.#fields.unknown();
  }
}
