/** What opens at a position and is skipped as a whole: where it ends, and whether it is kept. */
const skips: readonly {
  readonly open: string;
  readonly close: string;
  readonly escapes: boolean;
  readonly kept: boolean;
}[] = [
  { open: '--', close: '\n', escapes: false, kept: false },
  { open: '/*', close: '*/', escapes: false, kept: false },
  { open: "'", close: "'", escapes: true, kept: true },
  { open: '"', close: '"', escapes: true, kept: true },
  { open: '`', close: '`', escapes: true, kept: true },
];

/** Position after the closing mark; the end of the text when there is none. */
const endOf = (sql: string, start: number, close: string, escapes: boolean): number => {
  for (let at = start; at < sql.length; at += 1) {
    if (escapes && sql[at] === '\\') at += 1;
    else if (sql.startsWith(close, at)) return at + close.length;
  }
  return sql.length;
};

/** The statements of an SQL text, without comments and closing semicolons. Semicolons in quotes and comments separate nothing. */
export const sqlStatements = (sql: string): string[] => {
  const statements: string[] = [];
  let current = '';
  for (let at = 0; at < sql.length; ) {
    const skip = skips.find(({ open }) => sql.startsWith(open, at));
    if (skip) {
      const end = endOf(sql, at + skip.open.length, skip.close, skip.escapes);
      current += skip.kept ? sql.slice(at, end) : '\n';
      at = end;
    } else if (sql[at] === ';') {
      statements.push(current.trim());
      current = '';
      at += 1;
    } else {
      current += sql[at];
      at += 1;
    }
  }
  return [...statements, current.trim()].filter((statement) => statement !== '');
};
