import {
  createCodec,
  readSchema,
  type Schema,
  type TouchAsserted,
  type TouchAssignment,
  topics,
} from '@groundswell/schemas';
import { TouchIdSet } from './touch-id-set.ts';

const isRecordSchema = (schema: unknown, name: string): schema is Schema & object =>
  typeof schema === 'object' && schema !== null && 'name' in schema && schema.name === name && 'fields' in schema;

/** The record type `name` anywhere inside a schema. */
const recordNamed = (schema: unknown, name: string): Schema | null => {
  if (isRecordSchema(schema, name)) return schema;
  if (typeof schema !== 'object' || schema === null) return null;
  for (const part of Object.values(schema)) {
    const found = recordNamed(part, name);
    if (found) return found;
  }
  return null;
};

/** The branch of the changelog's union that is a decision; it refers to no other record type, so it stands alone. */
const assertedCodec = () => {
  const schema = recordNamed(readSchema(topics.touches.schema), 'TouchAsserted');
  if (!schema) throw new Error(`schema ${topics.touches.schema} has no record TouchAsserted`);
  return createCodec<TouchAsserted>(schema);
};

const codec = assertedCodec();

/** What is known of a raw record by the id of its touch. */
export type Recollection =
  | { readonly kind: 'new' }
  /** the touch was decided from another raw record */
  | { readonly kind: 'duplicate' }
  /** decided from this very record, before a crash: what was decided then */
  | { readonly kind: 'decided'; readonly decision: TouchAsserted };

const NEW = { kind: 'new' } as const;
const DUPLICATE = { kind: 'duplicate' } as const;

/**
 * What was decided in one raw partition. Of touches decided below the committed offset only the id is kept, since their
 * records are not read again; of the others the decision, so that it is repeated and never made anew.
 */
export class AssignmentMemory {
  readonly #committed: number;
  readonly #ids = new TouchIdSet();
  readonly #undelivered = new Map<string, TouchAsserted>();
  /** touches among the ids that turned out to be unresolvable: as if nothing had been read of them */
  readonly #refused = new Set<string>();

  /** `committed`: the raw offset that reading goes on from. */
  constructor(committed: number) {
    this.#committed = committed;
  }

  get size(): number {
    return this.#ids.size - this.#refused.size;
  }

  /** A record of the assignments topic, as it is read back. Throws when it cannot be decoded. */
  restore(touchId: string, { encoded }: TouchAssignment): void {
    const decision = codec.decode(encoded);
    this.#ids.add(touchId);
    this.#refused.delete(touchId);
    if (decision.rawOffset >= this.#committed) this.#undelivered.set(touchId, decision);
  }

  recall(touchId: string, rawOffset: number): Recollection {
    if (!this.#ids.has(touchId) || this.#refused.has(touchId)) return NEW;
    const decision = this.#undelivered.get(touchId);
    return decision?.rawOffset === rawOffset ? { kind: 'decided', decision } : DUPLICATE;
  }

  /** Notes that a touch will be decided; false when it is known already. */
  expect(touchId: string): boolean {
    return this.#ids.add(touchId) || (this.#refused.size > 0 && this.#refused.delete(touchId));
  }

  /** It was decided: whatever else is read of it is a duplicate. */
  decided(touchId: string): void {
    // Two records of it may have been expected, and the first one refused.
    if (this.#refused.size > 0) this.#refused.delete(touchId);
  }

  /** What was expected was not decided after all: another record of it is as good as the first. */
  refuse(touchId: string): void {
    this.#refused.add(touchId);
  }

  /** The record that it was decided from has been read again and is done with. */
  delivered(touchId: string): void {
    this.#undelivered.delete(touchId);
  }
}
