import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Records of one block: enough that their likeness compresses, few enough that one is found quickly. */
const BLOCK_RECORDS = 256;
const BLOCK_BITS = 8;
/** Blocks kept open for reading: who looks at one record of an account soon looks at its neighbours. */
const OPEN_BLOCKS = 16;
/** Blocks that may wait to be compressed: some 4 MB. A restore fills them faster, and lets no answer through meanwhile. */
const MAX_PLAIN = 64;
const LENGTH_BYTES = 4;
/** Decisions get no smaller by a higher level (83 bytes each at level 3 as well), which takes five times as long. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Where the records of a block begin: each stands behind its length. */
const placesIn = (block: Buffer): number[] => {
  const places: number[] = [];
  for (let at = 0; at < block.length; at += LENGTH_BYTES + block.readUInt32LE(at)) places.push(at);
  return places;
};

interface OpenBlock {
  readonly bytes: Buffer;
  readonly places: readonly number[];
}

/** Byte records in the order they were added, compressed in blocks: some 80 bytes for a decision of 270. */
export class RecordArchive {
  readonly #closed: Buffer[] = [];
  /** numbers of closed blocks that are not compressed yet */
  readonly #plain = new Set<number>();
  #chunk = Buffer.allocUnsafe(64 * 1_024);
  #end = 0;
  /** places of the records of the block that is being filled */
  #places: number[] = [];
  /** least recently used first */
  readonly #open = new Map<number, OpenBlock>();

  get size(): number {
    return this.#closed.length * BLOCK_RECORDS + this.#places.length;
  }

  /** Every block that is full has been compressed. */
  get isCompressed(): boolean {
    return this.#plain.size === 0;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#closed.reduce((sum, block) => sum + block.length, this.#chunk.length);
  }

  /** Copies the record. Returns its number: 0, 1, 2 … */
  add(record: Uint8Array): number {
    const number = this.size;
    const end = this.#end + LENGTH_BYTES + record.length;
    if (end > this.#chunk.length) this.#grow(end);
    this.#places.push(this.#end);
    this.#chunk.writeUInt32LE(record.length, this.#end);
    this.#chunk.set(record, this.#end + LENGTH_BYTES);
    this.#end = end;
    if (this.#places.length === BLOCK_RECORDS) this.#close();
    return number;
  }

  /** The bytes of a record; not to be changed, or kept beyond the next `add`. @throws RangeError when there is no such record */
  get(number: number): Buffer {
    const index = number >>> BLOCK_BITS;
    const { bytes, places } =
      index === this.#closed.length ? { bytes: this.#chunk, places: this.#places } : this.#opened(index);
    const place = places[number & (BLOCK_RECORDS - 1)];
    if (place === undefined) throw new RangeError(`no record ${number} among ${this.size}`);
    return bytes.subarray(place + LENGTH_BYTES, place + LENGTH_BYTES + bytes.readUInt32LE(place));
  }

  #opened(index: number): OpenBlock {
    const found = this.#open.get(index);
    if (found) {
      this.#open.delete(index);
      this.#open.set(index, found);
      return found;
    }
    const closed = this.#closed[index];
    if (!closed) throw new RangeError(`no block ${index} among ${this.#closed.length}`);
    const bytes = this.#plain.has(index) ? closed : zstdDecompressSync(closed);
    const block = { bytes, places: placesIn(bytes) };
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < OPEN_BLOCKS) break;
      this.#open.delete(oldest);
    }
    this.#open.set(index, block);
    return block;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#chunk.length * 2));
    larger.set(this.#chunk.subarray(0, this.#end));
    this.#chunk = larger;
  }

  #close(): void {
    const index = this.#closed.length;
    const block = Buffer.from(this.#chunk.subarray(0, this.#end));
    if (this.#plain.size < MAX_PLAIN) this.#compressBeside(index, block);
    else this.#closed[index] = zstdCompressSync(block, COMPRESSION);
    this.#end = 0;
    this.#places = [];
  }

  /** Beside the decisions, on another thread: who reads the block before that reads it as it is. */
  #compressBeside(index: number, block: Buffer): void {
    this.#closed[index] = block;
    this.#plain.add(index);
    zstdCompress(block, COMPRESSION, (error, compressed) => {
      // What fails here as well ends the process: memory would grow unseen.
      this.#closed[index] = error ? zstdCompressSync(block, COMPRESSION) : compressed;
      this.#plain.delete(index);
    });
  }
}
