/** What is asked of a codec here. */
interface RecordCodec<Value> {
  readonly fields: readonly string[];
  decode(body: Buffer): Value;
}

/** Bytes that are left free before a body: room for the header that travels with every value. */
export const HEADROOM = 5;

/** A value that carries its Avro body, already encoded: what makes very many rows writes them as they come. */
const AVRO_BODY: unique symbol = Symbol('Avro body');

/** The body of a value that carries it, behind its HEADROOM; undefined of any other. */
export const encodedBody = (value: object): Buffer | undefined =>
  AVRO_BODY in value && Buffer.isBuffer(value[AVRO_BODY]) ? value[AVRO_BODY] : undefined;

/**
 * Makes records of a codec's type out of their bytes: encoding one costs nothing, and it is decoded when somebody looks
 * into it. A body comes behind HEADROOM free bytes. Fields are getters of a prototype, so that making one costs little more than its bytes.
 */
export const encodedRecords = <Value extends object>(codec: RecordCodec<Value>): ((body: Buffer) => Value) => {
  class EncodedRecord {
    readonly [AVRO_BODY]: Buffer;
    #decoded: Value | undefined;

    constructor(body: Buffer) {
      this[AVRO_BODY] = body;
    }

    field(name: string): unknown {
      this.#decoded ??= codec.decode(this[AVRO_BODY].subarray(HEADROOM));
      return Reflect.get(this.#decoded, name);
    }
  }
  for (const name of codec.fields) {
    Object.defineProperty(EncodedRecord.prototype, name, {
      get(this: EncodedRecord) {
        return this.field(name);
      },
    });
  }
  return (body) => new EncodedRecord(body) as object as Value;
};
