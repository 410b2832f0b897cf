import type { ScanParts } from './extent-scan.ts';
import type { PersonActivity, PersonKind } from './touch.ts';

interface OpenActivity {
  personId: string;
  personKind: PersonKind;
  touches: number;
  lastTime: number;
  lastType: string;
  role: string;
}

/** Sums touches up by person, most touches first, then latest, then by id. `slots` come newest first. */
export function activityByPerson(slots: Iterable<number>, { columns, people, traits }: ScanParts): PersonActivity[] {
  const activities = new Map<number, OpenActivity>();
  for (const slot of slots) {
    const person = columns.person(slot);
    const combination = columns.traits(slot);
    const role = traits.roles.text(traits.role(combination));
    const known = activities.get(person);
    if (known) {
      known.touches += 1;
      known.role ||= role;
    } else {
      activities.set(person, {
        personId: people.text(person),
        personKind: traits.kindText(combination),
        touches: 1,
        lastTime: columns.time(slot),
        lastType: traits.types.text(traits.type(combination)),
        role,
      });
    }
  }
  return [...activities.values()].sort(
    (left, right) =>
      right.touches - left.touches || right.lastTime - left.lastTime || (left.personId < right.personId ? -1 : 1),
  );
}
