import { type PlannedField, planBranch, type Schema } from '@groundswell/schemas';

/** What is done at a field: one number each, since it is done for every field of every record. */
export const FIELD = {
  skipText: 0,
  skipLong: 1,
  skipByte: 2,
  skipTextOrNull: 3,
  skipLongOrNull: 4,
  skipMap: 5,
  touchId: 6,
  source: 7,
  time: 8,
  timePrecision: 9,
  received: 10,
  type: 11,
  personEmail: 12,
  personId: 13,
  anonymousId: 14,
  personTitle: 15,
  personName: 16,
  accountDomain: 17,
  accountId: 18,
  product: 19,
  channel: 20,
  content: 21,
  campaign: 22,
  sendId: 23,
  direction: 24,
  actor: 25,
  bot: 26,
  properties: 27,
  accountName: 28,
} as const;

/** How to go through the bytes of a raw touch. */
export interface RawPlan {
  /** position of RawTouch in the writer's union */
  readonly branch: number;
  /** per field, in the order they were written: one of FIELD */
  readonly steps: Uint8Array;
  /** per field: the branch of its union that is null */
  readonly nullBranches: Int8Array;
}

type WireType = PlannedField['type'];

/** The fields that are read, and how they must have been written. */
const wanted = new Map<string, { readonly type: WireType; readonly step: number }>([
  ['touchId', { type: 'text', step: FIELD.touchId }],
  ['source', { type: 'text', step: FIELD.source }],
  ['time', { type: 'long', step: FIELD.time }],
  ['timePrecision', { type: 'text', step: FIELD.timePrecision }],
  ['received', { type: 'long', step: FIELD.received }],
  ['type', { type: 'text', step: FIELD.type }],
  ['personEmail', { type: 'text or null', step: FIELD.personEmail }],
  ['personId', { type: 'text or null', step: FIELD.personId }],
  ['anonymousId', { type: 'text or null', step: FIELD.anonymousId }],
  ['personTitle', { type: 'text or null', step: FIELD.personTitle }],
  ['personName', { type: 'text or null', step: FIELD.personName }],
  ['accountDomain', { type: 'text or null', step: FIELD.accountDomain }],
  ['accountId', { type: 'text or null', step: FIELD.accountId }],
  ['accountName', { type: 'text or null', step: FIELD.accountName }],
  ['product', { type: 'text', step: FIELD.product }],
  ['channel', { type: 'text', step: FIELD.channel }],
  ['content', { type: 'text', step: FIELD.content }],
  ['campaign', { type: 'text', step: FIELD.campaign }],
  ['sendId', { type: 'text', step: FIELD.sendId }],
  ['direction', { type: 'text', step: FIELD.direction }],
  ['actor', { type: 'text', step: FIELD.actor }],
  ['bot', { type: 'boolean', step: FIELD.bot }],
]);

const skips: Readonly<Partial<Record<WireType, number>>> = {
  text: FIELD.skipText,
  long: FIELD.skipLong,
  boolean: FIELD.skipByte,
  'text or null': FIELD.skipTextOrNull,
  'long or null': FIELD.skipLongOrNull,
};

const isTextMap = (type: unknown): boolean =>
  typeof type === 'object' && type !== null && 'type' in type && type.type === 'map' && 'values' in type
    ? type.values === 'string'
    : false;

/** The names of all fields of the writer that are maps of texts; in their place the plan of simple types sees nothing. */
const withoutMaps = (writer: Schema): { schema: Schema; maps: ReadonlySet<string> } => {
  const maps = new Set<string>();
  const schema: Schema = JSON.parse(JSON.stringify(writer), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('type' in value) || !isTextMap(value.type)) return value;
    if ('name' in value && typeof value.name === 'string') maps.add(value.name);
    return { ...value, type: 'null' };
  });
  return { schema, maps };
};

/** undefined: the field was written in a form that is not foreseen. */
const stepOf = ({ name, type }: PlannedField, maps: ReadonlySet<string>): number | undefined => {
  if (maps.has(name) && type === 'null') return name === 'properties' ? FIELD.properties : FIELD.skipMap;
  const found = wanted.get(name);
  if (found) return found.type === type ? found.step : undefined;
  return skips[type];
};

/** Null when raw touches were written in a form that is not foreseen. */
export const planRawTouch = (writer: Schema): RawPlan | null => {
  const { schema, maps } = withoutMaps(writer);
  const plan = planBranch(schema, 'RawTouch');
  if (!plan) return null;
  const steps: number[] = [];
  for (const field of plan.fields) {
    const step = stepOf(field, maps);
    if (step === undefined) return null;
    steps.push(step);
  }
  const nullBranches = Int8Array.from(plan.fields, ({ nullBranch }) => nullBranch);
  return { branch: plan.branch, steps: Uint8Array.from(steps), nullBranches };
};
