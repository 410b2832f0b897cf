import { beforeAll, describe, expect, it } from 'vitest';
import { readStackalytics, type Stackalytics } from '../oracle/stackalytics.ts';
import { sharedData } from '../shared-data.ts';
import { type AccountMeasures, type Measured, measureAccounts } from './measure-accounts.ts';

const isExplained = ({ answered }: Measured['misses'][number]): boolean =>
  ['ambiguous', 'free_mail', 'no_domain'].includes(answered);

describe.runIf(sharedData() !== null)('accounts of a real directory (docs/identity.md)', () => {
  let data: Stackalytics;
  let measures: AccountMeasures;
  beforeAll(() => {
    data = readStackalytics(sharedData() ?? '');
    measures = measureAccounts(data);
  });
  const of = (title: string): Measured => {
    const found = measures.measured.find((one) => one.title.startsWith(title));
    if (!found) throw new Error(`${title} was not measured`);
    return found;
  };

  it('is asked about all that the list has', () => {
    expect([data.companies.length, data.people.length, measures.people]).toEqual([533, 2_588, 730]);
    expect(new Set(data.companies.flatMap(({ domains }) => domains)).size).toBe(623);
    expect(data.companies.flatMap(({ aliases }) => aliases)).toHaveLength(463);
    expect([of('domains, of').asked, of('names').asked + of('aliases').asked]).toEqual([626, 532 + 463 - 73]);
  });

  it.each(['domains, of', 'domains, stated', 'names', 'aliases'])(
    '%s lead to the listed company, or nowhere: no other one',
    (title) => {
      const { asked, right, wrong, misses } = of(title);
      expect(wrong).toBe(0);
      expect(misses.filter((miss) => !isExplained(miss))).toEqual([]);
      expect(right).toBeGreaterThan(asked * 0.98);
    },
  );

  it('finds nobody behind junk names, whether the CRM has an account of them or not', () => {
    for (const junk of measures.measured.filter(({ title }) => title.startsWith('junk'))) {
      expect([junk.asked, junk.misses]).toEqual([74, []]);
    }
  });

  it('knows the employer as of the touch, except at a company that only has free mail', () => {
    const { asked, right, misses } = of('employer');
    expect(right).toBeGreaterThan(asked * 0.999);
    expect([...new Set(misses.map(({ expected }) => expected))]).toEqual(['SINA']);
    expect(measures.byDomainAlone.right).toBeLessThan(asked / 2);
  });

  it('keeps companies apart', () => {
    expect(measures.merged).toEqual([]);
  });
});
