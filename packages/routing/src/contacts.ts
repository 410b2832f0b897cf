import type { Role } from '@groundswell/identity';
import type { ActivePerson, ContactPerson, IntensityTransition } from '@groundswell/schemas';

/** People somebody can write to; a shared mailbox or an anonymous visitor is nobody to call. */
const contactable: ReadonlySet<string> = new Set(['email', 'source_id']);

/** Between equally active people, who decides about the money and who judges the product come first. */
const roleOrder: readonly Role[] = ['economic_buyer', 'technical'];

const rankOfRole = new Map<string, number>(roleOrder.map((role, rank) => [role, rank]));

const rankOf = ({ role }: ActivePerson): number =>
  rankOfRole.get(role) ?? (role === '' ? roleOrder.length + 1 : roleOrder.length);

/** Most active first; then by role, by who was active last, and by id, so that the order is the same in every replay. */
const byUrgency = (left: ActivePerson, right: ActivePerson): number =>
  right.touches - left.touches ||
  rankOf(left) - rankOf(right) ||
  right.lastTime - left.lastTime ||
  (left.personId < right.personId ? -1 : 1);

const whyOf = ({ role, touches, lastType, lastTime }: ActivePerson): string => {
  const who = role === '' ? 'role unknown' : role.replaceAll('_', ' ');
  const day = new Date(lastTime).toISOString().slice(0, 10);
  return `${who}, ${touches} ${touches === 1 ? 'touch' : 'touches'}, last: ${lastType} on ${day}`;
};

/** Whom to contact about a transition, in order, each with a reason in words; as many as its policy allows. */
export const chooseContacts = ({ people, routing }: IntensityTransition): ContactPerson[] =>
  people
    .filter((person) => contactable.has(person.personKind))
    .sort(byUrgency)
    .slice(0, routing.maxPeople)
    .map((person) => ({ personId: person.personId, role: person.role, why: whyOf(person) }));
