import type { MachineRules } from '@groundswell/policy';
import type { TouchAsserted } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { describe, expect, it } from 'vitest';
import { MailMemory } from './mail-memory.ts';
import { machineSign } from './signs.ts';

const START = Date.UTC(2026, 0, 5, 9);
const SECOND = 1_000;
const DAY = 86_400_000;

const rules: MachineRules = {
  threshold: 100,
  memoryMs: 3 * DAY,
  headThenGet: { weight: 100, withinMs: 10 * SECOND },
  linksAtOnce: { weight: 50, withinMs: SECOND },
  fastClick: { weight: 40, withinMs: 2 * SECOND },
  repeatedLink: { weight: 50 },
  repeats: { weight: 50, clicks: 2 },
  domainHistory: { weight: 60, clicks: 5, percent: 80 },
};

/** Shows touches to a memory, as the log has them, and notes what it found. */
class Mailbox {
  memory = new MailMemory();
  readonly marks: TouchAsserted[] = [];
  #count = 0;

  /** `at`: seconds after the start, when it happened and was received. Returns the touch's id. */
  touch(at: number, fields: Partial<TouchAsserted> = {}): string {
    this.#count += 1;
    const touchId = fields.touchId ?? `touch-${this.#count}`;
    const time = START + at * SECOND;
    const touch = touchAsserted({
      touchId,
      accountId: 'acme.example',
      personId: 'anna',
      time,
      type: 'email_click',
      channel: 'email',
      content: '/a',
      sendId: 'mail-1',
      timePrecision: 'millisecond',
      ...fields,
    });
    const clock = Math.max(this.clock, touch.received);
    this.clock = clock;
    this.marks.push(
      ...this.memory.observe({ ...touch, keep: () => ({ restore: () => touch }) }, { rules, version: 'test@1', clock }),
    );
    return touchId;
  }

  clock = 0;

  delivered(at: number, fields: Partial<TouchAsserted> = {}): void {
    this.touch(at, { type: 'email_delivered', direction: 'ours', disposition: 'ours', content: '', ...fields });
  }

  /** Ids of touches that were marked, with the evidence and the score. */
  get found(): string[] {
    return this.marks.map(({ touchId, dispositionReason }) => `${touchId} ${dispositionReason.replace(' test@1', '')}`);
  }
}

describe('clicks in mails', () => {
  it('on one link, on several with time to look, and on two links of two mails are a person’s', () => {
    const mailbox = new Mailbox();
    mailbox.touch(0);
    for (const [index, content] of ['/a', '/b', '/c', '/d', '/e', '/f'].entries())
      mailbox.touch(10 + 5 * index, { content, sendId: 'digest' });
    mailbox.touch(100, { sendId: 'mail-2' });
    mailbox.touch(100.2, { sendId: 'mail-3' });
    expect(mailbox.found).toEqual([]);
  });

  it('on two links within a second are a sign and no more; a third makes all of them a machine’s', () => {
    const mailbox = new Mailbox();
    mailbox.touch(0, { content: '/a' });
    mailbox.touch(0.4, { content: '/b' });
    expect(mailbox.found).toEqual([]);
    mailbox.touch(0.8, { content: '/c' });
    expect(mailbox.found).toEqual(['touch-1', 'touch-2', 'touch-3'].map((id) => `${id} links_at_once 100`));
    expect(mailbox.marks[0]).toMatchObject({ revision: 2, disposition: 'bot', personId: 'anna', content: '/a' });
  });

  it('right after the delivery are a sign and no more, whichever is known first', () => {
    const mailbox = new Mailbox();
    mailbox.delivered(0);
    mailbox.touch(1);
    mailbox.touch(60, { sendId: 'mail-2' });
    mailbox.delivered(59, { sendId: 'mail-2' });
    expect(mailbox.found).toEqual([]);
    mailbox.touch(1.4, { content: '/b' });
    expect(mailbox.found).toEqual([]);
    mailbox.touch(1.5);
    expect(mailbox.found).toEqual(['touch-6 links_at_once+fast_click+repeated_link 140']);
  });

  it('again on the same link count as they are, until they are too many: then the repeated ones are marked, then all', () => {
    const mailbox = new Mailbox();
    for (let count = 0; count < 3; count += 1) mailbox.touch(count * 3_600, { content: count === 1 ? '/b' : '/a' });
    expect(mailbox.found).toEqual([]);
    mailbox.touch(20_000, { content: '/b' });
    expect(mailbox.found).toEqual(['touch-3', 'touch-4'].map((id) => `${id} repeated_link+repeats 100`));
    mailbox.touch(30_000);
    mailbox.touch(40_000);
    expect(mailbox.found.slice(2)).toEqual([
      'touch-5 repeated_link+repeats 100',
      'touch-1 repeats 100',
      'touch-2 repeats 100',
      'touch-6 repeated_link+repeats 150',
    ]);
  });

  it('after the same link’s head are the scanner’s; another link, or much later, is not', () => {
    const mailbox = new Mailbox();
    const head = {
      disposition: 'bot',
      dispositionReason: machineSign(false, { userAgent: null, method: 'HEAD' }) ?? '',
    };
    mailbox.touch(0, head);
    mailbox.touch(3);
    mailbox.touch(4.5, { content: '/b' });
    mailbox.touch(600);
    expect(mailbox.found).toEqual(['touch-2 head_then_get 100']);
  });

  it('behind a gateway that has shown itself are marked for one sign, those before as well; others still are not', () => {
    const mailbox = new Mailbox();
    for (let count = 1; count <= 5; count += 1) {
      const mail = { sendId: `mail-${count}`, personId: `person-${count}` };
      mailbox.delivered(100 * count, mail);
      expect(mailbox.found).toEqual([]);
      mailbox.touch(100 * count + 1, { ...mail, touchId: `fast-${count}` });
    }
    expect(mailbox.found).toEqual([1, 2, 3, 4, 5].map((count) => `fast-${count} fast_click+domain_history 100`));
    mailbox.touch(900, { personId: 'slow', touchId: 'slow' });
    expect(mailbox.marks).toHaveLength(5);
    mailbox.delivered(1_000, { accountId: 'globex.example' });
    mailbox.touch(1_001, { accountId: 'globex.example' });
    expect(mailbox.marks).toHaveLength(5);
  });

  it('with times of which only the second or the day is known, or from a wrong clock, are never too fast', () => {
    for (const fields of [{ timePrecision: 'day' }, { timePrecision: 'second' }, { clockSkew: true }]) {
      const mailbox = new Mailbox();
      mailbox.delivered(0, fields);
      for (let count = 0; count < 500; count += 1)
        mailbox.touch(0, { ...fields, content: `/${count % 60}`, sendId: `${count}` });
      for (let count = 0; count < 60; count += 1) mailbox.touch(0, { ...fields, content: `/${count}` });
      expect(mailbox.found).toEqual([]);
    }
  });

  it('are no evidence where the touch does not say which mail it was, but for several links at once', () => {
    const mailbox = new Mailbox();
    const unknown = { sendId: '', campaign: '' };
    for (let count = 0; count < 20; count += 1) mailbox.touch(count * 60, unknown);
    expect(mailbox.found).toEqual([]);
    for (const content of ['/x', '/y', '/z']) mailbox.touch(5_000, { ...unknown, content });
    expect(mailbox.marks).toHaveLength(3);
  });

  it('teach nothing when they come again, and are not marked again once a person has taken a mark back', () => {
    const mailbox = new Mailbox();
    for (let count = 0; count < 5; count += 1) mailbox.touch(0, { touchId: 'one' });
    expect(mailbox.found).toEqual([]);
    for (const content of ['/b', '/c']) mailbox.touch(0.1, { content });
    expect(mailbox.marks).toHaveLength(3);
    mailbox.touch(0, { touchId: 'one', revision: 3, dispositionReason: 'human:42' });
    mailbox.touch(0.2, { content: '/d' });
    expect(mailbox.marks.map(({ touchId, revision }) => `${touchId} ${revision}`)).toEqual([
      ...['one 2', 'touch-6 2', 'touch-7 2', 'touch-9 2'],
    ]);
  });

  it('stay a machine’s when they are decided again without the mark, for the same person or for another', () => {
    const mailbox = new Mailbox();
    for (const [index, content] of ['/a', '/b', '/c'].entries()) mailbox.touch(index / 10, { content });
    const again = { touchId: 'touch-1', content: '/a' };
    mailbox.touch(0, { ...again, revision: 3, role: 'economic_buyer' });
    mailbox.touch(0, { ...again, revision: 5, personId: 'anna-too' });
    mailbox.touch(0, { ...again, revision: 5, personId: 'anna-too' });
    expect(mailbox.marks.slice(3)).toMatchObject([
      { touchId: 'touch-1', revision: 4, disposition: 'bot', role: 'economic_buyer' },
      { touchId: 'touch-1', revision: 6, disposition: 'bot', personId: 'anna-too' },
    ]);
  });

  it('that come and go between accounts are no repetitions of themselves', () => {
    const mailbox = new Mailbox();
    const ids = ['/a', '/b', '/c'].map((content, index) => mailbox.touch(10 * index, { content }));
    for (let revision = 3; revision < 20; revision += 2) {
      for (const [index, touchId] of ids.entries()) {
        mailbox.memory.forget('acme.example', touchId);
        mailbox.touch(10 * index, { touchId, content: ['/a', '/b', '/c'][index] ?? '', revision });
      }
    }
    expect(mailbox.found).toEqual([]);
  });

  it('are forgotten when they are retracted, and three days after the mail’s last click', () => {
    const mailbox = new Mailbox();
    const first = mailbox.touch(0, { content: '/a' });
    mailbox.touch(0.1, { content: '/b' });
    mailbox.memory.forget('acme.example', first);
    mailbox.touch(0.2, { content: '/c' });
    expect(mailbox.found).toEqual([]);
    const late = START + 3 * DAY + 200;
    mailbox.touch(0, { content: '/d', received: late });
    mailbox.touch(0.1, { content: '/e', received: late });
    expect(mailbox.found).toEqual([]);
  });

  it('mean the same after the memory was put away and taken out again, at any point', () => {
    const play = (mailbox: Mailbox, between: () => void): string[] => {
      for (let count = 0; count < 40; count += 1) {
        mailbox.delivered(count * 40_000, { sendId: `mail-${count % 5}` });
        mailbox.touch(count * 40_000 + (count % 3), { content: `/${count % 2}`, sendId: `mail-${count % 5}` });
        between();
      }
      return mailbox.found;
    };
    const disturbed = new Mailbox();
    const reload = (): void => {
      disturbed.memory = MailMemory.load(JSON.parse(JSON.stringify(disturbed.memory.save())));
    };
    const expected = play(new Mailbox(), () => undefined);
    expect(expected.length).toBeGreaterThan(5);
    expect(play(disturbed, reload)).toEqual(expected);
  });

  it('take bounded memory, however many mails, people and links there are', () => {
    const mailbox = new Mailbox();
    for (let count = 0; count < 60_000; count += 1) {
      const accountId = `account-${count % 30_000}.example`;
      mailbox.touch(count / 10, {
        accountId,
        content: `/${count % 3}`,
        sendId: `mail-${count % 7}`,
        personId: `${count % 11}`,
      });
    }
    for (let count = 0; count < 2_000; count += 1) mailbox.touch(6_000 + count, { content: `/${count}` });
    const { young, old } = mailbox.memory.save().accounts;
    const clicks = [...young, ...old].flatMap(([, mails]) => mails.flatMap((mail) => mail.clicks));
    expect(clicks.length).toBeLessThanOrEqual(20_000);
    const own = [...young, ...old].find(([account]) => account === 'acme.example')?.[1][0];
    expect([own?.clicks.length, own?.links.length]).toEqual([64, 64]);
  });
});
