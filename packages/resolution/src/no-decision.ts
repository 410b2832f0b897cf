import type { TouchAssignment } from '@groundswell/schemas';

/** A record of touches.assignments that stands for no touch: control keys add what they are about. */
export const NO_DECISION: TouchAssignment = Object.freeze({
  clockMode: null,
  clockFacts: [],
  encoded: Buffer.alloc(0),
  clues: null,
  correction: 0,
  cause: '',
  movedFrom: null,
  saidSince: 1,
});
