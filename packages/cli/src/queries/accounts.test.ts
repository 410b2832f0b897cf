import { describe, expect, it } from 'vitest';
import { accountsQuery } from './accounts.ts';

describe('accountsQuery', () => {
  it('puts no filter into the SQL text', () => {
    const { sql, parameters } = accountsQuery({ owner: "O'Hara; DROP", minScore: 12.5, sort: 'score', limit: 5 });
    expect(sql).not.toContain("O'Hara");
    expect(sql).toContain('{owner:String}');
    expect(parameters).toEqual({ limit: 5, owner: "O'Hara; DROP", min_score: '12.5' });
  });

  it('counts high-intensity accounts as engaged, since they are', () => {
    expect(accountsQuery({ level: 'engaged', sort: 'level', limit: 5 }).sql).toContain("'engaged', 'high-intensity'");
    expect(accountsQuery({ level: 'high-intensity', sort: 'level', limit: 5 }).sql).not.toContain("IN ('engaged'");
    expect(accountsQuery({ sort: 'level', limit: 5 }).sql).not.toContain('WHERE');
  });

  it('orders in a way that is the same each time', () => {
    for (const sort of ['level', 'score', 'people', 'touches', 'products', 'since', 'name'] as const) {
      expect(accountsQuery({ sort, limit: 1 }).sql).toMatch(/ORDER BY .*account_id\s+LIMIT/);
    }
  });
});
