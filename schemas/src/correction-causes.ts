/**
 * Why a touch was decided again when nobody corrected anything by hand; every other cause is the id of a correction.
 * `takeover`: nobody looked after the touch when it became known. `owner`: another owner of its partition had said
 * something else.
 */
export const becameKnown = {
  identity: 'identity',
  directory: 'directory',
  machine: 'machine',
  takeover: 'takeover',
  owner: 'owner',
} as const;

const byItself: ReadonlySet<string> = new Set(Object.values(becameKnown));

/** Whether the cause of a touch that was decided again is a correction by hand. */
export const isByHand = (cause: string): boolean => !byItself.has(cause);
