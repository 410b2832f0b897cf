import type { ActivePerson, HighIntensityTransition, RouteDecision, TypeShare } from './board-rows.ts';

/** Reasons as a person would say them. Pure: rows in, words out. */

const MOST_ROLES = 4;
const MOST_TYPES = 3;
const MOST_PRODUCTS = 4;

const spaced = (word: string): string => word.replaceAll('_', ' ');

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const listed = (parts: readonly string[], most: number): string => {
  const rest = parts.length - most;
  return rest > 0 ? `${parts.slice(0, most).join(', ')} and ${rest} more` : parts.join(', ');
};

/** `2 technical, decider`: roles of the active people, the most frequent first; people without a known role last. */
export function describeRoles(people: readonly ActivePerson[]): string {
  const counts = new Map<string, number>();
  let unknown = 0;
  for (const { kind, role } of people) {
    if (kind === 'shared_mailbox') continue;
    if (role === '') unknown += 1;
    else counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  const roles = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const words = roles.map(([role, count]) => (count === 1 ? spaced(role) : `${count} ${spaced(role)}`));
  if (unknown > 0)
    words.push(words.length === 0 ? plural(unknown, 'unknown role', 'unknown roles') : `${unknown} unknown`);
  return listed(words, MOST_ROLES);
}

/** `trial use ×6, pricing view ×3`: what gives most to the score, first. It may be older than the 30-day window. */
export function describeTypes(types: readonly TypeShare[]): string {
  const words = types
    .filter(({ points }) => points > 0)
    .toSorted((a, b) => b.points - a.points || (a.type < b.type ? -1 : 1))
    .map(({ type, count }) => (count === 1 ? spaced(type) : `${spaced(type)} ×${count}`));
  return listed(words, MOST_TYPES);
}

export const describeProducts = (products: readonly string[]): string =>
  listed(products.filter((product) => product !== '').map(spaced), MOST_PRODUCTS);

/** `4 people, 23 touches` */
export const describeSize = ({ people30d, touches30d }: HighIntensityTransition): string =>
  `${plural(people30d, 'person', 'people')}, ${plural(touches30d, 'touch', 'touches')}`;

/** `4 people (2 technical, user), 23 touches in 30 days` */
export function describeBreadth({ people30d, people, touches30d }: HighIntensityTransition): string {
  const roles = describeRoles(people);
  const who = plural(people30d, 'person', 'people');
  return `${roles === '' ? who : `${who} (${roles})`}, ${plural(touches30d, 'touch', 'touches')} in 30 days`;
}

const suppressions: Readonly<Record<string, string>> = {
  large_move: 'a large correction is under way',
  correction: 'put right by a correction',
  cool_down: 'routed not long ago',
  historical: 'before go-live',
  undeclared_source: 'its source is not declared',
  no_contact: 'nobody to contact',
};

/** Where it went, or why it went nowhere; undefined: the router has not decided yet. */
export function describeDecision(decision: RouteDecision | undefined): string {
  if (decision === undefined) return 'not decided yet';
  if (decision.state !== 'routed') return `suppressed: ${suppressions[decision.reason] ?? spaced(decision.reason)}`;
  const [first] = decision.contactRoles.filter((role) => role !== '');
  return first === undefined ? `routed to ${decision.route}` : `routed to ${decision.route}, ${spaced(first)} first`;
}

export function describeLeave({ cause }: HighIntensityTransition): string {
  return cause === 'expiry' ? 'cooled down: touches left the 30-day window' : `left high intensity: ${spaced(cause)}`;
}
