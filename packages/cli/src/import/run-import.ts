import type { Readable } from 'node:stream';
import { CommandError } from '../command-error.ts';
import { formatCount, formatInstant } from '../format.ts';
import type { ClockMode, IntakeClient, RecordKind } from '../stack/intake-client.ts';
import type { Checkpoint, CheckpointStore } from './checkpoint.ts';
import type { InputFile } from './input.ts';
import { type GuessedKind, guessKind } from './kind.ts';
import { type MappingSource, recordsOf, SkippedRows } from './map-rows.ts';
import { createPreparer, isObject, type PreparedRecord, type Preparer } from './prepare-record.ts';
import type { Progress } from './progress.ts';
import { type OpenedRecords, openRecords } from './read-records.ts';
import { inReceivedOrder } from './received-order.ts';
import type { RejectionSummary } from './rejections.ts';
import { ReplayClock } from './replay-clock.ts';
import { type SendState, sendRecords } from './send-records.ts';
import type { TextEncoding } from './text-encoding.ts';

export interface ReplayRequest {
  /** epoch ms to which time passes at the end; null: to the last record */
  readonly until: number | null;
  /** whether the log runs live again afterwards */
  readonly thenLive: boolean;
}

export interface ImportRequest {
  readonly file: InputFile;
  /** undefined: it is guessed */
  readonly kind: RecordKind | undefined;
  readonly source: string | undefined;
  /** makes records of the rows, each of the kind that its rule says; undefined: the file is in the interchange format */
  readonly mapping?: MappingSource;
  /** undefined: it is told by the first bytes */
  readonly encoding?: TextEncoding | undefined;
  /** null: records arrive now */
  readonly replay: ReplayRequest | null;
  /** ignores what an interrupted run left */
  readonly restart: boolean;
}

export interface ImportSurroundings {
  readonly client: IntakeClient;
  readonly stdin: Readable;
  readonly signal: AbortSignal;
  /** epoch ms, wall clock */
  readonly now: () => number;
  readonly timeZoneOf: (source: string) => string;
  readonly checkpointFor: (kind: RecordKind | 'mapped') => CheckpointStore;
  readonly progressFor: (label: string) => Progress;
  /** epoch ms, how far time has come in the log; null: nobody can tell. Only to warn of a history that comes too late */
  readonly logClock?: () => Promise<number | null>;
}

export interface ImportReport {
  readonly status: 'finished' | 'interrupted';
  readonly file: string;
  /** mapped: of the kinds that the rules of the source say */
  readonly kind: RecordKind | 'mapped';
  readonly records: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejections: readonly RejectionSummary[];
  /** rows that a rule of the source leaves out */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** touches without an id that look like an earlier one of the file */
  readonly identical: number;
  /** records that an earlier, interrupted run had sent */
  readonly resumedAfter: number;
  /** whether records were put in `received` order */
  readonly reordered: boolean;
  /** epoch ms to which the clock was driven; null: it was not */
  readonly clock: number | null;
  /** in which mode an as-if-live import left the log; null: it did not touch it */
  readonly mode: ClockMode | null;
  readonly durationMs: number;
}

const tickInFuture = (until: number, now: number): CommandError =>
  new CommandError({
    what: `--until ${new Date(until).toISOString()} lies after now, ${new Date(now).toISOString()}`,
    where: '--until',
    remedy: 'no clock runs ahead of the wall clock: give an instant that has passed',
  });

const onlyTouches = (kind: RecordKind): CommandError =>
  new CommandError({
    what: `--as-if-live is for touches, and this file holds ${kind}`,
    where: '--as-if-live',
    remedy: 'import directory files without it; give --kind touches if the kind was guessed wrongly',
  });

/** Records between two looks at the reading display. */
const SHOW_EVERY = 1_000;

/** One import: reads the input once, or twice when it has to, and sends it. */
class Import {
  readonly #request: ImportRequest;
  readonly #around: ImportSurroundings;
  readonly #kind: RecordKind;
  #skipped = new SkippedRows();
  readonly #progress: Progress;
  #opened: OpenedRecords;
  #preparer: Preparer | null = null;
  #passes = 0;

  constructor(
    request: ImportRequest,
    around: ImportSurroundings,
    start: { opened: OpenedRecords; guess: GuessedKind },
  ) {
    this.#request = request;
    this.#around = around;
    this.#opened = start.opened;
    this.#kind = start.guess.kind;
    this.#progress = around.progressFor(`import ${request.file.name}`);
    if (request.mapping === undefined && request.kind === undefined && start.guess.because !== null) {
      this.#progress.say(`taken as ${start.guess.kind}, since ${start.guess.because}; --kind says otherwise`);
    }
  }

  async run(): Promise<ImportReport> {
    const { replay, restart, file } = this.#request;
    const { client, now } = this.#around;
    const started = now();
    const kind = this.#request.mapping === undefined ? this.#kind : 'mapped';
    const checkpoint = this.#around.checkpointFor(kind);
    const resume = restart ? null : await checkpoint.load();
    if (resume !== null) this.#sayResuming(resume);
    try {
      const ordered = replay === null ? null : await this.#ordered(replay);
      // A run that goes on finds the clock where the earlier one had driven it.
      if (ordered !== null && resume === null) await this.#warnOfLateness(ordered.earliest);
      if (replay !== null) await client.setMode('replay', `import of ${file.name}`);
      const outcome = await sendRecords({
        records: ordered?.records ?? this.#read(),
        client,
        options: {
          source: this.#request.source,
          origin: ordered?.reordered ? `${file.name} (in received order)` : file.name,
          replay: replay !== null,
        },
        checkpoint,
        resume,
        replay: replay === null ? null : { clock: new ReplayClock(), until: replay.until },
        signal: this.#around.signal,
        onProgress: (state) => this.#show(state, ordered?.count ?? null),
      });
      const thenLive = outcome.status === 'finished' && replay !== null && replay.thenLive;
      if (thenLive) await client.setMode('live', `import of ${file.name} ended`);
      const { tick, line: _line, ...counts } = outcome.state;
      return {
        status: outcome.status,
        file: file.name,
        kind,
        ...counts,
        skipped: this.#skipped.list(),
        identical: this.#preparer?.identical ?? 0,
        resumedAfter: resume?.records ?? 0,
        reordered: ordered?.reordered ?? false,
        clock: tick,
        mode: replay === null ? null : thenLive ? 'live' : 'replay',
        durationMs: now() - started,
      };
    } finally {
      this.#progress.finish();
    }
  }

  async #ordered(replay: ReplayRequest) {
    const reading = this.#around.progressFor(`read ${this.#request.file.name}`);
    const ordered = await inReceivedOrder({
      read: () => this.#read(reading),
      rereadable: this.#request.file.path !== null,
      name: this.#request.file.name,
      until: replay.until,
    }).finally(() => reading.finish());
    if (ordered.reordered) {
      this.#progress.say(`${formatCount(ordered.count)} records were put in \`received\` order before sending`);
    }
    return ordered;
  }

  /** Time does not go back: what was received before the log's clock is not replayed, it arrives late. */
  async #warnOfLateness(earliest: number | null): Promise<void> {
    const clock = (await this.#around.logClock?.()) ?? null;
    if (clock === null || earliest === null || earliest >= clock) return;
    this.#progress.say(
      `warning: the clock of the log stands at ${formatInstant(clock)} already; records received before it, from ${formatInstant(earliest)} on, arrive late`,
    );
  }

  /** The records of the input, prepared, from its beginning. Shows how far reading has come when given a display. */
  async *#read(progress?: Progress): AsyncGenerator<PreparedRecord> {
    const { file, source, mapping, encoding } = this.#request;
    if (this.#passes > 0) this.#opened = await openRecords(file, this.#around.stdin, encoding);
    this.#passes += 1;
    const preparer = createPreparer(
      {
        source,
        asIfLive: this.#request.replay !== null,
        now: this.#around.now(),
        timeZoneOf: this.#around.timeZoneOf,
      },
      // What was mapped is sent as it was mapped, whatever it came from.
      mapping === undefined ? this.#opened.format : 'csv',
    );
    this.#preparer = preparer;
    this.#skipped = new SkippedRows();
    let rows = 0;
    for await (const item of this.#opened.items) {
      this.#around.signal.throwIfAborted();
      if (mapping === undefined) yield preparer.prepare(item, this.#kind);
      else for (const one of recordsOf(item, mapping, this.#skipped)) yield preparer.prepare(one.item, one.kind);
      rows += 1;
      if (rows % SHOW_EVERY === 0) progress?.update({ records: rows, rejected: 0, fraction: this.#bytesFraction() });
    }
  }

  /** Share of the file's bytes that were read; null: nobody knows how many there are. */
  #bytesFraction(): number | null {
    const { size } = this.#request.file;
    return size === null || size === 0 ? null : Math.min(1, this.#opened.bytesRead() / size);
  }

  #show(state: SendState, total: number | null): void {
    const fraction = total === null ? this.#bytesFraction() : state.records / Math.max(1, total);
    this.#progress.update({ records: state.records, rejected: state.rejected, fraction });
  }

  #sayResuming(resume: Checkpoint): void {
    this.#progress.say(
      `going on after record ${formatCount(resume.records)} (line ${formatCount(resume.line)}), where an earlier run stopped; --restart begins anew`,
    );
  }
}

/**
 * Imports one file. Everything that can be refused is refused before the first record is sent (CommandError); what single
 * records are rejected for is part of the report.
 */
export const runImport = async (request: ImportRequest, around: ImportSurroundings): Promise<ImportReport> => {
  const until = request.replay?.until ?? null;
  if (until !== null && until > around.now()) throw tickInFuture(until, around.now());
  const opened = await openRecords(request.file, around.stdin, request.encoding);
  const guess =
    request.mapping === undefined && request.kind === undefined
      ? guessKind(request.file.name, isObject(opened.first) ? opened.first : undefined)
      : { kind: request.kind ?? 'touches', because: null };
  if (request.replay !== null && guess.kind !== 'touches') throw onlyTouches(guess.kind);
  return new Import(request, around, { opened, guess }).run();
};
