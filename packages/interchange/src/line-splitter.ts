/** Longest record: a line of NDJSON, a row of CSV, an element of a JSON array. */
export const MAX_RECORD_BYTES = 256 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** What a line may have beside its content, a byte-order mark and a carriage return, and one byte to tell it is too long. */
const MARKS = BYTE_ORDER_MARK.length + 2;

export interface Line {
  /** from 1 */
  readonly line: number;
  /** without the line end; cut at the limit when too long */
  readonly bytes: Buffer;
  readonly tooLong: boolean;
}

/** Cuts a stream of chunks into lines. Holds at most one line, and of a line over the limit only its beginning. */
export class LineSplitter {
  #line = 1;
  #parts: Buffer[] = [];
  #kept = 0;
  #started = false;

  /** The lines that end in this chunk. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    if (start < chunk.length) this.#started = true;
    return lines;
  }

  /** The last line, when it has no line end. */
  end(): Line[] {
    return this.#started ? [this.#take()] : [];
  }

  #keep(part: Buffer): void {
    const room = MAX_RECORD_BYTES + MARKS - this.#kept;
    if (room <= 0 || part.length === 0) return;
    const kept = part.length <= room ? part : part.subarray(0, room);
    this.#parts.push(kept);
    this.#kept += kept.length;
  }

  #take(): Line {
    const [only] = this.#parts;
    let bytes = this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts);
    if (this.#line === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3);
    if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    const tooLong = bytes.length > MAX_RECORD_BYTES;
    const line = { line: this.#line, bytes: tooLong ? bytes.subarray(0, MAX_RECORD_BYTES) : bytes, tooLong };
    this.#line += 1;
    this.#parts = [];
    this.#kept = 0;
    this.#started = false;
    return line;
  }
}
