import type { BatchProducer, OutgoingMessage } from '@groundswell/kafka';
import type { AccountResolver } from '@groundswell/resolution';
import { type TouchAssignment, topics } from '@groundswell/schemas';
import type { Tampering } from '../model/host.ts';
import { withParts, withSender } from './exchanged-parts.ts';

type State = ReturnType<AccountResolver['createState']>;

/** What is known of a partition, tampered with before anything is restored. */
const withState = (resolver: AccountResolver, tamper: (state: State) => void): AccountResolver =>
  withParts(resolver, {
    createState: (partition, start) => {
      const state = resolver.createState(partition, start);
      tamper(state);
      return state;
    },
  });

/** What was decided passes for published at once, and is replaced while nobody has been told of it. */
const replacedBeforePublished: Tampering = {
  resolver: (resolver) =>
    withState(resolver, ({ memory }) => {
      memory.isPublished = () => true;
    }),
};

/** Whoever takes a partition over believes that all that is known has been looked at. */
const noLookAtTakeover: Tampering = {
  resolver: (resolver) =>
    withParts(resolver, {
      onStateRecord: (state, key, value, offset) => {
        const { due } = state;
        const { subject } = due;
        due.subject = () => undefined;
        resolver.onStateRecord(state, key, value, offset);
        due.subject = subject;
      },
    }),
};

/** The last word in the log is believed, whoever wrote it, and what others write is not looked for. */
const lastWordCounts: Tampering = {
  resolver: (resolver) => {
    const believing = withState(resolver, ({ disputes }) => {
      disputes.take = () => true;
    });
    return withParts(believing, { onForeignRecord: undefined });
  },
};

const isMark = ({ topic, key }: OutgoingMessage): boolean =>
  topic.name === topics.touchAssignments.name && key === 'corrections';

/** Corrections are marked as published that are still on their way. */
const markAhead: Tampering = {
  broker: (broker) =>
    withSender(
      broker,
      (sender): BatchProducer => ({
        connect: () => sender.connect(),
        disconnect: () => sender.disconnect(),
        sendAll: (messages) =>
          sender.sendAll(
            messages.map((one) => {
              if (!isMark(one)) return one;
              const mark = one.value as TouchAssignment;
              return { ...one, value: { ...mark, correction: mark.correction + 1_000 } };
            }),
          ),
      }),
    ),
};

/** Bugs of who decides about touches; each is looked for while the directory changes and decisions are put right. */
export const resolverBugs: Readonly<Record<string, Tampering>> = {
  'a decision is replaced before it was published': replacedBeforePublished,
  'a takeover does not look again': noLookAtTakeover,
  'two owners decide, and the last word counts': lastWordCounts,
  'corrections are marked before they are published': markAhead,
};
