import { ROWS_PER_PAGE, type TouchColumns } from './touch-columns.ts';
import { grownWords, NONE } from './words.ts';

/** All extents of one size, numbered without gaps through the pages of the class. */
interface SizeClass {
  readonly capacity: number;
  readonly perPage: number;
  /** first slots */
  readonly pages: number[];
  extents: number;
  /** account of each extent */
  owners: Uint32Array;
}

/**
 * Rows of small accounts: each account has one extent, a run of rows one after the other, so that looking at all of an
 * account's touches is one sweep through memory. Sizes grow by a quarter. A freed extent is filled with the last one of
 * its size, so there is no fragmentation: what is wasted is the room inside extents and one page a size.
 */
export class ExtentPool {
  readonly #columns: TouchColumns;
  readonly #classes: SizeClass[] = [];
  /** by page: its position among the pages of its class */
  #ordinals = new Uint32Array(16);

  /** @param largest rows of the largest extent */
  constructor(columns: TouchColumns, largest: number) {
    this.#columns = columns;
    for (let capacity = 1; ; capacity = Math.min(largest, Math.max(capacity + 1, Math.floor(capacity * 1.25)))) {
      const perPage = Math.floor(ROWS_PER_PAGE / capacity);
      this.#classes.push({ capacity, perPage, pages: [], extents: 0, owners: new Uint32Array(16) });
      if (capacity >= largest) return;
    }
  }

  /** Without pages, which the columns account for. */
  get bytes(): number {
    return this.#classes.reduce((sum, { owners }) => sum + owners.byteLength, this.#ordinals.byteLength);
  }

  /** Rows of an extent of a class. */
  capacity(sizeClass: number): number {
    return this.#classOf(sizeClass).capacity;
  }

  /** The smallest class with room for that many rows. */
  classFor(rows: number): number {
    return this.#classes.findIndex(({ capacity }) => capacity >= rows);
  }

  /** First slot of a new extent. */
  allocate(sizeClass: number, owner: number): number {
    const size = this.#classOf(sizeClass);
    if (size.extents === size.pages.length * size.perPage) this.#addPage(size);
    const extent = size.extents;
    size.extents += 1;
    if (extent === size.owners.length) size.owners = grownWords(size.owners, size.extents);
    size.owners[extent] = owner;
    return slotOf(size, extent);
  }

  /**
   * Frees an extent by its first slot. Returns the account whose extent was moved into its place and begins at `first`
   * from now on; NONE when none was.
   */
  free(sizeClass: number, first: number): number {
    const size = this.#classOf(sizeClass);
    const ordinal = this.#ordinals[Math.floor(first / ROWS_PER_PAGE)] ?? 0;
    const extent = ordinal * size.perPage + Math.floor((first % ROWS_PER_PAGE) / size.capacity);
    size.extents -= 1;
    const last = size.extents;
    let moved = NONE;
    if (extent !== last) {
      this.#columns.copy(slotOf(size, last), first, size.capacity);
      moved = size.owners[last] ?? 0;
      size.owners[extent] = moved;
    }
    if (last % size.perPage === 0) {
      const page = size.pages.pop();
      if (page !== undefined) this.#columns.freePage(page);
    }
    return moved;
  }

  #addPage(size: SizeClass): void {
    const first = this.#columns.allocatePage();
    const page = first / ROWS_PER_PAGE;
    if (page >= this.#ordinals.length) this.#ordinals = grownWords(this.#ordinals, page + 1);
    this.#ordinals[page] = size.pages.length;
    size.pages.push(first);
  }

  #classOf(sizeClass: number): SizeClass {
    const size = this.#classes[sizeClass];
    if (!size) throw new RangeError(`no extents of class ${sizeClass}`);
    return size;
  }
}

function slotOf({ pages, perPage, capacity }: SizeClass, extent: number): number {
  const page = pages[Math.floor(extent / perPage)] ?? 0;
  return page + (extent % perPage) * capacity;
}
