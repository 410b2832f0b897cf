import { describe, expect, it } from 'vitest';
import type { BooksRow } from '../queries/books.ts';
import { plain } from '../terminal.ts';
import { booksJson, imbalances, renderBooks } from './books.ts';

const row = (source: string, more: Partial<BooksRow> = {}): BooksRow => ({
  source,
  accepted: 10,
  counted: 8,
  zero_weight: 0,
  ours_or_negative: 0,
  bot: 2,
  excluded: 0,
  echo: 0,
  anonymous: 0,
  unresolved: 0,
  outside_windows: 0,
  retracted: 0,
  moved: 0,
  duplicate: 0,
  dead_lettered: 0,
  pending: 0,
  balance: 0,
  ...more,
});

describe('imbalances', () => {
  it('finds none when every record has one known fate', () => {
    expect(imbalances({ rows: [row('web'), row('crm')], gaps: [] })).toEqual([]);
  });

  it('says by how much, where, and what is pending', () => {
    const rows = [row('web', { balance: 1 }), row('crm', { balance: -2 }), row('', { pending: 3 })];
    const gaps = [{ topic: 'touches.raw' as const, partition: 4, missing: 5 }];
    expect(imbalances({ rows, gaps })).toEqual([
      'source web: 1 record accepted without a known fate',
      'source crm: 2 fates more than records accepted',
      'records that nobody can decode: 3 records pending, not through account-resolver yet',
      'topic touches.raw, partition 4: 5 records missing from the ledger in ClickHouse',
    ]);
  });

  it('does not let sources make up for each other', () => {
    const books = { rows: [row('web', { balance: 1 }), row('crm', { balance: -1 })], gaps: [] };
    expect(booksJson(books)).toMatchObject({ balanced: false, total: { balance: 0, accepted: 20 } });
  });
});

describe('renderBooks', () => {
  it('shows a fate a line, sources side by side, and only fates that something has', () => {
    expect(renderBooks([row('web'), row('crm', { bot: 0, counted: 10 })], plain)).toBe(
      [
        'fate       web  crm  all',
        'accepted    10   10   20',
        '  counted    8   10   18',
        '  bot        2    0    2',
        'balance      0    0    0',
        '',
      ].join('\n'),
    );
  });
});
