import { type RejectionReason, rejectionCatalogue } from '@groundswell/interchange';
import { z } from 'zod';
import { CommandError } from '../command-error.ts';
import type { HttpAnswer } from './http.ts';

const refusalSchema = z.object({ reason: z.string(), message: z.string() });

/** A service that refuses with the reasons of the one catalogue. */
export interface RefusingService {
  readonly name: string;
  /** the variable that says where it is, and the one that holds the key */
  readonly urlVariable: string;
  readonly keyVariable: string;
}

const isReason = (reason: string): reason is RejectionReason => Object.hasOwn(rejectionCatalogue, reason);

/** What a service answered instead of what was asked for, as an error that says what to do. */
export const refusedBy = (service: RefusingService, where: string, answer: HttpAnswer): CommandError => {
  const refusal = refusalSchema.safeParse(answer.json);
  if (!refusal.success) {
    return new CommandError({
      what: `${service.name} answered ${answer.status} with something else than expected`,
      where,
      remedy: `check ${service.urlVariable}, and that ${service.name} is as new as this command`,
    });
  }
  const { reason, message } = refusal.data;
  const known = isReason(reason) ? rejectionCatalogue[reason].action : 'read the message above';
  // What these services show and change is the operator's.
  const remedy = reason === 'unauthorized' ? `set ${service.keyVariable} to the operator's key` : known;
  return new CommandError({ what: message, where, remedy });
};
