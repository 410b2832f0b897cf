import type { Delivery } from './delivery.ts';
import type { Actor, TouchDraft } from './draft.ts';
import { isoInstant, localDate } from './instants.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import { sourceProfiles } from './sources.ts';

/** One line of the interchange format. What is undefined here is absent in JSON. */
export interface TouchRecord {
  readonly id: string;
  readonly time: string | number;
  readonly received: string;
  readonly type: string;
  readonly source: string;
  readonly person: PersonFields;
  readonly account?: { readonly domain: string } | undefined;
  readonly product?: string | undefined;
  readonly channel?: string | undefined;
  readonly content?: string | undefined;
  readonly campaign?: string | undefined;
  readonly send_id?: string | undefined;
  readonly actor?: string | undefined;
  readonly bot?: boolean | undefined;
  readonly properties?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** a field of the tool that the format does not know: kept among the properties */
  readonly utm_source?: string | undefined;
}

export interface PersonFields {
  readonly email?: string | undefined;
  readonly id?: string | undefined;
  readonly anonymous_id?: string | undefined;
  readonly title?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * Writes deliveries down as their tools send them. Web analytics sends the address with somebody's first touch, which
 * links it to their id, and mostly the id alone from there on: hence in order of arrival, and a re-delivery repeats its
 * first form.
 */
export function writeTouches(random: Random, deliveries: readonly Delivery[]): TouchRecord[] {
  const linked = new Set<string>();
  const written = new Map<string, TouchRecord>();
  return deliveries.map((delivery) => {
    const key = `${delivery.draft.source} ${delivery.id}`;
    const before = written.get(key);
    const record =
      before === undefined
        ? { ...fieldsOf(delivery), ...identityFields(delivery.draft, { random, linked }) }
        : { ...before, received: isoInstant(delivery.received) };
    written.set(key, record);
    return record;
  });
}

function fieldsOf(delivery: Delivery): Omit<TouchRecord, 'person'> {
  const { draft } = delivery;
  return {
    id: delivery.id,
    time: timeText(delivery),
    received: isoInstant(delivery.received),
    type: draft.type,
    source: draft.source,
    product: draft.product,
    channel: draft.channel,
    content: draft.content,
    campaign: draft.campaign,
    send_id: draft.sendId,
    actor: draft.ourActor,
    bot: draft.bot,
    properties: draft.properties,
    utm_source: draft.utmSource,
  };
}

function timeText({ draft, time }: Delivery): string | number {
  if (draft.source === 'events-csv') return localDate(time, sourceProfiles['events-csv'].zone);
  return draft.source === 'hubspot' ? time : isoInstant(time);
}

interface Linking {
  readonly random: Random;
  /** user ids that web analytics has already sent with an address */
  readonly linked: Set<string>;
}

function identityFields(draft: TouchDraft, linking: Linking): Pick<TouchRecord, 'person' | 'account'> {
  const { actor } = draft;
  switch (actor.kind) {
    case 'person':
      return identityOf(actor.person, draft, linking);
    case 'address':
      return { person: { email: actor.email, title: actor.title, name: actor.name } };
    case 'unlinked_id':
      return { person: { id: actor.id }, account: { domain: actor.domain } };
    case 'anonymous':
      return anonymousIdentity(actor);
  }
}

const anonymousIdentity = (actor: Extract<Actor, { kind: 'anonymous' }>): Pick<TouchRecord, 'person' | 'account'> => ({
  person: { anonymous_id: actor.id },
  ...(actor.domain === undefined ? {} : { account: { domain: actor.domain } }),
});

function identityOf(person: Person, draft: TouchDraft, linking: Linking): Pick<TouchRecord, 'person' | 'account'> {
  const known = { email: person.email, title: person.title, name: person.name };
  switch (draft.source) {
    case 'marketo':
      return { person: { ...known, id: person.leadId } };
    case 'hubspot':
      return { person: { ...known, id: person.contactId } };
    case 'salesloft':
    case 'events-csv':
      return { person: known };
    case 'segment': {
      if (linking.linked.has(person.userId) && linking.random.chance(0.7)) {
        return { person: { id: person.userId, title: person.title }, account: { domain: person.company.domain } };
      }
      linking.linked.add(person.userId);
      return { person: { ...known, id: person.userId } };
    }
  }
}
