import { describe, expect, it } from 'vitest';
import { plain } from '../terminal.ts';
import { comparisonJson, renderDifferences } from './verify.ts';

const differences = [
  {
    accountId: 'acme.example',
    kind: 'different' as const,
    clock: Date.UTC(2025, 2, 1),
    columns: [
      { column: 'people_30d' as const, stream: 1, sql: 2 },
      { column: 'touches_90d' as const, stream: 4, sql: 5 },
    ],
  },
  {
    accountId: 'b.example',
    kind: 'missing_in_stream' as const,
    clock: Date.UTC(2025, 2, 1),
    columns: [{ column: 'touches_90d' as const, stream: 0, sql: 1 }],
  },
];

describe('renderDifferences', () => {
  it('shows each column that differs, the account once', () => {
    expect(renderDifferences(differences, plain)).toBe(
      [
        'account       column       stream  sql  at clock              note',
        'acme.example  people_30d        1    2  2025-03-01 00:00:00Z',
        '              touches_90d       4    5',
        'b.example     touches_90d       0    1  2025-03-01 00:00:00Z  not in the stream',
        '',
      ].join('\n'),
    );
  });
});

describe('comparisonJson', () => {
  it('says whether all is equal, and lists what is not', () => {
    expect(comparisonJson({ compared: 3, different: 0, differences: [] })).toEqual({
      equal: true,
      compared: 3,
      different: 0,
      differences: [],
    });
    expect(comparisonJson({ compared: 3, different: 2, differences })).toMatchObject({
      equal: false,
      differences: [{ account_id: 'acme.example', clock: '2025-03-01T00:00:00.000Z' }, { kind: 'missing_in_stream' }],
    });
  });
});
