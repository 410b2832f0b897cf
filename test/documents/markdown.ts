/** A column of a generated table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

/** A Markdown table; cells are one line and carry their own escapes for code. */
export const table = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
  return [
    line(columns.map(({ title }) => title)),
    `|${'---|'.repeat(columns.length)}`,
    ...rows.map((row) => line(columns.map(({ cell }) => oneLine(cell(row))))),
  ].join('\n');
};

/** Text for a table cell: a bar would end the cell. */
export const plain = (text: string): string => text.replaceAll('|', '\\|');
