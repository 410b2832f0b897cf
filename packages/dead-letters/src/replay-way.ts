import { type DeadLetter, topics } from '@groundswell/schemas';

/** What replaying a letter can mean. */
export type ReplayWay =
  /** intake refused it: it is read again as what it was sent as */
  | { readonly way: 'sent'; readonly recordKind: string }
  /** it lay in touches.raw and a later stage gave it up: the touch is accepted anew, as itself */
  | { readonly way: 'accepted'; readonly recordKind: 'touches' }
  /** a row of the directory that a later stage gave up: the same row would be given up again, so it must be put right */
  | { readonly way: 'directory'; readonly recordKind: string }
  /** the pipeline made it, so nobody can send it */
  | { readonly way: 'none'; readonly why: string };

/** Topics of records that somebody sent, by name, with the kind they are sent as. */
const directoryKinds: ReadonlyMap<string, string> = new Map([
  [topics.accounts.name, 'accounts'],
  [topics.people.name, 'people'],
  [topics.opportunities.name, 'opportunities'],
  [topics.opportunityContacts.name, 'opportunity_contacts'],
  [topics.opportunityStages.name, 'opportunity_stages'],
  [topics.orders.name, 'orders'],
  [topics.campaigns.name, 'campaigns'],
  [topics.content.name, 'content'],
  [topics.exclusions.name, 'exclusions'],
  [topics.identityEvidence.name, 'identities'],
  [topics.erasureRequests.name, 'erasures'],
]);

/** `POST /v1/touches[3]`, as intake names where a record came in. */
const ENDPOINT = /^POST \/v1\/([a-z_]+)/;

/** Letters of before the kind was kept name it in their origin, except those of files, which mostly hold touches. */
const sentAs = ({ recordKind, origin }: DeadLetter): string =>
  recordKind === '' ? (ENDPOINT.exec(origin)?.[1] ?? 'touches') : recordKind;

/** Decides by where the letter comes from, never by what it holds. */
export const replayWayOf = (letter: DeadLetter): ReplayWay => {
  const { originTopic, stage } = letter;
  if (originTopic === '') return { way: 'sent', recordKind: sentAs(letter) };
  if (originTopic === topics.touchesRaw.name) return { way: 'accepted', recordKind: 'touches' };
  const recordKind = directoryKinds.get(originTopic);
  if (recordKind !== undefined) return { way: 'directory', recordKind };
  return {
    way: 'none',
    why: `${stage} could not read what the pipeline itself wrote to ${originTopic}. Nobody sent this record, so it cannot be sent again; what it was made of is safe in the topics before it. It takes a corrected version of ${stage} and a rebuild, which is a matter for whoever runs the pipeline.`,
  };
};
