import type { TouchChange } from '@groundswell/schemas';
import { touchChanges } from './peer-stream.ts';

const DAY_MS = 86_400_000;
const HOT_PEOPLE = 5_000;

export type Stream = Iterable<TouchChange & { readonly account: string }>;

/** Changes where and when touches happen. */
function* mapped(
  count: number,
  change: (
    index: number,
    body: { effectiveTime: number; received: number; person: number },
  ) => {
    account?: string;
    time: number;
    received: number;
  },
): Generator<TouchChange & { readonly account: string }> {
  let index = 0;
  for (const one of touchChanges(count)) {
    const { change: of } = one;
    if (of.kind !== 'TouchAsserted') continue;
    const { effectiveTime, received, accountId } = of.body;
    const person = Number.parseInt(of.body.personId.slice(0, 8), 16);
    const { account = accountId ?? '', time, received: at } = change(index, { effectiveTime, received, person });
    const personId =
      account === accountId
        ? of.body.personId
        : `00000000-0000-4000-8000-${String(person % HOT_PEOPLE).padStart(12, '0')}`;
    const body = { ...of.body, accountId: account, personId, effectiveTime: time, time, received: at };
    yield { account, change: { kind: 'TouchAsserted', body } };
    index += 1;
  }
}

const begin = Date.UTC(2025, 0, 1);

/** The peers' stream as it is: 20 000 accounts, 180 days per million touches. */
export const mixed = (count: number): Stream => touchChanges(count);
/** The same touches inside half an hour: nothing expires and no day closes. */
export const standing = (count: number): Stream =>
  mapped(count, (index) => ({ time: begin + Math.floor((index / count) * 1_800_000), received: begin + 1_800_000 }));
/** All of them in one account, inside its 90-day window. */
export const hot = (count: number): Stream =>
  mapped(count, (index) => {
    const time = begin + Math.floor((index / count) * 89 * DAY_MS);
    return { account: 'hot.example.com', time, received: time };
  });

/** As mixed, but so fast that the last one comes while the first is still in the 90-day window. */
export const liveTouches = (count: number): Stream =>
  mapped(count, (index) => {
    const time = begin + Math.floor((index / count) * 89 * DAY_MS);
    return { time, received: time };
  });

/** As mixed, but half of it mails that leave us, a tenth clicks in them, and of those every eighth a gateway's burst. */
export function* mails(count: number): Generator<TouchChange & { readonly account: string }> {
  let index = 0;
  for (const one of touchChanges(count)) {
    index += 1;
    const { account, change } = one;
    const part = index % 10;
    if (change.kind !== 'TouchAsserted' || part > 5) {
      yield one;
      continue;
    }
    const isClick = part === 5;
    const mail = {
      type: isClick ? 'email_click' : 'email_delivered',
      channel: 'email',
      direction: isClick ? 'theirs' : 'ours',
      disposition: isClick ? 'candidate' : 'ours',
      sendId: `send-${Math.floor(index / 20_000)}`,
      content: isClick ? `https://www.example.com/article-${index % 7}?utm_campaign=newsletter` : '',
      timePrecision: 'millisecond',
    };
    const links = isClick && index % 80 === 5 ? 5 : 1;
    for (let link = 0; link < links; link += 1) {
      const touchId = link === 0 ? change.body.touchId : `${String(link).repeat(8)}${change.body.touchId.slice(8)}`;
      yield {
        account,
        change: {
          kind: 'TouchAsserted',
          body: { ...change.body, ...mail, touchId, content: `${mail.content}${link}` },
        },
      };
    }
  }
}
