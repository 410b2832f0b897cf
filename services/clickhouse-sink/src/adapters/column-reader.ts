/** DateTime64(3) holds 1900 to 2299. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

const HYPHEN = 0x2d;
/** Per place of a UUID's text: 1 where a hyphen stands. */
const HYPHENS = Uint8Array.from({ length: 36 }, (_, at) => Number([8, 13, 18, 23].includes(at)));
/** Per character code: 1 for a hexadecimal digit. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => Number(/[0-9a-f]/i.test(String.fromCharCode(code))));

/** Three are checked for every touch, which a regular expression makes one of the dearest parts of a row. */
const isUuid = (text: string): boolean => {
  if (text.length !== HYPHENS.length) return false;
  for (let at = 0; at < HYPHENS.length; at += 1) {
    const code = text.charCodeAt(at);
    if (HYPHENS[at] === 1 ? code !== HYPHEN : DIGITS[code] !== 1) return false;
  }
  return true;
};

export const NO_UUID = '00000000-0000-0000-0000-000000000000';

export const isInstant = (value: number): boolean => Number.isInteger(value) && value >= EARLIEST && value <= LATEST;
/** UInt16 */
export const isSmall = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffff;
/** UInt32 */
export const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
/** UInt64, as far as JavaScript is exact */
export const isBig = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
/** Decimal(5, 2), in hundredths */
export const isPoints = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= 99_999;

/**
 * Checks values against what their columns hold, since one value that ClickHouse refuses would hold up a whole batch.
 * Every method returns a value that can be inserted; what did not fit is in `problems`.
 */
export class ColumnReader {
  readonly problems: string[] = [];

  /** epoch ms of a DateTime64(3) */
  instant(column: string, value: number): number {
    if (isInstant(value)) return value;
    return this.#refuse(column, value, 'epoch ms between 1900 and 2299', 0);
  }

  instantOrNull(column: string, value: number | null): number | null {
    return value === null ? null : this.instant(column, value);
  }

  uuid(column: string, value: string): string {
    return isUuid(value) ? value : this.#refuse(column, value, 'a UUID', NO_UUID);
  }

  uuidOrNull(column: string, value: string | null): string | null {
    return value === null ? null : this.uuid(column, value);
  }

  /** UInt16 */
  small(column: string, value: number): number {
    if (isSmall(value)) return value;
    return this.#refuse(column, value, 'a whole number from 0 to 65535', 0);
  }

  /** UInt32 */
  count(column: string, value: number): number {
    if (isCount(value)) return value;
    return this.#refuse(column, value, 'a whole number from 0 to 2^32', 0);
  }

  /** UInt64, as far as JavaScript is exact */
  big(column: string, value: number): number {
    return isBig(value) ? value : this.#refuse(column, value, 'a whole number from 0', 0);
  }

  bigOrNull(column: string, value: number | null): number | null {
    return value === null ? null : this.big(column, value);
  }

  /** Decimal(5, 2), from hundredths */
  points(column: string, hundredths: number): number {
    if (isPoints(hundredths)) return hundredths / 100;
    return this.#refuse(column, hundredths, 'hundredths up to 99999', 0);
  }

  /** Float64; JSON has neither infinities nor NaN */
  floatOrNull(column: string, value: number | null): number | null {
    return value === null || Number.isFinite(value) ? value : this.#refuse(column, value, 'a finite number', null);
  }

  #refuse<Fallback>(column: string, value: unknown, allowed: string, fallback: Fallback): Fallback {
    this.problems.push(`${column} is ${JSON.stringify(value) ?? String(value)}: not ${allowed}`);
    return fallback;
  }
}

/** Orders rows of one key: generation, then offset, then step. Text, since it needs 128 bits. */
export const rowVersion = (generation: number, offset: number, step = 0): string =>
  ((BigInt(generation) << 96n) | (BigInt(offset) << 32n) | BigInt(step)).toString();
