import { type ClaimKind, DirectoryAccount } from './directory-account.ts';

/** Nearly every text is claimed by one account: no set for it. */
export type Claimants = DirectoryAccount | ReadonlySet<DirectoryAccount> | undefined;

/** Which accounts claim a text in any of their rows. */
export class ClaimIndex {
  readonly #kind: ClaimKind;
  readonly #claimants = new Map<string, DirectoryAccount | Set<DirectoryAccount>>();

  constructor(kind: ClaimKind) {
    this.#kind = kind;
  }

  get(text: string): Claimants {
    return this.#claimants.get(text);
  }

  /** Texts that several accounts claim. */
  *shared(): Generator<readonly [text: string, accounts: ReadonlySet<DirectoryAccount>]> {
    for (const [text, claimants] of this.#claimants) {
      if (!(claimants instanceof DirectoryAccount)) yield [text, claimants];
    }
  }

  add(account: DirectoryAccount): void {
    for (const text of this.#textsOf(account)) {
      const before = this.#claimants.get(text);
      if (before === undefined) this.#claimants.set(text, account);
      else if (before instanceof Set) before.add(account);
      else if (before !== account) this.#claimants.set(text, new Set([before, account]));
    }
  }

  remove(account: DirectoryAccount): void {
    for (const text of this.#textsOf(account)) {
      const before = this.#claimants.get(text);
      if (before === account) this.#claimants.delete(text);
      if (!(before instanceof Set) || !before.delete(account) || before.size > 1) continue;
      for (const left of before) this.#claimants.set(text, left);
    }
  }

  *#textsOf({ versions }: DirectoryAccount): Generator<string> {
    for (const version of versions) yield* version[this.#kind];
  }
}
