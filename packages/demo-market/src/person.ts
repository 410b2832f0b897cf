import { type CommitteePart, committeeTitles, joiningOrder } from './committee-titles.ts';
import type { Company } from './company.ts';
import type { Random } from './random.ts';
import { familyNames, givenNames } from './vocabulary.ts';

/** A human at a company, with what each tool knows them by. */
export interface Person {
  readonly company: Company;
  readonly part: CommitteePart;
  readonly name: string;
  readonly title: string;
  readonly email: string;
  /** id of the lead in the marketing automation tool */
  readonly leadId: string;
  /** id of the contact in the chat and meetings tool */
  readonly contactId: string;
  /** id of the user in web analytics */
  readonly userId: string;
  readonly consent: boolean;
}

/** People of one company, in the order in which they tend to join a purchase; e-mail addresses are distinct. */
export function makePeople(random: Random, company: Company, count: number): Person[] {
  const taken = new Set<string>();
  const people: Person[] = [];
  while (people.length < count) {
    const name = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
    const mailbox = name.toLowerCase().replace(' ', '.');
    if (taken.has(mailbox)) continue;
    taken.add(mailbox);
    people.push(makePerson(random, { company, name, mailbox, position: people.length }));
  }
  return people;
}

interface PersonPlan {
  readonly company: Company;
  readonly name: string;
  readonly mailbox: string;
  readonly position: number;
}

function makePerson(random: Random, plan: PersonPlan): Person {
  const part = joiningOrder[plan.position % joiningOrder.length] ?? 'user';
  // A few write from a regional mail host: the registrable domain is the account, not the host.
  const host = random.chance(0.04) ? `mail.${plan.company.domain}` : plan.company.domain;
  // Ids must be distinct: one id with two addresses would be one person.
  const number = plan.company.number * 100 + plan.position;
  return {
    company: plan.company,
    part,
    name: plan.name,
    title: random.pick(committeeTitles[part]),
    email: `${plan.mailbox}@${host}`,
    leadId: String(1_000_000 + number * 7),
    contactId: String(104_200_000 + number * 13),
    userId: `usr_${random.hex(12)}`,
    consent: random.chance(0.85),
  };
}

/** An address no one person stands behind. */
export const sharedMailbox = (random: Random, company: Company): string =>
  `${random.pick(['info', 'sales', 'office', 'support', 'contact'])}@${company.domain}`;

/** The same person under a plus-tag, as people sign up for things they want to filter. */
export const plusTagged = (email: string, tag: string): string => email.replace('@', `+${tag}@`);
