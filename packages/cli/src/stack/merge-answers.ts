import { topics } from '@groundswell/schemas';
import { CommandError } from '../command-error.ts';
import type { AmbiguousList, MadeCorrection, MergeCandidates, Preview, UnresolvedList } from './resolver-answers.ts';

/** What one instance of account-resolver said. */
export interface Answer<Value> {
  readonly url: string;
  readonly value: Value;
}

/** What an answer of several instances is of, beside their partitions. */
export interface Asked {
  readonly instances: number;
  /** partitions of touches.raw that no instance asked has */
  readonly missing_partitions: readonly number[];
  /** people are summed up over instances: who has touches at several is counted at each */
  readonly people_at_most: boolean;
}

export type Merged<Value> = Value & Asked;
export type MergedMade = Omit<MadeCorrection, 'preview'> & { readonly preview?: Merged<Preview> };

interface Counted {
  readonly partitions: number[];
  readonly touches_held: number;
  readonly is_cut: boolean;
}
interface Counts {
  readonly touches: number;
  readonly people: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const first = <Value>(values: readonly Value[]): Value => {
  const [value] = values;
  if (value === undefined) throw new TypeError('there is no answer to merge');
  return value;
};

/** The partitions of all, each counted once. @throws CommandError when two instances counted the same */
const coverageOf = (answers: readonly Answer<Counted>[]): Counted & Asked => {
  const counters = Map.groupBy(
    answers.flatMap(({ url, value }) => value.partitions.map((partition) => ({ partition, url }))),
    ({ partition }) => partition,
  );
  for (const [partition, by] of counters) {
    if (by.length === 1) continue;
    throw new CommandError({
      what: 'the same touches were counted twice',
      where: `partition ${partition}, by ${by.map(({ url }) => url).join(' and ')}`,
      remedy:
        'name every instance once in GROUNDSWELL_RESOLVER_URL; while partitions move between them, ask again in a moment',
    });
  }
  const all = Array.from({ length: topics.touchesRaw.partitions }, (_, partition) => partition);
  return {
    partitions: [...counters.keys()].sort((one, other) => one - other),
    touches_held: sum(answers.map(({ value }) => value.touches_held)),
    is_cut: answers.some(({ value }) => value.is_cut),
    instances: answers.length,
    missing_partitions: all.filter((partition) => !counters.has(partition)),
    people_at_most: answers.length > 1,
  };
};

const byTouches = (one: Counts, other: Counts): number => other.touches - one.touches;

/** Rows that mean the same, as one with the sums of their counts; most touches first. */
const summed = <Row extends Counts>(rows: readonly Row[], keyOf: (row: Row) => readonly unknown[]): Row[] =>
  [...Map.groupBy(rows, (row) => JSON.stringify(keyOf(row))).values()]
    .map((some) => ({
      ...first(some),
      touches: sum(some.map(({ touches }) => touches)),
      people: sum(some.map(({ people }) => people)),
    }))
    .sort(byTouches);

export const mergeAmbiguous = (answers: readonly Answer<AmbiguousList>[]): Merged<AmbiguousList> => ({
  ...coverageOf(answers),
  domains: summed(
    answers.flatMap(({ value }) => value.domains),
    ({ domain }) => [domain],
  ),
});

export const mergeUnresolved = (answers: readonly Answer<UnresolvedList>[]): Merged<UnresolvedList> => ({
  ...coverageOf(answers),
  touches: sum(answers.map(({ value }) => value.touches)),
  waits: summed(
    answers.flatMap(({ value }) => value.waits),
    ({ disposition, evidence, domain, source, decision }) => [disposition, evidence, domain, source, decision],
  ),
});

type Candidate = MergeCandidates['candidates'][number];

/** The same pair the other way round. */
const turned = (pair: Candidate): Candidate => ({
  ...{ account: pair.into, into: pair.account, why: pair.why },
  ...{ touches: pair.into_touches, people: pair.into_people, into_touches: pair.touches, into_people: pair.people },
});

/** One pair as several instances see it: the smaller account by all their touches goes. */
const candidateOf = (pairs: readonly Candidate[]): Candidate => {
  const { account, into } = first(pairs);
  const total = (field: 'touches' | 'people' | 'into_touches' | 'into_people') => sum(pairs.map((pair) => pair[field]));
  const kinds = Map.groupBy(
    pairs.flatMap(({ why }) => why),
    ({ kind }) => kind,
  );
  const why = [...kinds].map(([kind, some]) =>
    kind === 'people' ? { kind, evidence: String(sum(some.map(({ evidence }) => Number(evidence)))) } : first(some),
  );
  const counts = { touches: total('touches'), people: total('people') };
  const pair = {
    account,
    into,
    why,
    ...counts,
    into_touches: total('into_touches'),
    into_people: total('into_people'),
  };
  return pair.touches <= pair.into_touches ? pair : turned(pair);
};

export const mergeCandidateLists = (answers: readonly Answer<MergeCandidates>[]): Merged<MergeCandidates> => {
  // Which of the two is the smaller one, each instance says by its own touches.
  const pairs = answers
    .flatMap(({ value }) => value.candidates)
    .map((pair) => (pair.account < pair.into ? pair : turned(pair)));
  const candidates = [...Map.groupBy(pairs, ({ account, into }) => JSON.stringify([account, into])).values()];
  return { ...coverageOf(answers), candidates: candidates.map(candidateOf).sort(byTouches) };
};

type AccountEffect = Preview['accounts'][number];

const effectOf = (effects: readonly AccountEffect[]): AccountEffect => {
  const window = (days: 'days_30' | 'days_90', side: 'before' | 'after'): Counts => ({
    touches: sum(effects.map((effect) => effect[days][side].touches)),
    people: sum(effects.map((effect) => effect[days][side].people)),
  });
  const days = (of: 'days_30' | 'days_90') => ({ before: window(of, 'before'), after: window(of, 'after') });
  return { account_id: first(effects).account_id, days_30: days('days_30'), days_90: days('days_90') };
};

/** Every instance drafts ids of its own for who is split off: in what they say together it is one person. */
const withIdsOf = (made: MadeCorrection, subject: Readonly<Record<string, string>>): Preview['changes'] => {
  const drafted = new Map(Object.entries(made.correction.subject).map(([name, id]) => [id, subject[name] ?? id]));
  return (made.preview?.changes ?? []).map((change) => {
    const { person_id: personId } = change.after;
    return { ...change, after: { ...change.after, person_id: drafted.get(personId) ?? personId } };
  });
};

const mergePreviews = (answers: readonly Answer<MadeCorrection>[]): Merged<Preview> | undefined => {
  const previews = answers.flatMap(({ url, value }) => (value.preview ? [{ url, value: value.preview }] : []));
  if (previews.length === 0) return undefined;
  const { subject } = first(answers).value.correction;
  const values = previews.map(({ value }) => value);
  const changes = answers.flatMap(({ value }) => withIdsOf(value, subject));
  const coverage = coverageOf(previews);
  return {
    ...coverage,
    clock:
      values
        .map(({ clock }) => clock)
        .sort()
        .at(-1) ?? '',
    touches: sum(values.map(({ touches }) => touches)),
    // Where every touch that changes is listed, people can be told apart here.
    people:
      coverage.is_cut || values.length === 1
        ? sum(values.map(({ people }) => people))
        : new Set(changes.map(({ after }) => after.person_id)).size,
    moves: summed(
      values.flatMap(({ moves }) => moves),
      ({ from, to }) => [from, to],
    ),
    dispositions: summed(
      values.flatMap(({ dispositions }) => dispositions),
      ({ before, after }) => [before, after],
    ),
    accounts: [
      ...Map.groupBy(
        values.flatMap(({ accounts }) => accounts),
        ({ account_id: account }) => account,
      ).values(),
    ]
      .map(effectOf)
      .sort((one, other) => other.days_90.before.touches - one.days_90.before.touches),
    changes,
  };
};

/** A dry run as all instances see it. What only some of them warn of is that they have not seen what others have. */
export const mergeMade = (answers: readonly Answer<MadeCorrection>[]): MergedMade => {
  const { preview: _, ...made } = first(answers).value;
  const preview = mergePreviews(answers);
  const warnings = made.warnings.filter((warning) => answers.every(({ value }) => value.warnings.includes(warning)));
  return { ...made, warnings, ...(preview ? { preview } : {}) };
};
