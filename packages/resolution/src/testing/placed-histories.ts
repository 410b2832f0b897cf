import type { CorrectionRecord, RawTouch } from '@groundswell/schemas';
import { type CorrectedHistory, type IdentityOf, type News, SPLIT_PERSON } from './histories.ts';
import { touchIdOf, touchOfRecord } from './raw-log.ts';

/** What happens next in a history: touches of one raw partition that arrive together, or news. */
export type PlacedStep =
  | { readonly kind: 'touches'; readonly touches: readonly RawTouch[] }
  | { readonly kind: 'news'; readonly news: News };

export interface Place {
  /** makes its companies, sources, people and corrections other ones than those of every other history */
  readonly number: number;
  /** epoch ms of an instant that the history counts in its units */
  readonly instant: (units: number) => number;
  /** epoch ms: after all that happens; corrections are made then, so that they mean everything that was accepted */
  readonly end: number;
}

/** Of corrections: later than everything, in the generator's units. */
const MADE = 5_000_000;

/** As many touch ids as the generator knows. */
const TOUCH_IDS = Array.from({ length: 26 }, (_, n) => touchIdOf(`t${n}`));

const renamerOf = (number: number): ((text: string) => string) => {
  const touchIds = new Map(TOUCH_IDS.map((id) => [id, touchIdOf(`${number} ${id}`)]));
  const splitPerson = `${SPLIT_PERSON.slice(0, -6)}${String(number).padStart(6, '0')}`;
  return (text) =>
    touchIds.get(text) ??
    text
      .replaceAll(SPLIT_PERSON, splitPerson)
      .replaceAll('hubspot', `hubspot${number}`)
      .replaceAll(/\b(acme|globex)\.com/g, `$1-${number}.com`)
      .replaceAll('c@gmail', `c${number}@gmail`);
};

const INSTANTS: ReadonlySet<string> = new Set(['time', 'received', 'validFrom', 'validTo']);

/** A value with its texts renamed and its instants placed. An instant of 0 is since ever. */
const placedValue = <Value>(value: Value, rename: (text: string) => string, { instant }: Place): Value => {
  const walk = (one: unknown, name: string): unknown => {
    if (typeof one === 'string') return rename(one);
    if (typeof one === 'number') return INSTANTS.has(name) && one > 0 ? instant(one) : one;
    if (Array.isArray(one)) return one.map((item) => walk(item, name));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, walk(item, key)]));
  };
  return walk(value, '') as Value;
};

const placedNews = (news: News, place: Place): News => {
  const rename = renamerOf(place.number);
  if (news.kind !== 'correction') {
    const { key, row } = news;
    return { ...news, key: `${place.number} ${key}`, row: placedValue(row, rename, place) } as News;
  }
  const make = (identityOf: IdentityOf): CorrectionRecord => {
    const made = news.make((identity) => identityOf(rename(identity)));
    const { correctionId, ...record } = placedValue(made, rename, place);
    const received = place.end + made.received - MADE;
    return { ...record, correctionId: `${place.number} ${correctionId}`, received };
  };
  return { kind: 'correction', make };
};

/** The steps of a history among others on one stack, none of which meet; what its plan leaves over of the touches comes last. */
export const placedHistory = ({ logs, plan }: CorrectedHistory, place: Place): readonly PlacedStep[] => {
  const rename = renamerOf(place.number);
  const left = logs.map((log) => log.flatMap((record) => touchOfRecord(record) ?? []));
  const take = (log: RawTouch[], size: number): PlacedStep => ({
    kind: 'touches',
    touches: log.splice(0, size).map((touch) => placedValue(touch, rename, place)),
  });
  const steps = plan.flatMap((step): PlacedStep[] => {
    if (step.kind === 'news') {
      const { news } = step;
      // Where the logs of a run in memory end says nothing here.
      return news.kind === 'replay' ? [] : [{ kind: 'news', news: placedNews(news, place) }];
    }
    const readable = left.filter(({ length }) => length > 0);
    const log = step.kind === 'read' ? readable[step.turn % readable.length] : undefined;
    return log && step.kind === 'read' ? [take(log, step.size)] : [];
  });
  return [...steps, ...left.map((log) => take(log, log.length))];
};
