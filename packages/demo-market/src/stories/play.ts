import type { Company } from '../company.ts';
import type { Stage } from '../draft.ts';
import type { Person } from '../person.ts';
import type { StoryName } from '../story-plan.ts';
import { buying, type CommitteeStory, cooled, fresh, inRollout, type Purchase, returning } from './committee.ts';
import { background, customerInService } from './quiet.ts';
import {
  lateUpload,
  loneResearcher,
  manyFaces,
  secondPersonById,
  unflaggedScanner,
  unlinkedIdBesideEmail,
} from './single-person.ts';

/** Plays the company's story and says which purchases it contained. */
export function playStory(stage: Stage, company: Company, people: readonly Person[]): readonly Purchase[] {
  return scripts[company.story](stage, company, people);
}

const noPurchase: readonly Purchase[] = [];

/** A story of the company's first person. */
const ofOne =
  (play: (stage: Stage, company: Company, person: Person) => void): CommitteeStory =>
  (stage, company, [person]) => {
    if (person !== undefined) play(stage, company, person);
    return noPurchase;
  };

const withoutPurchase =
  (play: (stage: Stage, company: Company, people: readonly Person[]) => void): CommitteeStory =>
  (stage, company, people) => {
    play(stage, company, people);
    return noPurchase;
  };

const scripts: Readonly<Record<StoryName, CommitteeStory>> = {
  committee_buying: buying,
  committee_fresh: fresh,
  committee_cooled: cooled,
  committee_returning: returning,
  source_in_rollout: inRollout,
  late_upload: withoutPurchase((stage, _, people) => lateUpload(stage, people)),
  second_person_by_id: ofOne(secondPersonById),
  lone_researcher: ofOne((stage, _, person) => loneResearcher(stage, person)),
  one_person_many_faces: ofOne(manyFaces),
  unlinked_id_beside_email: ofOne(unlinkedIdBesideEmail),
  unflagged_scanner: ofOne((stage, _, person) => unflaggedScanner(stage, person)),
  // The campaigns play these: the scanner, or everybody, answers our mailings.
  scanned_inboxes: () => noPurchase,
  mailing_read: () => noPurchase,
  customer_in_service: withoutPurchase(customerInService),
  background: withoutPurchase(background),
  sends_only: () => noPurchase,
};
