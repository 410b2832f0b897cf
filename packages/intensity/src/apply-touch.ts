import { type TouchMoved, type TouchRetracted, topics } from '@groundswell/schemas';
import type { Output } from '@groundswell/stream';
import type { Id, PersonKind } from '@groundswell/windowing';
import { LAST_TOUCH_TIME } from './account-register.ts';
import { noteArrival, recallLastTouch } from './last-touch.ts';
import { clockOf, type PartitionState } from './partition-state.ts';
import { idText } from './revisions.ts';
import { type Cause, causeWithoutTouch, type TransitionCause } from './rows.ts';
import { type AssertedTouch, attributionOf, mailTouch } from './touch-input.ts';

const personKinds: ReadonlySet<string> = new Set<PersonKind>(['email', 'source_id', 'shared_mailbox']);
const isPersonKind = (kind: string): kind is PersonKind => personKinds.has(kind);

/** What a record did: the account it concerned and why that account must be judged. */
export interface Effect {
  readonly account: number;
  readonly cause: Cause;
}

const touchCause = (kind: TransitionCause, touch: AssertedTouch): Cause => ({
  kind,
  touchId: touch.touchId,
  source: touch.source,
  time: touch.effectiveTime,
  received: touch.received,
});

/** Takes the touch into the windows; whether it changed what is counted. */
const insertTouch = (state: PartitionState, account: number, touch: AssertedTouch): boolean => {
  const { accounts, active, store, timers } = state;
  const { personKind } = touch;
  if (touch.disposition !== 'candidate' || !isPersonKind(personKind)) return false;
  const attribution = attributionOf(touch);
  const outcome = store.insert(
    account,
    {
      touchId: touch.touchId,
      time: touch.effectiveTime,
      type: touch.type,
      personId: touch.personId,
      personKind,
      source: touch.source,
      product: touch.product,
      role: touch.role,
      channel: touch.channel,
      attribution,
    },
    clockOf(state),
  );
  if (outcome !== 'inserted') return false;
  timers.schedule(account, store.nextExpiry(account));
  if (!active?.isCounted(touch.type, attribution)) return false;
  noteArrival(accounts, account, touch.effectiveTime);
  return true;
};

/** Takes a touch out of the windows; whether they held it. */
const takeOut = (state: PartitionState, account: number, touchId: Id): boolean => {
  const { accounts, active, store, timers } = state;
  const removed = store.remove(account, touchId, clockOf(state));
  timers.schedule(account, store.nextExpiry(account));
  if (removed === undefined) return false;
  if (active && removed.time >= accounts.get(account, LAST_TOUCH_TIME)) recallLastTouch(accounts, store, account);
  return true;
};

export const assertTouch = (state: PartitionState, touch: AssertedTouch): Effect | null => {
  const { accountId, revision } = touch;
  if (accountId === null || state.revisions.isStale(accountId, touch)) return null;
  const isCorrection = revision > 1;
  // Bots and the like are most of what is refused: they must not make an account known.
  if (!isCorrection && touch.disposition !== 'candidate') return null;
  const account = state.accounts.numberOf(accountId);
  if (isCorrection) {
    state.revisions.note(accountId, touch);
    takeOut(state, account, touch.touchId);
  }
  const isCounted = insertTouch(state, account, touch);
  return isCounted || isCorrection
    ? { account, cause: touchCause(isCorrection ? 'correction' : 'touch', touch) }
    : null;
};

/**
 * What a touch in a mail reveals is in effect at this very record: a machine's click is never counted, and those before it
 * no more. That it was so decided goes into the log, for everybody else; read back, it is nothing new.
 */
export const assertOfMail = (state: PartitionState, touch: AssertedTouch, out: Output): Effect | null => {
  const { active, mails, revisions } = state;
  const rules = active?.policy.machines;
  // What was seen already teaches nothing: neither a repetition nor what came of an earlier look at the same evidence.
  if (!rules || touch.accountId === null || revisions.isStale(touch.accountId, touch)) return assertTouch(state, touch);
  let isMachine = false;
  let effect: Effect | null = null;
  const context = { rules, version: active.policy.version, clock: clockOf(state) };
  for (const marked of mails.observe(mailTouch(touch), context)) {
    out.send(
      topics.touches,
      marked.accountId,
      { change: { kind: 'TouchAsserted', body: marked } },
      { partition: state.partition },
    );
    const { touchId, revision, dispositionReason: reason } = marked;
    out.send(topics.touchMarks, touchId, { touchId, revision, reason });
    // A correction takes what was counted before out, whether it is a person's or a machine's.
    if (touch.revision > 1 || touchId !== idText(touch.touchId)) {
      effect = assertTouch(state, marked) ?? effect;
      isMachine ||= touchId === idText(touch.touchId);
    } else {
      isMachine = true;
      if (marked.accountId !== null) state.revisions.note(marked.accountId, marked);
    }
  }
  if (isMachine) return effect;
  const own = assertTouch(state, touch);
  return effect ?? own;
};

export const removeTouch = (
  state: PartitionState,
  touch: TouchRetracted | TouchMoved,
  accountId: string | null,
): Effect | null => {
  if (accountId === null || state.revisions.isStale(accountId, touch)) return null;
  state.revisions.note(accountId, touch);
  state.mails.forget(accountId, touch.touchId);
  const account = state.accounts.find(accountId);
  if (account === -1) return null;
  return takeOut(state, account, touch.touchId)
    ? { account, cause: { ...causeWithoutTouch('correction'), touchId: touch.touchId } }
    : null;
};
