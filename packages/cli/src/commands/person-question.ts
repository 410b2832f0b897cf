import { CommandError } from '../command-error.ts';
import type { Question } from '../stack/resolver-client.ts';

interface PersonOptions {
  readonly source?: string | undefined;
  readonly id?: string | undefined;
  readonly anonymousId?: string | undefined;
}

/** Who is asked about: an address, or what a source calls the person. Throws CommandError when nobody is named. */
export const personQuestion = (email: string | undefined, { source, id, anonymousId }: PersonOptions): Question => {
  if ((email ?? id ?? anonymousId) === undefined || ((id ?? anonymousId) !== undefined && source === undefined)) {
    throw new CommandError({
      what: 'it is not said who is meant',
      where: 'the command line',
      remedy: 'give an e-mail address, or --source with --id or --anonymous-id',
    });
  }
  return { email, source, id, anonymous_id: anonymousId };
};
