import { createCodec, DECISION_FORM, readReleasedSchema, type TouchAsserted } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { describe, expect, it } from 'vitest';
import { assertedIn, decisionCodec, inPresentForm } from './decision-codec.ts';
import { NO_DECISION } from './no-decision.ts';
import { personRow } from './testing/directory-rows.ts';
import { touchRecord } from './testing/raw-log.ts';
import { ResolverBench } from './testing/resolver-bench.ts';

const inRelease = (form: number) => createCodec<TouchAsserted>(assertedIn(readReleasedSchema(form, 'touch-change')));

const decision = touchAsserted({ touchId: 't', accountId: 'acme.com', personId: 'p', time: 5, role: 'user' });

describe('decisions as they are stored', () => {
  it('are in the form of the release that they name: a new form needs a release of its own', () => {
    expect(inRelease(DECISION_FORM).type.equals(decisionCodec.type)).toBe(true);
  });

  it('of an earlier release are read as what they said, and nothing that they did not', () => {
    const { cause, ...earlier } = decision;
    const encoded = inRelease(1).encode(earlier as TouchAsserted);
    expect(decisionCodec.decode(inPresentForm(encoded, 1))).toEqual({ ...earlier, cause: null });
  });

  it('of an earlier release are known for what they are after a restart, and decided again', async () => {
    const bench = new ResolverBench([[touchRecord({ id: 'a' }), touchRecord({ id: 'b' })]]);
    await bench.readAll();
    for (const [at, assignment] of bench.assignments.entries()) {
      const { clues, encoded } = assignment.value;
      const before = inRelease(1).encode(decisionCodec.decode(encoded));
      bench.assignments[at] = { ...assignment, value: { ...NO_DECISION, clues, encoded: before, decisionForm: 1 } };
    }
    bench.kill();
    bench.workOff();
    bench.people.replace('1', personRow('1', { email: 'anna@acme.com', title: 'CFO' }));
    bench.workOff();
    const published = bench.touches.flatMap(({ value: { change } }) =>
      change.kind === 'TouchAsserted' ? [`${change.body.revision} ${change.body.role} ${change.body.cause}`] : [],
    );
    expect(published).toEqual(['1  null', '1  null', '3 economic_buyer directory', '3 economic_buyer directory']);
  });
});
