import { allTopics, DAY_MS, readSchema, type TopicDeclaration } from '@groundswell/schemas';
import { z } from 'zod';
import { type Column, plain, table } from './markdown.ts';

interface Field {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

const record = z.object({
  type: z.literal('record'),
  name: z.string(),
  doc: z.string().optional(),
  fields: z.array(z.object({ name: z.string(), type: z.unknown(), doc: z.string().optional() })),
});
type RecordSchema = z.infer<typeof record>;
const list = z.object({ type: z.literal('array'), items: z.unknown() });
const map = z.object({ type: z.literal('map'), values: z.unknown() });

/** Collects the records a schema is made of, in the order they are met, and names types in words. */
class RecordCollector {
  readonly records = new Map<string, RecordSchema>();

  typeText(schema: unknown): string {
    if (typeof schema === 'string') return schema.slice(schema.lastIndexOf('.') + 1);
    if (Array.isArray(schema)) return this.#unionText(schema);
    const found = record.safeParse(schema);
    if (found.success) return this.#collect(found.data);
    const items = list.safeParse(schema);
    if (items.success) return `list of ${this.typeText(items.data.items)}`;
    const values = map.safeParse(schema);
    if (values.success) return `map of ${this.typeText(values.data.values)}`;
    const wrapped = z.object({ type: z.unknown() }).parse(schema);
    return this.typeText(wrapped.type);
  }

  #unionText(branches: readonly unknown[]): string {
    const named = branches.filter((branch) => branch !== 'null').map((branch) => this.typeText(branch));
    return `${named.join(' or ')}${branches.includes('null') ? ', or null' : ''}`;
  }

  #collect(schema: RecordSchema): string {
    if (!this.records.has(schema.name)) {
      this.records.set(schema.name, schema);
      for (const field of schema.fields) this.typeText(field.type);
    }
    return schema.name;
  }
}

const fieldColumns: readonly Column<Field>[] = [
  { title: 'field', cell: ({ name }) => `\`${name}\`` },
  { title: 'type', cell: ({ type }) => type },
  { title: 'meaning', cell: ({ meaning }) => plain(meaning) },
];

const recordText = (collector: RecordCollector, { name, doc, fields }: RecordSchema): string => {
  const rows = fields.map((field) => ({
    name: field.name,
    type: collector.typeText(field.type),
    meaning: field.doc ?? '',
  }));
  const body = rows.length > 0 ? table(fieldColumns, rows) : 'No fields.';
  return [`### ${name}`, '', ...(doc ? [doc, ''] : []), body, ''].join('\n');
};

const MIB = 1024 * 1024;

const retentionText = ({ retentionMs, size }: TopicDeclaration): string => {
  const time = retentionMs === null ? 'for ever' : `${retentionMs / DAY_MS} days`;
  return size === undefined ? time : `${time}, at most ${(size.retentionBytes + size.segmentBytes) / MIB} MiB`;
};

const overviewColumns: readonly Column<TopicDeclaration>[] = [
  { title: 'topic', cell: ({ name }) => `[${name}](#${name.replaceAll('.', '')})` },
  { title: 'key', cell: ({ key }) => key },
  { title: 'partitions', cell: ({ partitions }) => String(partitions) },
  { title: 'cleanup', cell: ({ cleanup }) => cleanup },
  { title: 'kept', cell: retentionText },
  { title: 'owner', cell: ({ owner }) => owner },
  { title: 'what one reads there', cell: ({ doc }) => doc },
];

const topicText = (topic: TopicDeclaration, documented: Set<string>): string => {
  const collector = new RecordCollector();
  const root = collector.typeText(readSchema(topic.schema));
  const news = [...collector.records.values()].filter(({ name }) => !documented.has(name));
  for (const { name } of news) documented.add(name);
  return [
    `## ${topic.name}`,
    '',
    topic.doc,
    '',
    `- value: ${root} (subject \`${topic.name}-value\`, \`schemas/avro/${topic.schema}.avsc\`)`,
    `- key: ${topic.key}`,
    `- ${topic.partitions} ${topic.partitions === 1 ? 'partition' : 'partitions'}, cleanup ${topic.cleanup}, kept ${retentionText(topic)}, stamped ${topic.timestampType}`,
    `- owner ${topic.owner}; written by ${topic.writers.join(', ')}`,
    '',
    ...news.map((schema) => recordText(collector, schema)),
  ].join('\n');
};

/** docs/topics.md. A record that several topics carry is described where it first appears. */
export const writeTopics = (): string => {
  const documented = new Set<string>();
  return [
    '# Topics',
    '',
    '<!-- Generated from schemas/src/topics.ts and schemas/avro: pnpm documents -->',
    '',
    'Every value is Avro behind a 5-byte header (0x00 and the schema id). The registry holds each schema under BACKWARD_TRANSITIVE. Instants are epoch milliseconds, UTC.',
    '',
    table(overviewColumns, allTopics),
    '',
    ...allTopics.map((topic) => topicText(topic, documented)),
  ].join('\n');
};
