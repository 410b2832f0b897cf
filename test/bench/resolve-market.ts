import type { AccountRecord, PersonIdentity, PersonRecord, RawTouch } from '@groundswell/schemas';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';
import { SplittableRandom } from './splittable-random.ts';

const CRM = 'salesforce';
const PRODUCT = 'product';
const WEB = 'website';
/** 2026-01-01T00:00:00Z: before it everything in the directory was known */
const START = 1_767_225_600_000;
const SEED = 17;

/** People of the market as they turn up in touches: a fifth of them makes four fifths of what is done. */
const ACTIVE_PEOPLE = 0.2;
const ACTIVE_TOUCHES = 0.8;

/** Shares of the touches, the rest comes from addresses that nobody has seen before. */
const KNOWN_ADDRESS = 0.85;
const KNOWN_ID = 0.06;
const KNOWN_ANONYMOUS = 0.03;
const NEW_ANONYMOUS = 0.02;

/** Of the touches by address: what else their sources say. */
const WITH_ACCOUNT_ID = 0.1;
const WITH_TITLE = 0.1;
const WITH_SPELLING_OF_ITS_OWN = 0.05;
const WITH_REQUEST = 0.5;

/** One in so many people has an id in the product, linked to the address; one in so many browsers is known. */
const PEOPLE_PER_ID = 10;
const PEOPLE_PER_BROWSER = 20;

const TITLES = [
  ...['VP Engineering', 'Head of Data Platform', 'Software Engineer', 'Senior Site Reliability Engineer', 'CTO'],
  ...['Chief Financial Officer', 'Procurement Manager', 'Leiter Einkauf', 'Directeur technique', 'Product Manager'],
  ...['Data Scientist', 'Head of Marketing', 'Security Architect', 'General Counsel', 'Director, IT Operations'],
];
const TYPES = ['page_view', 'email_click', 'webinar_attend', 'report_download', 'demo_request', 'trial_start'];
const PRODUCTS = ['data-platform', 'observability', 'identity-access', 'billing', 'edge-network', 'developer-tools'];
const FREE_MAIL = ['gmail.com', 'outlook.com', 'web.de'];
const AGENTS = ['Chrome/126.0.0.0 Safari/537.36', 'Version/17.4 Safari/605.1.15', 'Gecko/20100101 Firefox/127.0'].map(
  (engine, index) =>
    `"Mozilla/5.0 (${['Windows NT 10.0; Win64; x64', 'Macintosh', 'X11; Linux x86_64'][index]}) ${engine}"`,
);

/** How many people and accounts the directory has. */
export interface MarketSize {
  readonly people: number;
  readonly accounts: number;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

const uuidFrom = (random: SplittableRandom): string => {
  const [a, b] = random.nextHalves();
  const [c, d] = random.nextHalves();
  const [middle, rest] = [hex(b), hex(c)];
  return `${hex(a)}-${middle.slice(0, 4)}-${middle.slice(4)}-${rest.slice(0, 4)}-${rest.slice(4)}${hex(d)}`;
};

const pick = <Item>(random: SplittableRandom, items: readonly Item[]): Item =>
  items[random.nextInt(items.length)] as Item;

const padded = (number: number): string => String(number).padStart(7, '0');
const accountIdOf = (account: number): string => `001-${padded(account)}`;
const domainOf = (account: number): string => `company-${padded(account)}.example`;
const addressOf = (person: number, { accounts }: MarketSize): string =>
  `first${person % 997}.last${person}@${domainOf(person % accounts)}`;
const productIdOf = (person: number): string => `user-${padded(person)}`;
const browserOf = (person: number): string => `browser-${padded(person)}-4f6a-9d1c`;

/** Account rows: every fifth with a former name, every tenth with a second domain; groups of eight have one parent. */
export function* accountRows({ accounts }: MarketSize): Generator<AccountRecord> {
  for (let number = 0; number < accounts; number += 1) {
    const parent = number - (number % 8);
    yield {
      ...{ source: CRM, id: accountIdOf(number), validFrom: 0, received: 0, name: `Company ${number} Inc.` },
      domains: number % 10 === 0 ? [domainOf(number), `second-${domainOf(number)}`] : [domainOf(number)],
      aliases: number % 5 === 0 ? [`Former Name ${number} GmbH`] : [],
      ...{ parentId: parent === number ? null : accountIdOf(parent), ultimateId: null },
      ...{ industry: 'software', region: 'emea', country: 'de', employees: 10 + (number % 5_000), revenue: null },
      ...{ lifecycle: 'prospect', owner: `rep-${number % 40}`, tier: 'a', territory: 'north', technologies: [] },
    };
  }
}

/** Person rows: all with an address, most with a title, and four in five are contacts of an account. */
export function* personRows(size: MarketSize): Generator<PersonRecord> {
  for (let number = 0; number < size.people; number += 1) {
    yield {
      ...{ source: CRM, id: `003-${padded(number)}`, validFrom: 0, received: 0, consent: {}, status: '' },
      email: addressOf(number, size),
      title: number % 7 === 0 ? null : (TITLES[number % TITLES.length] ?? null),
      accountId: number % 5 === 0 ? null : accountIdOf(number % size.accounts),
    };
  }
}

/** Identities: the address of every person, ids that are linked to one, and browsers of which some are. */
export function* identityRows(size: MarketSize): Generator<PersonIdentity> {
  const random = new SplittableRandom(SEED + 1);
  const blank = { linkedTo: null, linkedAt: null, name: null, title: null, claimedAt: START - 1 };
  for (let number = 0; number < size.people; number += 1) {
    const address = addressOf(number, size);
    const title = TITLES[number % TITLES.length] ?? null;
    const person = { ...blank, personKind: 'email', personId: uuidFrom(random), email: address, title };
    yield { ...person, identity: `email:${address}`, identityId: uuidFrom(random) };
    if (number % PEOPLE_PER_ID === 0) {
      yield { ...person, identity: `source:${PRODUCT}:${productIdOf(number)}`, identityId: uuidFrom(random) };
    }
    if (number % PEOPLE_PER_BROWSER === 0) {
      const isLinked = number % (2 * PEOPLE_PER_BROWSER) === 0;
      const browser = isLinked
        ? person
        : { ...blank, personKind: 'anonymous', personId: uuidFrom(random), email: null };
      yield { ...browser, identity: `anonymous:${WEB}:${browserOf(number)}`, identityId: uuidFrom(random) };
    }
  }
}

/** What touches come from the market: whose, from where, and what they say beside. */
class TouchStream {
  readonly #random = new SplittableRandom(SEED);
  readonly #size: MarketSize;
  #made = 0;

  constructor(size: MarketSize) {
    this.#size = size;
  }

  next(): RawTouch {
    this.#made += 1;
    const random = this.#random;
    const time = START + this.#made * 200;
    return rawTouchWith({
      ...{ touchId: uuidFrom(random), id: `event-${this.#made}`, source: WEB, time: time - random.nextInt(60_000) },
      ...{ received: time, type: pick(random, TYPES), product: pick(random, PRODUCTS), channel: 'web' },
      ...{ content: `/pricing/page-${random.nextInt(200)}`, campaign: `campaign-${random.nextInt(40)}` },
      properties: this.#request(),
      ...this.#party(),
      origin: 'http',
    });
  }

  #request(): Record<string, string> {
    if (this.#random.nextDouble() >= WITH_REQUEST) return {};
    return { user_agent: pick(this.#random, AGENTS), referrer: '"https://search.example/?q=pipeline"' };
  }

  #party(): Partial<RawTouch> {
    const random = this.#random;
    let roll = random.nextDouble();
    if (roll < KNOWN_ADDRESS) return this.#byAddress();
    roll -= KNOWN_ADDRESS;
    if (roll < KNOWN_ID) return { source: PRODUCT, personId: productIdOf(this.#person(PEOPLE_PER_ID)) };
    roll -= KNOWN_ID;
    if (roll < KNOWN_ANONYMOUS) return { anonymousId: browserOf(this.#person(PEOPLE_PER_BROWSER)) };
    roll -= KNOWN_ANONYMOUS;
    if (roll < NEW_ANONYMOUS) return { anonymousId: `browser-new-${this.#made}` };
    const isCompany = random.nextInt(2) === 0;
    const domain = isCompany ? domainOf(random.nextInt(this.#size.accounts)) : pick(random, FREE_MAIL);
    return { personEmail: `new.person${this.#made}@${domain}` };
  }

  #byAddress(): Partial<RawTouch> {
    const random = this.#random;
    const person = this.#person(1);
    const address = addressOf(person, this.#size);
    const isOther = random.nextDouble() < WITH_SPELLING_OF_ITS_OWN;
    const isFromCrm = random.nextDouble() < WITH_ACCOUNT_ID;
    return {
      personEmail: isOther ? address.replace('first', 'First').replace('@', '+news@') : address,
      personTitle: random.nextDouble() < WITH_TITLE ? pick(random, TITLES) : null,
      ...(isFromCrm ? { source: CRM, accountId: accountIdOf(person % this.#size.accounts) } : {}),
    };
  }

  /** The number of a person, a multiple of `step`. */
  #person(step: number): number {
    const random = this.#random;
    const people = Math.floor(this.#size.people / step);
    const active = Math.ceil(people * ACTIVE_PEOPLE);
    const isActive = random.nextDouble() < ACTIVE_TOUCHES || active === people;
    return step * (isActive ? random.nextInt(active) : active + random.nextInt(people - active));
  }
}

/** `count` touches of the market in the order of their arrival, endlessly different, and the same in every run. */
export function* marketTouches(size: MarketSize, count: number): Generator<RawTouch> {
  const stream = new TouchStream(size);
  for (let made = 0; made < count; made += 1) yield stream.next();
}
