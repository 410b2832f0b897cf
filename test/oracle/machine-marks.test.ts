import { readFileSync } from 'node:fs';
import { MailMemory } from '@groundswell/machines';
import { canonicalJson, parsePolicy, policiesDir } from '@groundswell/policy';
import type { TouchAsserted } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MachineMarks } from './machine-marks.ts';
import { policyTerms } from './policy-terms.ts';

const START = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;

const shipped = () => {
  const parsed = parsePolicy(readFileSync(new URL('default.yaml', policiesDir), 'utf8'));
  const rules = parsed.ok ? parsed.policy.machines : null;
  const terms = parsed.ok ? policyTerms(canonicalJson(parsed.policy))?.machines : null;
  if (!rules || !terms) throw new Error('the default policy says nothing about machines');
  return { rules, terms };
};
const { rules, terms } = shipped();

const happening = fc.record({
  /** ms after the one before; mostly close */
  after: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(0, 100, 300, 500, 900) },
    { weight: 8, arbitrary: fc.constantFrom(1_000, 1_001, 2_000, 3_000, 9_000) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 3_600_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 4 * DAY }) },
  ),
  /** ms before it is received that it happened */
  late: fc.constantFrom(...Array<number>(12).fill(0), 400, 1_000, 2_001, DAY),
  /** the touch before comes once more instead */
  isRepeated: fc.constantFrom(true, ...Array<boolean>(15).fill(false)),
  type: fc.constantFrom(
    'email_click',
    'email_click',
    'email_click',
    'email_click',
    'email_delivered',
    'email_delivered',
    'email_sent',
    'page_view',
  ),
  account: fc.constantFrom('acme.example', 'acme.example', 'acme.example', 'globex.example'),
  person: fc.constantFrom('anna', 'anna', 'anna', 'ben'),
  mail: fc.constantFrom('one', 'one', 'one', 'one', 'two', 'three', ''),
  link: fc.constantFrom('/a', '/b', '/c', '/d', '/e', '/f', ''),
  disposition: fc.constantFrom(...Array<string>(12).fill('candidate'), 'bot', 'head', 'head', 'excluded'),
  precision: fc.constantFrom(...Array<string>(8).fill('millisecond'), 'second', 'day'),
});

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

/** Touches with the clock at which each is known. */
const logOf = (happenings: readonly Happening[]): { touch: TouchAsserted; clock: number }[] => {
  let clock = START;
  return happenings.map((one, index) => {
    clock += one.after;
    const isHead = one.disposition === 'head';
    const touch = touchAsserted({
      touchId: `touch-${one.isRepeated ? index - 1 : index}`,
      accountId: one.account,
      personId: one.person,
      time: clock - one.late,
      received: clock,
      type: one.type,
      sendId: one.mail,
      campaign: one.mail === 'three' ? 'campaign' : '',
      content: one.link,
      timePrecision: one.precision,
      disposition: isHead ? 'bot' : one.disposition,
      dispositionReason: isHead ? 'head_request 100 signs' : '',
    });
    return { touch, clock };
  });
};

describe('machines among the clicks in mails', () => {
  it('are those that brute force finds, with the same evidence and score, whenever the memory is put away', () => {
    const evidence = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.noBias(fc.array(happening, { maxLength: 100, size: 'max' })),
        fc.nat({ max: 20 }),
        (happenings, every) => {
          const oracle = new MachineMarks();
          let memory = new MailMemory();
          // A touch that was marked has another revision from then on; the log shows it no more as it was.
          const decided = new Set<string>();
          for (const [index, { touch, clock }] of logOf(happenings).entries()) {
            if (decided.has(touch.touchId)) continue;
            const expected = oracle.observe(touch, terms, clock);
            const found = memory.observe(
              { ...touch, keep: () => ({ restore: () => touch }) },
              { rules, version: 'v', clock },
            );
            expect(
              found.map(({ touchId, revision, dispositionReason }) => ({
                touchId,
                revision,
                why: dispositionReason.replace(/ v$/, ''),
              })),
            ).toEqual(expected);
            for (const { touchId } of expected) decided.add(touchId);
            for (const name of expected.flatMap(({ why }) => (why.split(' ')[0] ?? '').split('+')))
              evidence.set(name, (evidence.get(name) ?? 0) + 1);
            if (every > 0 && index % every === 0) memory = MailMemory.load(JSON.parse(JSON.stringify(memory.save())));
          }
        },
      ),
      // So many that each kind of evidence is met a dozen times and more.
      { numRuns: Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 800) },
    );
    const names = ['domain_history', 'fast_click', 'head_then_get', 'links_at_once', 'repeated_link', 'repeats'];
    expect([...evidence.keys()].sort()).toEqual(names);
  }, 240_000);
});
