import { type IntakeClient, recordKinds, type SendOptions } from '../stack/intake-client.ts';
import { type BatchLimits, batchBody, DEFAULT_LIMITS, readAhead, toBatches } from './batches.ts';
import type { Checkpoint, CheckpointStore } from './checkpoint.ts';
import type { PreparedRecord } from './prepare-record.ts';
import { type RejectionSummary, Rejections } from './rejections.ts';
import type { ReplayClock } from './replay-clock.ts';

/** Where an import stands: everything counted here was acknowledged, in this run or in earlier ones that it resumes. */
export interface SendState {
  readonly records: number;
  /** of the last record sent */
  readonly line: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejections: readonly RejectionSummary[];
  /** epoch ms of the last tick sent in this run */
  readonly tick: number | null;
}

export interface SendPlan {
  /** in the order in which they are to be sent */
  readonly records: AsyncIterable<PreparedRecord>;
  readonly client: IntakeClient;
  readonly options: Omit<SendOptions, 'kind'>;
  readonly checkpoint: CheckpointStore;
  /** where an earlier run stopped */
  readonly resume: Checkpoint | null;
  /** given in an as-if-live import */
  readonly replay: { readonly clock: ReplayClock; readonly until: number | null } | null;
  readonly signal: AbortSignal;
  readonly onProgress: (state: SendState) => void;
  readonly limits?: BatchLimits;
}

export interface SendOutcome {
  readonly status: 'finished' | 'interrupted';
  readonly state: SendState;
}

/** Leaves out what an earlier run had acknowledged; the clock takes note of it all the same. */
async function* notYetSent(plan: SendPlan): AsyncGenerator<PreparedRecord> {
  const skip = plan.resume?.records ?? 0;
  let seen = 0;
  for await (const record of plan.records) {
    seen += 1;
    if (seen > skip) yield record;
    else if (record.received !== null) plan.replay?.clock.acknowledge(record.received);
  }
}

/** Directory rows first: touches are decided in the light of what has been read of the directory. */
const inOrderOfSending = [...recordKinds].sort((a, b) => Number(a === 'touches') - Number(b === 'touches'));

const byKind = (records: readonly PreparedRecord[]): PreparedRecord[][] =>
  inOrderOfSending.map((kind) => records.filter((record) => record.kind === kind)).filter((part) => part.length > 0);

class Sending {
  readonly #plan: SendPlan;
  readonly #rejections: Rejections;
  #reached: { records: number; line: number; accepted: number; rejected: number };
  #tick: number | null = null;

  constructor(plan: SendPlan) {
    this.#plan = plan;
    this.#rejections = new Rejections(plan.resume?.rejections);
    const { records, line, accepted, rejected } = plan.resume ?? { records: 0, line: 0, accepted: 0, rejected: 0 };
    this.#reached = { records, line, accepted, rejected };
  }

  get state(): SendState {
    return { ...this.#reached, rejections: this.#rejections.summaries(), tick: this.#tick };
  }

  async sendBatch(records: readonly PreparedRecord[]): Promise<void> {
    const { checkpoint, replay } = this.#plan;
    let accepted = 0;
    let rejected = 0;
    for (const part of byKind(records)) {
      const answer = await this.#send(part);
      accepted += answer.accepted;
      rejected += answer.rejected;
    }
    this.#reached = {
      records: this.#reached.records + records.length,
      line: records.at(-1)?.line ?? this.#reached.line,
      accepted: this.#reached.accepted + accepted,
      rejected: this.#reached.rejected + rejected,
    };
    // Before the tick: a batch that is sent again after a crash must not come after the promise that it is complete.
    await checkpoint.save({ ...this.#reached, rejections: this.#rejections.summaries() });
    if (replay === null) return;
    for (const { received } of records) if (received !== null) replay.clock.acknowledge(received);
    await this.#tickTo(replay.clock.due());
  }

  async #send(records: readonly PreparedRecord[]): Promise<{ accepted: number; rejected: number }> {
    const { client, options } = this.#plan;
    const kind = records[0]?.kind ?? 'touches';
    const replay = options.replay && kind === 'touches';
    const answer = await client.send(batchBody(records), { ...options, kind, replay });
    for (const { index, status, reason, message } of answer.results) {
      const record = records[index];
      if (status !== 'rejected' || record === undefined) continue;
      // What could not even be read was sent in another form: the reason is the one found here.
      const why = record.unreadable ?? { reason: reason ?? 'unknown', message: message ?? '' };
      this.#rejections.add(why.reason, record.line, why.message);
    }
    return answer;
  }

  /** After the last record: nothing more follows, so all that was sent is complete. */
  async finish(): Promise<void> {
    const { replay, checkpoint } = this.#plan;
    if (replay !== null) await this.#tickTo(replay.clock.final(replay.until));
    await checkpoint.remove();
  }

  async #tickTo(instant: number | null): Promise<void> {
    if (instant === null) return;
    await this.#plan.client.tick(instant);
    this.#plan.replay?.clock.ticked(instant);
    this.#tick = instant;
  }
}

/**
 * Sends records in order, one batch at a time, each acknowledged before the next; saves after each how far it has come.
 * In an as-if-live import ticks follow the batches, and one at the end is always sent, since the resolver holds records
 * back until a tick has passed them.
 */
export const sendRecords = async (plan: SendPlan): Promise<SendOutcome> => {
  const sending = new Sending(plan);
  try {
    for await (const records of readAhead(toBatches(notYetSent(plan), plan.limits ?? DEFAULT_LIMITS))) {
      plan.signal.throwIfAborted();
      await sending.sendBatch(records);
      plan.onProgress(sending.state);
    }
    plan.signal.throwIfAborted();
    await sending.finish();
    return { status: 'finished', state: sending.state };
  } catch (error) {
    if (plan.signal.aborted) return { status: 'interrupted', state: sending.state };
    throw error;
  }
};
