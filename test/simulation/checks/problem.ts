import type { Outcome } from '../world.ts';
import type { Truth } from './truth.ts';

/** Something in the outcome of a run that must not be. */
export interface Problem {
  /** which check found it */
  readonly check: string;
  readonly text: string;
}

/** Looks at one aspect of an outcome; an empty list when all is well. */
export type Check = (outcome: Judged) => string[];

/** An outcome with what the checks share. */
export interface Judged extends Outcome {
  readonly truth: Truth;
}
