import { readSchema } from './avro-files.ts';
import { AvroWriter } from './avro-writer.ts';
import { createCodec } from './codec.ts';
import { encodedRecords, HEADROOM } from './encoded-record.ts';
import { type ScoreParts, writeContributions, writeWindows } from './score-parts.ts';
import type { ActivePerson, IntensityTransition } from './types.gen.ts';

type AsTheyAre = Omit<
  IntensityTransition,
  'engagedSince' | 'highIntensitySince' | 'contributions' | 'windows' | 'touchIds'
>;

/** What a row of `intensity.transitions` says, in the numbers it is made of. Instants are epoch ms, NaN where there is none. */
export interface TransitionRow extends AsTheyAre, ScoreParts {
  readonly engagedSince: number;
  readonly highIntensitySince: number;
  /** four words each, most significant first */
  readonly touchIds: Uint32Array;
  /** how many of them */
  readonly touches: number;
}

const ID_WORDS = 4;
const transitionOf = encodedRecords(createCodec<IntensityTransition>(readSchema('intensity-transition')));
const writer = new AvroWriter();

const writeCause = (row: TransitionRow): void => {
  const { cause, causeTouchId, causeSource, causeTime, causeReceived, causeEvidence } = row;
  writer.string(cause);
  writer.stringOrNull(causeTouchId);
  writer.stringOrNull(causeSource);
  writer.longOrNull(causeTime ?? Number.NaN);
  writer.longOrNull(causeReceived ?? Number.NaN);
  writer.stringOrNull(causeEvidence);
  writer.stringOrNull(row.duringMove);
};

const writeTouchIds = ({ touchIds, touches }: TransitionRow): void => {
  if (touches > 0) writer.int(touches);
  for (let touch = 0; touch < touches; touch += 1) writer.uuid(touchIds, touch * ID_WORDS);
  writer.int(0);
};

const writePerson = ({ personId, personKind, role, touches, lastTime, lastType }: ActivePerson): void => {
  writer.string(personId);
  writer.string(personKind);
  writer.string(role);
  writer.int(touches);
  writer.long(lastTime);
  writer.string(lastType);
};

const writePeople = (people: readonly ActivePerson[]): void => {
  if (people.length > 0) writer.int(people.length);
  for (const person of people) writePerson(person);
  writer.int(0);
};

const writeProducts = (products: readonly string[]): void => {
  if (products.length > 0) writer.int(products.length);
  for (const product of products) writer.string(product);
  writer.int(0);
};

/**
 * A row of `intensity.transitions`, written straight into its Avro form: the reasons of one are up to 50 touches and 20
 * people. A test holds the bytes to those of the schema's own encoder.
 */
export const writeTransition = (row: TransitionRow): IntensityTransition => {
  writer.string(row.transitionId);
  writer.string(row.accountId);
  writer.int(row.sequence);
  writer.string(row.level);
  writer.string(row.kind);
  writer.long(row.at);
  writer.long(row.knownAt);
  writeCause(row);
  writer.longOrNull(row.engagedSince);
  writer.longOrNull(row.highIntensitySince);
  writer.int(row.score);
  writeContributions(writer, row);
  writeWindows(writer, row);
  writeTouchIds(row);
  writePeople(row.people);
  writeProducts(row.products);
  writer.boolean(row.held);
  writer.string(row.policyVersion);
  writer.longOrNull(row.routing.coolDownMs ?? Number.NaN);
  writer.int(row.routing.maxPeople);
  writer.string(row.engineVersion);
  writer.int(row.generation);
  writer.long(row.clock);
  writer.int(row.partition);
  writer.long(row.offset);
  return transitionOf(writer.take(HEADROOM));
};
