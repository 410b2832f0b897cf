import type { WindowStore } from '@groundswell/windowing';
import { type AccountRegister, LAST_TOUCH_TIME, LEFT_TOUCH_TIME } from './account-register.ts';

/** A counted touch came, at `time` (epoch ms). */
export const noteArrival = (accounts: AccountRegister, account: number, time: number): void => {
  // A level record told of it; now the windows hold it, and say themselves when it leaves or is corrected.
  if (time === accounts.get(account, LEFT_TOUCH_TIME)) accounts.set(account, LEFT_TOUCH_TIME, Number.NaN);
  if (!(time <= accounts.get(account, LAST_TOUCH_TIME))) accounts.set(account, LAST_TOUCH_TIME, time);
};

/** A counted touch of `time` (epoch ms) left the longest window because time passed. Whether it was the last inside. */
export const noteLeaving = (accounts: AccountRegister, account: number, time: number): boolean => {
  if (!(time <= accounts.get(account, LEFT_TOUCH_TIME))) accounts.set(account, LEFT_TOUCH_TIME, time);
  return !(accounts.get(account, LAST_TOUCH_TIME) > time);
};

/**
 * Looks anew which touch is the newest that counts: of the longest window, else of those that had counted when they left
 * it. For when something else than time took one out.
 */
export const recallLastTouch = (accounts: AccountRegister, store: WindowStore, account: number): void => {
  const [newest] = store.newest(account, 1, store.windowDays.length - 1);
  const inside = newest?.time ?? Number.NaN;
  const left = accounts.get(account, LEFT_TOUCH_TIME);
  accounts.set(account, LAST_TOUCH_TIME, Number.isNaN(left) || inside > left ? inside : left);
};
