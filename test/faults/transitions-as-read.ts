import { createKafka, openContracts, readPartitions } from '@groundswell/kafka';
import { type IntensityTransition, topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import { transitionText } from '../oracle/live-transitions.ts';
import type { Pipeline } from '../stack/pipeline.ts';

/** What a reader makes of `intensity.transitions` who ignores what is not above the last sequence seen per account. */
export interface TransitionsAsRead {
  /** one line of text each, sorted */
  readonly transitions: readonly string[];
  /** records that were ignored as repetitions */
  readonly repeated: number;
  /** breaches of the contract, in words: a hole in the sequence, a repetition with other content */
  readonly breaches: readonly string[];
}

/** Reads transitions in the order of a partition and keeps the contract that readers are told. */
export class TransitionReader {
  readonly #lines: string[] = [];
  readonly #lastSequence = new Map<string, number>();
  readonly #contentBySequence = new Map<string, string>();
  readonly #breaches: string[] = [];
  #repeated = 0;

  read(transition: IntensityTransition): void {
    const { accountId, sequence, level, kind, at } = transition;
    const last = this.#lastSequence.get(accountId) ?? 0;
    const identity = `${accountId} ${sequence}`;
    const content = JSON.stringify(transition);
    if (sequence <= last) {
      this.#repeated += 1;
      if (this.#contentBySequence.get(identity) !== content) this.#breaches.push(`${identity} came again, changed`);
      return;
    }
    if (sequence !== last + 1) this.#breaches.push(`${identity} follows ${last}`);
    this.#lastSequence.set(accountId, sequence);
    this.#contentBySequence.set(identity, content);
    this.#lines.push(transitionText({ account: accountId, level, kind, at }));
  }

  result(): TransitionsAsRead {
    return { transitions: this.#lines.sort(), repeated: this.#repeated, breaches: this.#breaches };
  }
}

/** Reads the whole topic. */
export const readTransitions = async ({ addresses, namespace }: Pipeline): Promise<TransitionsAsRead> => {
  const topic = topics.intensityTransitions;
  const logger = createLogger({ serviceName: 'faults', logLevel: 'silent' });
  const kafka = createKafka({ brokers: addresses.kafkaBrokers, clientId: 'faults', logger });
  const contracts = await openContracts({ registryUrl: addresses.registryUrl, namespace }, [topic]);
  const reader = new TransitionReader();
  await readPartitions({
    kafka,
    contracts,
    namespace,
    topic,
    partitions: Array.from({ length: topic.partitions }, (_, partition) => partition),
    onRecord: ({ value }) => reader.read(value as IntensityTransition),
  });
  return reader.result();
};
