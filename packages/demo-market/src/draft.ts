import type { EpochMs } from './instants.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import type { SourceId } from './sources.ts';

/** Who acted, before it is decided which of their identities the tool sends along. */
export type Actor =
  | { readonly kind: 'person'; readonly person: Person }
  /** the address given and nothing else: twins, shared mailboxes, strangers */
  | { readonly kind: 'address'; readonly email: string; readonly title?: string; readonly name?: string }
  /** an id of the source that is never linked to an address */
  | { readonly kind: 'unlinked_id'; readonly id: string; readonly domain: string }
  | { readonly kind: 'anonymous'; readonly id: string; readonly domain?: string };

/** Something that happened, before it is delivered. */
export interface TouchDraft {
  readonly at: EpochMs;
  readonly source: SourceId;
  readonly type: string;
  readonly actor: Actor;
  readonly product?: string;
  readonly channel?: string;
  readonly content?: string;
  readonly campaign?: string;
  readonly sendId?: string;
  /** who on our side */
  readonly ourActor?: string;
  readonly bot?: boolean;
  /** milliseconds from event to arrival, where the source's usual latency does not hold */
  readonly arrivesAfter?: number;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /** a field of the tool that the interchange format does not know */
  readonly utmSource?: string;
}

/** What a story is told with. */
export interface Stage {
  readonly random: Random;
  /** last instant of the history */
  readonly end: EpochMs;
  record(draft: TouchDraft): void;
}

export const asPerson = (person: Person): Actor => ({ kind: 'person', person });
