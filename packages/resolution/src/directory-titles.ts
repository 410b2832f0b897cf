import { type EmailAddress, normaliseEmail } from '@groundswell/identity';
import type { PersonRecord } from '@groundswell/schemas';
import type { Changed } from './exclusions.ts';

interface DatedTitle {
  readonly title: string;
  readonly validFrom: number;
  readonly received: number;
}

/** Job titles of the directory's people, by e-mail address. */
export class DirectoryTitles {
  readonly #byAddress = new Map<string, Map<string, DatedTitle>>();
  readonly #addressOf = new Map<string, string>();
  #changed: Changed = () => undefined;

  /** One who wants to know the person of every title that comes, changes or goes. */
  onChange(changed: Changed): void {
    this.#changed = changed;
  }

  /** A row of the directory, by its key there; null deletes it. */
  replace(key: string, row: PersonRecord | null): void {
    const before = this.#addressOf.get(key);
    if (before !== undefined) {
      this.#changed(`person:${before}`);
      this.#addressOf.delete(key);
      this.#byAddress.get(before)?.delete(key);
      if (this.#byAddress.get(before)?.size === 0) this.#byAddress.delete(before);
    }
    const address = row?.email == null ? null : normaliseEmail(row.email);
    if (row === null || address === null || row.title === null || row.title.trim() === '') return;
    this.#addressOf.set(key, address);
    this.#changed(`person:${address}`);
    const titles = this.#byAddress.get(address) ?? new Map<string, DatedTitle>();
    this.#byAddress.set(
      address,
      titles.set(key, { title: row.title, validFrom: row.validFrom, received: row.received }),
    );
  }

  /** The title held at `at` (epoch ms): of the rows valid by then the youngest, of equally old ones the last received. */
  titleOf(email: EmailAddress, at: number): string | null {
    if (this.#byAddress.size === 0) return null;
    let found: DatedTitle | null = null;
    for (const row of this.#byAddress.get(email.address)?.values() ?? []) {
      if (row.validFrom > at) continue;
      const younger = !found || row.validFrom > found.validFrom;
      if (younger || (row.validFrom === found?.validFrom && row.received > found.received)) found = row;
    }
    return found?.title ?? null;
  }
}
