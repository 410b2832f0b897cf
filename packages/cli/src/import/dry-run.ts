import type { Readable } from 'node:stream';
import { OrdinalCounter, rejectionCatalogue, type TouchContext } from '@groundswell/interchange';
import { judgeRecord, type MappedKind } from '@groundswell/sources';
import type { RecordKind } from '../stack/intake-client.ts';
import type { InputFile } from './input.ts';
import { guessKind } from './kind.ts';
import { completed, kindOfMapped, type MappingSource, mapRow, SkippedRows } from './map-rows.ts';
import { isObject } from './prepare-record.ts';
import { type ProblemGroup, Problems } from './problems.ts';
import { type OpenedRecords, openRecords } from './read-records.ts';
import type { TextEncoding } from './text-encoding.ts';

export interface DryRunRequest {
  readonly file: InputFile;
  /** what rows are when no source maps them; undefined: it is guessed */
  readonly kind: RecordKind | undefined;
  readonly source: string | undefined;
  readonly mapping: MappingSource | undefined;
  readonly encoding: TextEncoding | undefined;
  /** rows to show */
  readonly sample: number;
  readonly asIfLive: boolean;
}

export interface SampleRecord {
  readonly line: number;
  readonly kind: MappedKind;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A column of the file, the fields it goes into, and the first thing that stands in it. */
export interface ColumnUse {
  readonly column: string;
  readonly into: readonly string[];
  readonly example: string;
}

export interface DryRunReport {
  readonly file: string;
  readonly text: OpenedRecords['text'];
  readonly rows: number;
  /** records that intake would take, by kind */
  readonly taken: Readonly<Record<string, number>>;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** rows, or records of them, that would be rejected */
  readonly problems: readonly ProblemGroup[];
  /** oddities of records that would be taken */
  readonly warnings: readonly ProblemGroup[];
  readonly columns: readonly ColumnUse[];
  /** columns that rules read and the file does not have */
  readonly missing: readonly {
    readonly column: string;
    readonly into: readonly string[];
    readonly like: string | null;
  }[];
  readonly sample: readonly SampleRecord[];
}

const mappedKindOf: Readonly<Record<RecordKind, MappedKind>> = {
  touches: 'touch',
  accounts: 'account',
  people: 'person',
  opportunities: 'opportunity',
  opportunity_contacts: 'opportunity_contact',
  opportunity_stages: 'opportunity_stage',
  orders: 'order',
  campaigns: 'campaign',
  content: 'content',
  exclusions: 'exclusion',
  identities: 'identity',
  erasures: 'erasure',
};

const ADVICE: Readonly<Record<string, string>> = {
  not_mapped: 'add a rule for such rows to the source file, or one with `skip` that says why they are left out',
  mapping_failed: 'correct the cells, or the source file: `date` takes a list of formats, tried in order',
  missing_field: 'map the field to a column that is filled, or leave such rows out with a rule that has `skip`',
  no_person:
    'map person.email or person.id to a column that is filled, or leave such rows out with a rule that has `skip`',
  time_unparseable: 'say its format in the source file: `time: { from: $.Column, date: DD.MM.YYYY }`',
  not_utf8: 'say what it is with --encoding (windows-1252, utf-16le ...), or export the file as UTF-8',
};

const adviceFor = (reason: string): string =>
  ADVICE[reason] ?? Object.entries(rejectionCatalogue).find(([code]) => code === reason)?.[1].action ?? '';

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** A column that is called nearly so: the same but for capitals and signs, or one of the two begins like the other. */
const likeOf = (name: string, columns: readonly string[]): string | null => {
  const wanted = plain(name);
  const near = (column: string): boolean => plain(column).startsWith(wanted) || wanted.startsWith(plain(column));
  return columns.find((column) => plain(column) === wanted) ?? columns.find(near) ?? null;
};

/** Reads and maps a whole file as an import would, and judges its records as intake would. Nothing is sent. */
class DryRun {
  readonly #request: DryRunRequest;
  readonly #context: TouchContext;
  readonly #problems = new Problems(adviceFor);
  readonly #warnings = new Problems(() => '');
  readonly #skipped = new SkippedRows();
  readonly #taken = new Map<string, number>();
  readonly #sample: SampleRecord[] = [];
  readonly #sampled = new Set<number>();
  readonly #examples = new Map<string, string>();
  readonly #rules = new Set<string>();
  #kind: RecordKind = 'touches';

  constructor(request: DryRunRequest, surroundings: { now: number; timeZoneOf: (source: string) => string }) {
    this.#request = request;
    this.#context = {
      ...(request.source === undefined ? {} : { defaultSource: request.source }),
      receivedAt: surroundings.now,
      mode: request.asIfLive ? 'replay' : 'live',
      timeZoneOf: surroundings.timeZoneOf,
      origin: '',
      ordinals: new OrdinalCounter(),
    };
  }

  async run(stdin: Readable): Promise<DryRunReport> {
    const { file, encoding } = this.#request;
    const opened = await openRecords(file, stdin, encoding);
    this.#kind = this.#request.kind ?? guessKind(file.name, isObject(opened.first) ? opened.first : undefined).kind;
    let rows = 0;
    for await (const item of opened.items) {
      rows += 1;
      if ('rejection' in item) this.#problems.add(item.rejection.reason, item.line, item.rejection.message);
      else this.#row(item.value, item.line);
    }
    return {
      file: file.name,
      text: opened.text,
      rows,
      taken: Object.fromEntries(this.#taken),
      skipped: this.#skipped.list(),
      problems: this.#problems.list(),
      warnings: this.#warnings.list(),
      ...this.#columns(opened.columns() ?? []),
      sample: this.#sample,
    };
  }

  #row(value: unknown, line: number): void {
    const { mapping } = this.#request;
    if (isObject(value)) this.#note(value);
    if (mapping === undefined) {
      this.#record({ line, kind: mappedKindOf[this.#kind], fields: isObject(value) ? value : {} }, value);
      return;
    }
    const mapped = mapRow(mapping, value);
    if ('skipped' in mapped) {
      this.#skipped.add(mapped.skipped);
      return;
    }
    if ('refused' in mapped) {
      const [rule] = mapped.refused.message.split(': ', 1);
      if (mapped.refused.reason === 'mapping_failed' && rule !== undefined) this.#rules.add(rule);
      this.#problems.add(mapped.refused.reason, line, mapped.refused.message);
      return;
    }
    this.#rules.add(mapped.rule);
    for (const record of mapped.records) {
      const fields = completed(mapping, record);
      this.#record({ line, kind: record.kind, fields }, fields);
    }
  }

  #record(record: SampleRecord, value: unknown): void {
    const judged = judgeRecord(record.kind, value, this.#context);
    if (!judged.ok) {
      this.#problems.add(judged.reason, record.line, judged.message);
      return;
    }
    for (const { code, message } of judged.warnings) this.#warnings.add(code, record.line, message);
    const kind = kindOfMapped[record.kind];
    this.#taken.set(kind, (this.#taken.get(kind) ?? 0) + 1);
    if (this.#sampled.size < this.#request.sample || this.#sampled.has(record.line)) {
      this.#sampled.add(record.line);
      this.#sample.push(record);
    }
  }

  #note(row: object): void {
    for (const [column, cell] of Object.entries(row)) {
      if (!this.#examples.has(column))
        this.#examples.set(column, typeof cell === 'string' ? cell : JSON.stringify(cell));
    }
  }

  /** What the rules that were used do with the columns of the file. */
  #columns(columns: readonly string[]): Pick<DryRunReport, 'columns' | 'missing'> {
    const { mapping } = this.#request;
    if (mapping === undefined) {
      return {
        columns: columns.map((column) => ({ column, into: [column], example: this.#examples.get(column) ?? '' })),
        missing: [],
      };
    }
    const into = new Map<string, Set<string>>();
    const note = (name: string, target: string): void => {
      into.set(name, (into.get(name) ?? new Set()).add(target));
    };
    // When no rule was meant for any row, each of them may be the one that should have been.
    for (const rule of mapping.reads.filter(({ name }) => this.#rules.size === 0 || this.#rules.has(name))) {
      for (const name of rule.when) note(name, `choice of rule ${rule.name}`);
      for (const { kind, field, reads } of rule.fields) for (const name of reads) note(name, `${kind} ${field}`);
    }
    const everything = [...(into.get('*') ?? [])];
    const missing = [...into].filter(([name]) => name !== '*' && !columns.includes(name));
    return {
      columns: columns.map((column) => ({
        column,
        into: [...(into.get(column) ?? []), ...everything],
        example: this.#examples.get(column) ?? '',
      })),
      missing: missing.map(([column, targets]) => ({ column, into: [...targets], like: likeOf(column, columns) })),
    };
  }
}

export const dryRun = (
  request: DryRunRequest,
  surroundings: { now: number; timeZoneOf: (source: string) => string; stdin: Readable },
): Promise<DryRunReport> => new DryRun(request, surroundings).run(surroundings.stdin);
