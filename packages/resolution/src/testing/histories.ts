import type {
  AccountRecord,
  CorrectionRecord,
  ExclusionRecord,
  PersonIdentity,
  PersonRecord,
  RawRecord,
} from '@groundswell/schemas';
import fc from 'fast-check';
import { endsText } from '../source-replays.ts';
import { accountRow, personRow } from './directory-rows.ts';
import { modeRecord, tickRecord, touchIdOf, touchRecord } from './raw-log.ts';
import { type Crash, ResolverBench } from './resolver-bench.ts';

/** People and ids few enough to meet again, touches few enough to be duplicates, instants few enough to be equal. */
const anyTouch = (received: number) =>
  fc
    .record({
      id: fc.nat(25).map((n) => `t${n}`),
      personEmail: fc.option(fc.constantFrom('anna@acme.com', 'bert@acme.com', 'info@acme.com', 'c@gmail.com')),
      personId: fc.option(fc.constantFrom('1', '2')),
      anonymousId: fc.option(fc.constantFrom('c1')),
      type: fc.constantFrom('page_view', 'page_view', 'demo_request'),
      lag: fc.nat(5),
    })
    .map(({ lag, ...touch }) => ({ ...touch, received, time: received - lag }));

/** A touch id stands in one raw partition only: that is where its key sends it. */
const partitionOfId = (id: string, partitions: number): number => Number(id.slice(1)) % partitions;

export const histories = fc.integer({ min: 1, max: 3 }).chain((partitions) =>
  fc
    .array(fc.nat(2), { maxLength: 40, size: 'max' })
    .chain((gaps) => {
      let received = 10;
      return fc.tuple(
        ...gaps.map((gap) => {
          received += gap;
          return anyTouch(received);
        }),
      );
    })
    .map((touches) =>
      Array.from({ length: partitions }, (_, partition): RawRecord[] => [
        modeRecord('replay', 0),
        ...touches.filter(({ id }) => partitionOfId(id, partitions) === partition).map(touchRecord),
        tickRecord(10_000),
        modeRecord('live', 10_000),
      ]),
    ),
);

export const crashes: fc.Arbitrary<Crash> = fc.record({
  stage: fc.constantFrom('before claims', 'after claims', 'assignments', 'touches', 'commit'),
  records: fc.nat(6),
});

/** The row of an identity, as the run that goes on has it: people are named by ids that are random. */
export type IdentityOf = (identity: string) => PersonIdentity | undefined;

/** Something that becomes known beside the touches. */
export type News =
  | { readonly kind: 'exclusion'; readonly key: string; readonly row: ExclusionRecord | null }
  | { readonly kind: 'person'; readonly key: string; readonly row: PersonRecord | null }
  | { readonly kind: 'account'; readonly key: string; readonly row: AccountRecord | null }
  | { readonly kind: 'correction'; readonly make: (identityOf: IdentityOf) => CorrectionRecord };

/** A source is asked to send once more, from where the logs of a run end then; null: that is nothing new. */
export interface ReplayNews {
  readonly kind: 'replay';
  readonly make: (bench: ResolverBench) => CorrectionRecord | null;
}

const anyExclusion = fc
  .record({
    key: fc.constantFrom('1', '2'),
    party: fc.constantFrom(
      { kind: 'person', value: 'anna@acme.com' },
      { kind: 'domain', value: 'acme.com' },
      { kind: 'account', value: 'acme.com' },
    ),
    validFrom: fc.constantFrom(0, 20),
    isGone: fc.boolean(),
  })
  .map(({ key, party, validFrom, isGone }): News => {
    const row: ExclusionRecord = {
      source: 'ops',
      id: key,
      validFrom,
      validTo: null,
      ...party,
      reason: 'employee',
      scope: ['score'],
      received: 0,
    };
    return { kind: 'exclusion', key, row: isGone ? null : row };
  });

const anyPerson = fc
  .record({
    key: fc.constantFrom('1', '2'),
    id: fc.constantFrom('1', '2'),
    email: fc.constantFrom('bert@acme.com', 'c@gmail.com', null),
    title: fc.constantFrom('CFO', 'Developer', ''),
    accountId: fc.constantFrom('a1', 'a2', null),
    at: fc.constantFrom(0, 25),
  })
  .map(({ key, at, ...said }): News => {
    const row = personRow(said.id, { ...said, source: 'hubspot', validFrom: at, received: at });
    return { kind: 'person', key, row };
  });

const anyAccount = fc
  .record({
    key: fc.constantFrom('1', '2'),
    id: fc.constantFrom('a1', 'a2'),
    domains: fc.constantFrom<string[]>(['acme.com'], ['globex.com'], []),
    parentId: fc.constantFrom('a1', null),
    at: fc.constantFrom(0, 20),
    isGone: fc.boolean(),
  })
  .map(({ key, id, domains, parentId, at, isGone }): News => {
    const row = accountRow(id, { source: 'hubspot', domains, parentId, validFrom: at, received: at });
    return { kind: 'account', key, row: isGone ? null : row };
  });

/** A correction by hand, of two accounts unless told otherwise; later than all that happens in a history. */
export const correctionOf = (changes: Partial<CorrectionRecord>): CorrectionRecord => ({
  correctionId: 'c1',
  kind: 'merge',
  subject: {},
  validFrom: null,
  validTo: null,
  revoked: false,
  reason: '',
  requestedBy: '',
  received: 5_000_000,
  ...changes,
});

/** The personId of whatever is split off. */
export const SPLIT_PERSON = '00000000-0000-4000-9000-000000000000';

/** All of them: unions of these go on in chains, and in circles as well, as two may make them who know nothing of each other. */
const someIdentity = fc.constantFrom(
  'email:anna@acme.com',
  'email:bert@acme.com',
  'email:c@gmail.com',
  'source:hubspot:1',
  'source:hubspot:2',
  'anonymous:hubspot:c1',
);

const someAccount = fc.constantFrom('acme.com', 'globex.com', 'hubspot:a1');

const anyCorrection = fc
  .record({
    correctionId: fc.constantFrom('c1', 'c2', 'c3'),
    validFrom: fc.constantFrom(null, 20),
    validTo: fc.constantFrom(null, 30),
    revoked: fc.boolean(),
    received: fc.constantFrom(5_000_000, 5_000_001),
    about: fc.oneof(
      fc.record({ kind: fc.constant('merge'), account: someAccount, into: someAccount }),
      fc.record({
        kind: fc.constant('domain'),
        domain: fc.constantFrom('acme.com', 'globex.com'),
        account: someAccount,
      }),
      fc.record({
        kind: fc.constantFrom('machine', 'human', 'retract'),
        touch: fc.nat(25).map((n) => touchIdOf(`t${n}`)),
      }),
      fc.record({ kind: fc.constantFrom('machine', 'human', 'retract'), source: fc.constant('hubspot') }),
    ),
    who: fc.oneof(
      fc.constant(null),
      fc.record({
        kind: fc.constantFrom('employer', 'unite', 'unite', 'split', 'machine', 'retract'),
        identity: someIdentity,
        other: someIdentity,
        account: fc.oneof(someAccount, fc.constant('')),
      }),
    ),
  })
  .map(
    ({ about: { kind, ...subject }, who, ...rest }): News => ({
      kind: 'correction',
      make: (identityOf) => {
        const row = who && identityOf(who.identity);
        if (!who || !row) return correctionOf({ ...rest, kind, subject });
        const other = identityOf(who.other)?.identityId ?? row.identityId;
        const { account } = who;
        const person = who.kind === 'split' ? SPLIT_PERSON : row.personId;
        return correctionOf({
          ...rest,
          kind: who.kind,
          subject: { identity: row.identityId, with: other, person, account },
        });
      },
    }),
  );

/**
 * A source is asked to send once more, or that is revoked. The records from where the logs end then are what it sends; some
 * were on their way already, and are not read yet.
 */
const anyReplay = fc
  .record({
    correctionId: fc.constantFrom('r1', 'r2'),
    validFrom: fc.constantFrom(null, null, 20),
    validTo: fc.constantFrom(null, null, 30),
    about: fc.oneof(
      fc.constant({}),
      fc.record({ type: fc.constantFrom('page_view', 'demo_request') }),
      fc.record({ touch: fc.nat(25).map((n) => touchIdOf(`t${n}`)) }),
    ),
    ahead: fc.nat(3),
  })
  .map(
    ({ about, ahead, ...rest }): ReplayNews => ({
      kind: 'replay',
      make: (bench) => {
        const ends = endsText(bench.ends(ahead));
        const standing = bench.corrections.records.get(rest.correctionId);
        if (!standing) return correctionOf({ ...rest, kind: 'replay', subject: { source: 'hubspot', ...about, ends } });
        if (standing.revoked) return null;
        return { ...standing, revoked: true, subject: { ...standing.subject, revoked_ends: ends } };
      },
    }),
  );

/** Corrections are of the topic, and so for both runs the same record. */
export const fixed = (news: News, identityOf: IdentityOf): News => {
  if (news.kind !== 'correction') return news;
  const record = news.make(identityOf);
  return { kind: 'correction', make: () => record };
};

const identityIn =
  (bench: ResolverBench): IdentityOf =>
  (identity) =>
    bench.identities.rows().find((row) => row.identity === identity);

const fixedIn = (bench: ResolverBench, news: News | ReplayNews): News | null => {
  if (news.kind !== 'replay') return fixed(news, identityIn(bench));
  const record = news.make(bench);
  return record && { kind: 'correction', make: () => record };
};

export const tell = (bench: ResolverBench, news: News): void => {
  const { exclusions, people, accounts, corrections } = bench;
  if (news.kind === 'correction') {
    const record = news.make(identityIn(bench));
    corrections.replace(record.correctionId, record);
    return;
  }
  if (news.kind === 'exclusion') exclusions.replace(news.key, news.row);
  else if (news.kind === 'person') people.replace(news.key, news.row);
  else accounts.replace(news.key, news.row);
};

/** What happens to a resolver, in order. */
const plans = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('read'), turn: fc.nat(5), size: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ kind: fc.constant('work') }),
    fc
      .oneof(anyExclusion, anyPerson, anyAccount, anyCorrection, anyCorrection, anyReplay)
      .map((news: News | ReplayNews) => ({ kind: 'news' as const, news })),
  ),
  { maxLength: 30, size: 'max' },
);

/** A history: what each raw partition holds, what happens to a resolver, and where it dies on the way. */
export const correctedHistories = fc
  .record({
    replays: histories,
    plan: plans,
    dying: fc.array(fc.option(crashes, { freq: 3 }), { maxLength: 30 }),
    isLive: fc.boolean(),
    compacts: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
    perFlush: fc.constantFrom(undefined, { asked: 2, decisions: 3, corrections: 1 }),
  })
  .map(({ replays, isLive, ...rest }) => ({ ...rest, logs: isLive ? touchesOnly(replays) : replays }));
export type CorrectedHistory = typeof correctedHistories extends fc.Arbitrary<infer Value> ? Value : never;

/** Logs without their control records: live. */
const touchesOnly = (logs: readonly RawRecord[][]): RawRecord[][] =>
  logs.map((log) => log.filter(({ record }) => record.kind === 'RawTouch'));

/** The same, with every touch where it was: ticks stand for what else there was. */
const asIfLive = (logs: readonly RawRecord[][]): RawRecord[][] =>
  logs.map((log) => log.map((one) => (one.record.kind === 'RawTouch' ? one : tickRecord(0))));

/** Goes through a plan, then reads what is left. Returns the news, as it is told again. */
const goThrough = async (bench: ResolverBench, { plan, dying }: CorrectedHistory): Promise<readonly News[]> => {
  const told: News[] = [];
  for (const [turn, step] of plan.entries()) {
    const crash = dying[turn] ?? null;
    if (step.kind === 'news') {
      const news = fixedIn(bench, step.news);
      if (news === null) continue;
      told.push(news);
      tell(bench, news);
    } else if (step.kind === 'work') {
      bench.work(crash);
    } else {
      const readable = bench.readable();
      const partition = readable[step.turn % readable.length];
      if (partition !== undefined) await bench.read(partition, step.size, crash);
    }
  }
  await bench.readAll();
  return told;
};

/** The history as it went, and as it would have gone had all that came to be known been known from the start, live. */
export const bothWays = async (
  history: CorrectedHistory,
): Promise<{ readonly corrected: ResolverBench; readonly truthFirst: ResolverBench }> => {
  const corrected = new ResolverBench(history.logs);
  corrected.perFlush = history.perFlush;
  corrected.compacts = history.compacts;
  const told = await goThrough(corrected, history);
  const truthFirst = new ResolverBench(asIfLive(history.logs));
  truthFirst.identities.append(corrected.identities.rows());
  for (const news of told) tell(truthFirst, news);
  await truthFirst.readAll();
  return { corrected, truthFirst };
};
