import { describe, expect, it } from 'vitest';
import { correctionOf } from './testing/histories.ts';
import { touchRecord } from './testing/raw-log.ts';
import { ResolverBench } from './testing/resolver-bench.ts';

const merge = correctionOf({ correctionId: 'merge-1', subject: { account: 'acme.com', into: 'globex.com' } });

/** The accounts that have a touch, for those who read only their own partition: of one revision the first record counts. */
const holders = (bench: ResolverBench): string[] => {
  const seen = new Map<string, { readonly revision: number; readonly isHere: boolean }>();
  for (const { value } of bench.touches) {
    const { kind, body } = value.change;
    if (kind !== 'TouchAsserted' && kind !== 'TouchMoved') continue;
    const account = kind === 'TouchMoved' ? body.fromAccountId : body.accountId;
    if (account === null || body.revision <= (seen.get(account)?.revision ?? 0)) continue;
    seen.set(account, { revision: body.revision, isHere: kind === 'TouchAsserted' });
  }
  return [...seen].flatMap(([account, { isHere }]) => (isHere ? [account] : []));
};

describe('corrections that a crash may have kept from being published', () => {
  it.each([0, 1, 2, 99])(
    'leave the touch where it stands, also when it is back where it was (%s records)',
    async (records) => {
      const bench = new ResolverBench([[touchRecord({ id: 't1' })]]);
      bench.compacts = [false];
      await bench.readAll();
      bench.corrections.replace('merge-1', merge);
      bench.work();
      expect(holders(bench)).toEqual(['globex.com']);
      bench.corrections.replace('merge-1', { ...merge, revoked: true });
      bench.work({ stage: records === 99 ? 'assignments' : 'touches', records });
      bench.workOff();
      expect(holders(bench)).toEqual(['acme.com']);
    },
  );
});
