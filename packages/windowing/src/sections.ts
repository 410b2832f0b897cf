type Numbers = Uint8Array | Uint32Array | Float64Array;

const ALIGNMENT = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Bytes of a snapshot: what is small and of many shapes as JSON, and the large arrays as they lie in memory (this
 * machine's byte order: a snapshot never leaves it).
 */
export class SectionWriter {
  readonly #parts: Uint8Array[] = [];

  json(value: unknown): void {
    this.#add(new TextEncoder().encode(JSON.stringify(value)));
  }

  numbers(values: Numbers): void {
    this.#add(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  take(): Uint8Array {
    const size = this.#parts.reduce((sum, part) => sum + ALIGNMENT + aligned(part.length), 0);
    const bytes = new Uint8Array(size);
    const lengths = new DataView(bytes.buffer);
    let at = 0;
    for (const part of this.#parts) {
      lengths.setFloat64(at, part.length);
      bytes.set(part, at + ALIGNMENT);
      at += ALIGNMENT + aligned(part.length);
    }
    return bytes;
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part);
  }
}

/** Reads sections in the order they were written. @throws RangeError where the bytes end before that */
export class SectionReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  json<Value>(): Value {
    return JSON.parse(new TextDecoder().decode(this.bytes()));
  }

  words(): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#copy());
  }

  floats(): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#copy());
  }

  /** A section as it lies there: not a copy. */
  bytes(): Uint8Array {
    const { buffer, byteOffset, length } = this.#bytes;
    const start = this.#at + ALIGNMENT;
    if (start > length) throw new RangeError(`a snapshot of ${length} bytes ends before its sections do`);
    const size = new DataView(buffer, byteOffset + this.#at, ALIGNMENT).getFloat64(0);
    if (!(size >= 0 && start + size <= length)) throw new RangeError(`a section of ${size} bytes is beyond the end`);
    this.#at = start + aligned(size);
    return this.#bytes.subarray(start, start + size);
  }

  #copy(): ArrayBuffer {
    // Not slice(): of a Buffer, which is what files come as, that is a view on the whole file.
    return new Uint8Array(this.bytes()).buffer;
  }
}
