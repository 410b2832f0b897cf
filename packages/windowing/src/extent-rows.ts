import type { AccountTable } from './account-table.ts';
import { ExtentPool } from './extent-pool.ts';
import type { TouchColumns } from './touch-columns.ts';
import { NONE } from './words.ts';

/** Keeps every small account's rows in an extent of a fitting size. */
export class ExtentRows {
  readonly #accounts: AccountTable;
  readonly #columns: TouchColumns;
  readonly #extents: ExtentPool;

  /** @param largest most rows a small account has */
  constructor(accounts: AccountTable, columns: TouchColumns, largest: number) {
    this.#accounts = accounts;
    this.#columns = columns;
    this.#extents = new ExtentPool(columns, largest);
  }

  /** Without pages, which the columns account for. */
  get bytes(): number {
    return this.#extents.bytes;
  }

  /** Gives an account an extent with room for `count` rows, which the caller fills. */
  allocate(account: number, count: number): void {
    const sizeClass = this.#extents.classFor(Math.max(count, 1));
    this.#accounts.setRows(account, { first: this.#extents.allocate(sizeClass, account), sizeClass, count });
  }

  /** Makes room for one more row of an account of `count`: an extent that is full grows. */
  makeRoom(account: number, count: number): void {
    const sizeClass = this.#accounts.sizeClass(account);
    if (count === this.#extents.capacity(sizeClass)) this.#move(account, sizeClass + 1);
  }

  /** After rows are gone: an extent two sizes too large is changed for a smaller one. */
  fit(account: number): void {
    const count = this.#accounts.count(account);
    const sizeClass = this.#accounts.sizeClass(account);
    if (sizeClass >= 2 && count > 0 && count <= this.#extents.capacity(sizeClass - 2)) {
      this.#move(account, this.#extents.classFor(count + 1));
    }
  }

  /** Gives up an account's extent. Another account's rows may move into its place. */
  free(account: number): void {
    const first = this.#accounts.first(account);
    const moved = this.#extents.free(this.#accounts.sizeClass(account), first);
    if (moved !== NONE) this.#accounts.setFirst(moved, first);
  }

  #move(account: number, sizeClass: number): void {
    const count = this.#accounts.count(account);
    const first = this.#extents.allocate(sizeClass, account);
    this.#columns.copy(this.#accounts.first(account), first, count);
    this.free(account);
    this.#accounts.setRows(account, { first, sizeClass, count });
  }
}
