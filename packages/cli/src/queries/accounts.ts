import type { QueryParam, QueryParams } from '@groundswell/clickhouse';
import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { count, hundredths, optionalInstant } from './columns.ts';

export const accountSorts = ['level', 'score', 'people', 'touches', 'products', 'since', 'name'] as const;
export type AccountSort = (typeof accountSorts)[number];

export const levelFilters = ['high-intensity', 'engaged', 'none'] as const;
export type LevelFilter = (typeof levelFilters)[number];

export interface AccountFilter {
  /** engaged: at that level or above; none: below every level */
  readonly level?: LevelFilter | undefined;
  readonly owner?: string | undefined;
  readonly tier?: string | undefined;
  readonly industry?: string | undefined;
  /** 0..100 */
  readonly minScore?: number | undefined;
  readonly sort: AccountSort;
  readonly limit: number;
}

const row = z.object({
  account_id: z.string(),
  name: z.string(),
  level: z.string(),
  since: optionalInstant,
  score: hundredths,
  touches_30d: count,
  people_30d: count,
  products_30d: count,
  touches_90d: count,
  people_90d: count,
  owner: z.string(),
  tier: z.string(),
  industry: z.string(),
  excluded: z.boolean(),
});

export type AccountRow = z.infer<typeof row>;

const LEVEL_RANK = "multiIf(level = 'high-intensity', 2, level = 'engaged', 1, 0)";

/** Every order ends with the account, so that a list is the same each time. */
const orders: Readonly<Record<AccountSort, string>> = {
  level: `${LEVEL_RANK} DESC, score DESC, account_id`,
  score: 'score DESC, account_id',
  people: 'people_30d DESC, score DESC, account_id',
  touches: 'touches_30d DESC, score DESC, account_id',
  products: 'products_30d DESC, score DESC, account_id',
  since: 'since DESC NULLS LAST, account_id',
  name: "if(name = '', account_id, lower(name)), account_id",
};

const levelCondition: Readonly<Record<LevelFilter, string>> = {
  'high-intensity': "level = 'high-intensity'",
  engaged: "level IN ('engaged', 'high-intensity')",
  none: "level = ''",
};

/** The statement of a list, with its parameters: filters never become part of the SQL text. */
export const accountsQuery = (filter: AccountFilter): { sql: string; parameters: QueryParams } => {
  const conditions: string[] = [];
  const parameters: Record<string, QueryParam> = { limit: filter.limit };
  if (filter.level !== undefined) conditions.push(levelCondition[filter.level]);
  for (const name of ['owner', 'tier', 'industry'] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    conditions.push(`lowerUTF8(${name}) = lowerUTF8({${name}:String})`);
    parameters[name] = value;
  }
  if (filter.minScore !== undefined) {
    conditions.push('score >= toDecimal64({min_score:String}, 2)');
    parameters['min_score'] = String(filter.minScore);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const sql = `
    SELECT account_id, name, level, since, score, touches_30d, people_30d, products_30d, touches_90d, people_90d,
           owner, tier, industry, excluded
    FROM account_current ${where}
    ORDER BY ${orders[filter.sort]}
    LIMIT {limit:UInt32}`;
  return { sql, parameters };
};

/** The accounts of a list, in its order. */
export const readAccounts = (reader: Reader, filter: AccountFilter): Promise<AccountRow[]> =>
  reader.rows({ ...accountsQuery(filter), row });
