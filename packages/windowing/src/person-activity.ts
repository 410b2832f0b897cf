import type { PeopleDictionary } from './people-dictionary.ts';
import type { PersonActivity, PersonKind } from './touch.ts';
import { rowPerson, rowTime, rowTraits } from './touch-columns.ts';
import type { TraitDictionary } from './trait-dictionary.ts';

interface OpenActivity {
  personId: string;
  personKind: PersonKind;
  touches: number;
  lastTime: number;
  lastType: string;
  role: string;
}

/** Sums touches up by person, from rows that come newest first. */
export class ActivityByPerson {
  readonly #people: PeopleDictionary;
  readonly #traits: TraitDictionary;
  readonly #activities = new Map<number, OpenActivity>();

  constructor(people: PeopleDictionary, traits: TraitDictionary) {
    this.#people = people;
    this.#traits = traits;
  }

  add(words: Uint32Array, at: number): void {
    const traits = this.#traits;
    const person = rowPerson(words, at);
    const combination = rowTraits(words, at);
    const role = traits.roles.text(traits.role(combination));
    const known = this.#activities.get(person);
    if (known) {
      known.touches += 1;
      known.role ||= role;
      return;
    }
    this.#activities.set(person, {
      personId: this.#people.text(person),
      personKind: traits.kindText(combination),
      touches: 1,
      lastTime: rowTime(words, at),
      lastType: traits.types.text(traits.type(combination)),
      role,
    });
  }

  /** Most touches first, then latest, then by id. */
  sorted(): PersonActivity[] {
    return [...this.#activities.values()].sort(
      (left, right) =>
        right.touches - left.touches || right.lastTime - left.lastTime || (left.personId < right.personId ? -1 : 1),
    );
  }
}
