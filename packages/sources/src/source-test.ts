import { OrdinalCounter, type TouchContext } from '@groundswell/interchange';
import { interchangeRecord } from './interchange-record.ts';
import { judgeRecord } from './judge-record.ts';
import type { MappedRecord } from './mapping/rules.ts';
import type { Source, SourceTest } from './source.ts';

/** What a test case found; no problems: it passed. */
export interface SourceTestResult {
  readonly name: string;
  readonly problems: readonly string[];
}

type Outcome =
  | { readonly ok: true; readonly records: readonly MappedRecord[]; readonly skipped: string | null }
  | { readonly ok: false; readonly reason: string; readonly message: string };

const contextOf = ({ timeZone }: Source): TouchContext => ({
  receivedAt: Date.UTC(9999, 0, 1),
  mode: 'live',
  timeZoneOf: () => timeZone,
  origin: 'test',
  ordinals: new OrdinalCounter(),
});

/** As intake would judge it. */
const outcomeOf = (source: Source, payload: unknown): Outcome => {
  const mapped = source.mapping?.(payload) ?? {
    ok: true,
    skipped: null,
    records: [{ kind: 'touch', fields: payload as MappedRecord['fields'] }] as const,
  };
  if (!mapped.ok) return mapped;
  const context = contextOf(source);
  for (const record of mapped.records) {
    const judged = judgeRecord(record.kind, interchangeRecord(source, record), context);
    if (!judged.ok) return { ok: false, reason: judged.reason, message: judged.message };
  }
  return mapped;
};

const text = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** A test case says null of a field that the record must not have. */
const isSame = (found: unknown, wanted: unknown): boolean =>
  (wanted === null && found === undefined) ||
  text(found) === text(wanted) ||
  (typeof found !== 'object' && String(found) === String(wanted));

const differences = (source: Source, test: SourceTest, records: readonly MappedRecord[]): string[] => {
  const wanted = (test.gives ?? []).map((one) => Object.entries(one)[0] ?? ['', {}]);
  if (records.length !== wanted.length) {
    const found = records.map(({ kind }) => kind).join(', ') || 'nothing';
    return [`gives ${records.length} records (${found}), expected ${wanted.length}`];
  }
  return wanted.flatMap(([kind, fields], index) => {
    const record = records[index];
    if (!record || record.kind !== kind) return [`gives[${index}] is a ${record?.kind}, expected a ${kind}`];
    const found = interchangeRecord(source, record);
    return Object.entries(fields ?? {})
      .filter(([name, value]) => !isSame(found[name], value))
      .map(([name, value]) => `gives[${index}].${kind}.${name} is ${text(found[name])}, expected ${text(value)}`);
  });
};

const problemsOf = (source: Source, test: SourceTest): string[] => {
  const outcome = outcomeOf(source, test.payload);
  if (test.rejected !== undefined) {
    if (outcome.ok) return [`is taken, expected to be rejected as ${test.rejected}`];
    return outcome.reason === test.rejected ? [] : [`is rejected as ${outcome.reason}, expected ${test.rejected}`];
  }
  if (!outcome.ok) return [`is rejected: ${outcome.reason}, ${outcome.message}`];
  if (test.skipped) return outcome.skipped === null ? ['is taken, expected to be left out'] : [];
  if (outcome.skipped !== null) return [`is left out (${outcome.skipped}), expected to be taken`];
  return differences(source, test, outcome.records);
};

/** Runs the test cases that a source file carries. */
export const runSourceTests = (source: Source): SourceTestResult[] =>
  source.tests.map((test) => ({ name: test.name, problems: problemsOf(source, test) }));
