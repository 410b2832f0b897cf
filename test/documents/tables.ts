import { type ClickHouse, migrate, migrationsDirectory } from '@groundswell/clickhouse';
import { type Column, plain, table } from './markdown.ts';

/** A table or view as ClickHouse describes it. */
interface Relation {
  readonly name: string;
  readonly engine: string;
  readonly sorting_key: string;
  readonly comment: string;
  readonly columns: readonly RelationColumn[];
}

interface RelationColumn {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** Applies the migrations to `database` and reads back what they made of it, in order of name. */
export const readRelations = async (client: ClickHouse, database: string): Promise<Relation[]> => {
  await migrate({ client, directory: migrationsDirectory, database });
  const of = { database };
  const columns = await client.query<RelationColumn>(
    'SELECT table, name, type, comment FROM system.columns WHERE database = {database:String} ORDER BY table, position',
    of,
  );
  const relations = await client.query<Omit<Relation, 'columns'>>(
    'SELECT name, engine, sorting_key, comment FROM system.tables WHERE database = {database:String} ORDER BY name',
    of,
  );
  return relations.map((relation) => ({
    ...relation,
    columns: columns.filter((column) => column.table === relation.name),
  }));
};

const fieldColumns: readonly Column<RelationColumn>[] = [
  { title: 'column', cell: ({ name }) => `\`${name}\`` },
  { title: 'type', cell: ({ type }) => `\`${type}\`` },
  { title: 'meaning', cell: ({ comment }) => plain(comment) },
];

const physicalColumns: readonly Column<Relation>[] = [
  { title: 'table', cell: ({ name }) => `\`${name}\`` },
  { title: 'engine', cell: ({ engine }) => engine },
  { title: 'sorted by', cell: ({ sorting_key }) => `\`${sorting_key}\`` },
  { title: 'what it holds', cell: ({ comment }) => plain(comment) },
];

/** ClickHouse does not list the columns of a view that takes parameters: its comment says them. */
const relationText = ({ name, comment, columns }: Relation): string => {
  const fields = columns.length === 0 ? [] : [table(fieldColumns, columns), ''];
  return [`## ${name}`, '', plain(comment), '', ...fields].join('\n');
};

/** docs/tables.md: the views people query, then the tables they read from. */
export const writeTables = (relations: readonly Relation[]): string => {
  const views = relations.filter(({ engine }) => engine === 'View');
  const physical = relations.filter(({ engine }) => engine !== 'View');
  return [
    '# Tables',
    '',
    '<!-- Generated from the migrated database: pnpm documents -->',
    '',
    'Query the views. The tables under them may hold a row twice after a re-delivery; the views show it once. Instants are UTC with milliseconds.',
    '',
    ...views.map(relationText),
    '## Physical tables',
    '',
    table(physicalColumns, physical),
    '',
  ].join('\n');
};
