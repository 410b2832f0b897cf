import type { OutgoingMessage } from '@groundswell/kafka';
import {
  createCodec,
  type DeadLetter,
  type DeadLetterReplay,
  type RawRecord,
  type RawTouch,
  readSchema,
  type TopicDeclaration,
  topics,
} from '@groundswell/schemas';
import { createLogger, createMetrics, type Metrics } from '@groundswell/service';
import { emptySourceCatalog, type SourceCatalog } from '@groundswell/sources';
import type { FastifyInstance } from 'fastify';
import { AcknowledgedWriter } from '../acknowledged-writer.ts';
import { ActiveRequests } from '../active-requests.ts';
import { AdobeKeys } from '../gate/adobe-signature.ts';
import { Gate } from '../gate/gate.ts';
import { InFlightBytes } from '../in-flight-bytes.ts';
import { createIntakeMetrics, type Intake } from '../intake.ts';
import type { LetterLog } from '../replay/letter-log.ts';
import { createIntakeServer } from '../server.ts';

export const NOW = Date.UTC(2026, 2, 1, 12);

export interface TestIntakeOptions {
  readonly maxBodyBytes?: number;
  readonly maxInFlightBytes?: number;
  readonly timeoutMs?: number;
  readonly sources?: SourceCatalog;
  /** by source id */
  readonly secrets?: Readonly<Record<string, readonly string[]>>;
  /** SHA-256, hexadecimal */
  readonly operatorKey?: string;
  /** PEM of Adobe's key; none: it cannot be had */
  readonly adobeKey?: (path: string) => Promise<string>;
  /** true unless said otherwise */
  readonly open?: boolean;
  readonly now?: () => number;
  /** letters that later stages wrote, before all that intake writes */
  readonly letters?: readonly DeadLetter[];
  /** what the bytes of touches.raw in a letter are */
  readonly readRaw?: LetterLog['readRaw'];
  /** the broker: resolves to acknowledge */
  readonly broker?: (messages: readonly OutgoingMessage[]) => Promise<void>;
}

export interface TestIntake {
  readonly server: FastifyInstance;
  readonly inFlight: InFlightBytes;
  readonly metrics: Metrics;
  /** what the broker acknowledged, in order; one array a send */
  readonly sends: OutgoingMessage[][];
  /** what came back out of the contract of touches.raw */
  records(): RawRecord['record'][];
  touches(): RawTouch[];
  deadLetters(): DeadLetter[];
  rows(topic: string): unknown[];
}

/** What a reader of the topic would get, or an error when the value does not fit the contract. */
const throughContract = ({ topic, value }: OutgoingMessage): unknown => {
  const codec = createCodec<unknown>(readSchema(topic.schema));
  return codec.decode(codec.encode(value));
};

const LETTER_BOUNDS = { retentionMs: topics.deadLetters.retentionMs, retentionBytes: 1024 * 1024 };

/** The dead letters and replays that a broker in memory acknowledged, as a broker would give them to read. */
const memoryLetterLog = (sends: readonly OutgoingMessage[][], options: TestIntakeOptions): LetterLog => {
  const of = (topic: TopicDeclaration): OutgoingMessage[] =>
    sends.flat().filter((message) => message.topic.name === topic.name);
  return {
    letters: async (onLetter) => {
      const written = of(topics.deadLetters).map((message) => throughContract(message) as DeadLetter);
      for (const [offset, letter] of [...(options.letters ?? []), ...written].entries()) {
        onLetter({ letter, offset, appendedAt: NOW, size: 100 });
      }
    },
    replays: async (onReplay) => {
      for (const message of of(topics.deadLetterReplays)) onReplay(throughContract(message) as DeadLetterReplay);
    },
    bounds: async () => LETTER_BOUNDS,
    readRaw: options.readRaw ?? (async () => null),
  };
};

/** The HTTP server of intake with a broker in memory. */
export const createTestIntake = (options: TestIntakeOptions = {}): TestIntake => {
  const sends: OutgoingMessage[][] = [];
  const writer = new AcknowledgedWriter({
    send: async (messages) => {
      await options.broker?.(messages);
      sends.push([...messages]);
    },
    lingerMs: 0,
    timeoutMs: options.timeoutMs ?? 60_000,
  });
  const metrics = createMetrics('touch-intake');
  const inFlight = new InFlightBytes(options.maxInFlightBytes ?? 64 * 1024 * 1024);
  const now = options.now ?? (() => NOW);
  const sources = options.sources ?? emptySourceCatalog;
  const gate = new Gate({
    sources: () => sources,
    secretsOf: (id) => options.secrets?.[id] ?? [],
    adobeKeys: new AdobeKeys({ fetchKey: options.adobeKey ?? (() => Promise.reject(new Error('offline'))), now }),
    operatorKey: options.operatorKey ?? null,
    open: options.open ?? true,
    now,
  });
  const intake: Intake = {
    writer,
    inFlight,
    active: new ActiveRequests(),
    sources,
    gate,
    metrics: createIntakeMetrics(metrics),
    maxBodyBytes: options.maxBodyBytes ?? 8 * 1024 * 1024,
    now,
  };
  const server = createIntakeServer(
    intake,
    memoryLetterLog(sends, options),
    createLogger({ serviceName: 'touch-intake', logLevel: 'silent' }),
  );
  const rows = (topic: string): unknown[] =>
    sends
      .flat()
      .filter((message) => message.topic.name === topic)
      .map(throughContract);
  const records = (): RawRecord['record'][] => rows(topics.touchesRaw.name).map((row) => (row as RawRecord).record);
  return {
    server,
    inFlight,
    metrics,
    sends,
    rows,
    records,
    touches: () => records().flatMap((record) => (record.kind === 'RawTouch' ? [record.body] : [])),
    deadLetters: () => rows(topics.deadLetters.name).map((row) => row as DeadLetter),
  };
};

/** A touch as a sender writes it. */
export const touchOf = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id: 'evt-1',
  time: '2026-03-01T09:30:00Z',
  type: 'page_view',
  source: 'web',
  person: { email: 'ada@acme.com' },
  ...fields,
});

export const ndjson = (records: readonly unknown[]): string =>
  records.map((record) => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`).join('');
