/** Reads Avro's binary form where it stands: moves on over what nobody wants, and makes no strings unasked. */
export class AvroReader {
  bytes: Buffer = Buffer.alloc(0);
  /** of the next byte */
  position = 0;

  /** `int`, `long`: exact up to 2^53. @throws RangeError at the end of the bytes */
  long(): number {
    const { bytes } = this;
    let byte = bytes[this.position++];
    if (byte === undefined) throw this.#truncated();
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let low = byte & 0x7f;
    let shift = 7;
    do {
      byte = bytes[this.position++];
      if (byte === undefined) throw this.#truncated();
      if (shift === 28) return this.#long(low, byte);
      low |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    return (low >>> 1) ^ -(low & 1);
  }

  /** `bytes`, `string`: the length, after which the position is at the first byte. @throws RangeError beyond the end */
  length(): number {
    const length = this.long();
    if (length < 0 || this.position + length > this.bytes.length) throw this.#truncated();
    return length;
  }

  /** Whether `bytes` or a `string` that comes next holds anything: its length, the first byte, is not 0. */
  get isTextNext(): boolean {
    return this.bytes[this.position] !== 0;
  }

  skipText(): void {
    const length = this.length();
    this.position += length;
  }

  skipLong(): void {
    const { bytes } = this;
    let byte = bytes[this.position++];
    while (byte !== undefined && byte >= 0x80) byte = bytes[this.position++];
    if (byte === undefined) throw this.#truncated();
  }

  skip(bytes: number): void {
    this.position += bytes;
    if (this.position > this.bytes.length) throw this.#truncated();
  }

  /** From the fifth byte on: what does not fit 31 bits. */
  #long(low: number, fifth: number): number {
    let value = low + (fifth & 0x7f) * 0x1000_0000;
    let scale = 0x8_0000_0000;
    for (let byte: number | undefined = fifth; byte >= 0x80; scale *= 0x80) {
      byte = this.bytes[this.position++];
      if (byte === undefined) throw this.#truncated();
      value += (byte & 0x7f) * scale;
    }
    const half = Math.floor(value / 2);
    return value % 2 === 0 ? half : -half - 1;
  }

  #truncated(): RangeError {
    return new RangeError(`the value ends after ${this.bytes.length} bytes, in the middle of a field`);
  }
}
