import { setImmediate } from 'node:timers/promises';
import type { ReadItem, Rejected, Rejection, Warning } from '@groundswell/interchange';
import type { OutgoingMessage } from '@groundswell/kafka';
import { deadLetterMessage } from './dead-letters.ts';
import type { RecordItems } from './record-body.ts';
import type { RecordContext, TakenRecord, TakeRecord } from './record-kinds.ts';

/** What the sender is told about one record. */
export interface RecordResult {
  /** position among the records of the request, from 0; blank lines are no records */
  readonly index: number;
  readonly status: 'accepted' | 'rejected';
  readonly touchId?: string;
  readonly id?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
}

/** The records of one request, taken or rejected, and the messages that say so to the log. */
export interface TakenBatch {
  readonly accepted: number;
  readonly rejected: number;
  readonly warnings: number;
  readonly results: RecordResult[];
  readonly messages: OutgoingMessage[];
  /** code → how often */
  readonly rejectedBy: ReadonlyMap<string, number>;
}

/** Where the records of a request come from. */
export interface Origin {
  /** of the endpoint */
  readonly path: string;
  /** file name, as the import says it */
  readonly file: string | undefined;
  /** line of the file that the first line of the body is; undefined: not in the order of the file */
  readonly firstLine: number | undefined;
}

export interface TakeOptions {
  readonly kind: string;
  readonly take: TakeRecord;
  readonly context: Omit<RecordContext, 'origin' | 'headers'>;
  /** whether the sender may send for a source */
  readonly allows: (sourceId: string) => boolean;
  readonly origin: Origin;
  readonly requestId: string;
}

/** Records after which other requests get their turn. */
const TURN = 1_000;

const originText = ({ path, file, firstLine }: Origin, item: { index: number; line: number }): string => {
  if (file === undefined) return `POST ${path}[${item.index}]`;
  return firstLine === undefined ? `${file}[${item.index}]` : `${file}:${firstLine + item.line - 1}`;
};

const sourceOf = (item: ReadItem): string => {
  const value = 'value' in item ? item.value : null;
  const source = typeof value === 'object' && value !== null && 'source' in value ? value.source : undefined;
  return typeof source === 'string' ? source.trim().toWellFormed() : '';
};

const deadLetterOf = (item: ReadItem, rejection: Rejection, options: TakeOptions & { at: string }): OutgoingMessage => {
  const { origin, context, requestId, at } = options;
  const isFileLine = origin.file !== undefined && origin.firstLine !== undefined;
  return deadLetterMessage({
    reason: rejection.reason,
    message: rejection.message,
    recordKind: options.kind,
    source: sourceOf(item) || (context.defaultSource ?? ''),
    origin: at,
    bytes: item.bytes,
    receivedAt: context.receivedAt,
    requestId,
    // An import that is repeated rejects the same lines: the same dead letters, not more of them.
    occasion: isFileLine ? origin.path : `${origin.path} ${requestId}`,
  });
};

const acceptance = (index: number, { id, touchId }: TakenRecord, warnings: readonly Warning[]): RecordResult => {
  const status = 'accepted';
  const result = touchId === undefined ? ({ index, status, id } as const) : ({ index, status, touchId, id } as const);
  if (warnings.length === 0) return result;
  return { ...result, warnings: warnings.map(({ code, message }) => ({ code, message })) };
};

const idRepeated: Warning = {
  code: 'id_repeated',
  path: 'id',
  message: 'id: stands earlier in this request too; the log keeps one of the two',
};

/** What all records of a request share, and where one of them comes from: one object for all of them. */
type ContextOfRequest = RecordContext & { origin: string };

/** A record is of the source that it names, or else of the one that the request does. */
const sourceOrDefault = (item: ReadItem, { defaultSource }: RecordContext): string =>
  sourceOf(item) || (defaultSource ?? '');

const judge = (item: ReadItem, { take, allows }: TakeOptions, context: RecordContext): TakenRecord | Rejected => {
  if ('rejection' in item) return { ok: false, ...item.rejection };
  const source = sourceOrDefault(item, context);
  if (!allows(source)) {
    const message = `source: this sender may not send for ${JSON.stringify(source)}`;
    return { ok: false, reason: 'source_not_allowed', message };
  }
  return take(item.value, context);
};

/**
 * Takes every record of a request: a message for its topic, or a dead letter with the reason; one result each, in order.
 * Lets other requests have their turn in between, since a large body takes long.
 */
export const takeRecords = async (items: RecordItems, options: TakeOptions): Promise<TakenBatch> => {
  const results: RecordResult[] = [];
  const messages: OutgoingMessage[] = [];
  const rejectedBy = new Map<string, number>();
  const keys = new Set<string>();
  const headers = { 'correlation-id': options.requestId };
  const context: ContextOfRequest = { ...options.context, origin: '', headers };
  let warnings = 0;
  const takeOne = (item: ReadItem): void => {
    const index = results.length;
    const at = originText(options.origin, { index, line: item.line });
    context.origin = at;
    const taken = judge(item, options, context);
    if (taken.ok) {
      const key = taken.message.key ?? '';
      const said = keys.has(key) ? [...taken.warnings, idRepeated] : taken.warnings;
      keys.add(key);
      warnings += said.length;
      messages.push(taken.message);
      results.push(acceptance(index, taken, said));
      return;
    }
    const { reason, message } = taken;
    rejectedBy.set(reason, (rejectedBy.get(reason) ?? 0) + 1);
    messages.push(deadLetterOf(item, taken, { ...options, at }));
    results.push({ index, status: 'rejected', reason, message });
  };
  for await (const together of items) {
    for (const item of together) {
      takeOne(item);
      if (results.length % TURN === 0) await setImmediate();
    }
  }
  const rejected = [...rejectedBy.values()].reduce((sum, times) => sum + times, 0);
  return { accepted: results.length - rejected, rejected, warnings, results, messages, rejectedBy };
};
