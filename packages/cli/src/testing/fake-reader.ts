import type { Reader } from '../stack/clickhouse.ts';

export interface AskedQuery {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A ClickHouse that answers by the statement; what it answers is parsed as the real one's rows are. */
export const fakeReader = (answer: (query: AskedQuery) => readonly unknown[]): Reader & { asked: AskedQuery[] } => {
  const asked: AskedQuery[] = [];
  return {
    asked,
    rows: async ({ sql, parameters, row }) => {
      const query = { sql, parameters: parameters ?? {} };
      asked.push(query);
      return row.array().parse(answer(query));
    },
    close: async () => undefined,
  };
};
