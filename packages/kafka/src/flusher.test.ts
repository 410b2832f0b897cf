import { topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Flusher } from './flusher.ts';
import type { OutgoingMessage } from './producer.ts';
import { systemWall } from './wall.ts';

const logger = createLogger({ serviceName: 'flusher-test', logLevel: 'silent' });

const level = (accountId: string): OutgoingMessage => ({ topic: topics.accountLevels, key: accountId, value: null });
const letter = (id: string): OutgoingMessage => ({ topic: topics.deadLetters, key: id, value: null });
const score = (accountId: string): OutgoingMessage => ({ topic: topics.intensityScores, key: accountId, value: null });

describe('the flusher', () => {
  let sent: string[];
  let waiting: { deadLetters: OutgoingMessage[]; messages: OutgoingMessage[] };
  let acknowledged: string[];
  let fail: (stage: string) => boolean;
  let cuts: boolean[];
  let flusher: Flusher;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    acknowledged = [];
    cuts = [];
    waiting = { deadLetters: [], messages: [] };
    fail = () => false;
    flusher = new Flusher({
      sender: {
        connect: async () => undefined,
        disconnect: async () => undefined,
        sendAll: async (messages) => {
          const text = messages.map(({ topic, key }) => `${topic.name}:${key}`).join(' ');
          if (fail(text)) throw new Error('not acknowledged');
          sent.push(text);
          return [];
        },
      },
      onWritten: () => undefined,
      stages: [topics.intensityScores, topics.accountLevels],
      wall: systemWall,
      logger,
      cut: (whole) => {
        cuts.push(whole);
        const { deadLetters, messages } = waiting;
        waiting = { deadLetters: [], messages: [] };
        const keys = messages.map(({ key }) => key).join();
        return { deadLetters, messages, onAcknowledged: () => void acknowledged.push(keys) };
      },
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends topic by topic in the declared order, dead letters first', async () => {
    waiting = { deadLetters: [letter('x')], messages: [level('a'), score('a'), level('b')] };
    flusher.within(5);
    await vi.advanceTimersByTimeAsync(5);
    expect(sent).toEqual(['dead-letters:x', 'intensity.scores:a', 'account.levels:a account.levels:b']);
    expect(acknowledged).toEqual(['a,a,b']);
  });

  it('sends again only what was not acknowledged, and acknowledges once', async () => {
    let failures = 2;
    fail = (stage) => stage.startsWith('account.levels') && failures-- > 0;
    waiting.messages = [score('a'), level('a')];
    const all = flusher.all();
    await vi.advanceTimersByTimeAsync(1_000);
    await all;
    expect(sent).toEqual(['intensity.scores:a', 'account.levels:a']);
    expect(acknowledged).toEqual(['a,a']);
  });

  it('acknowledges nothing of what was given up', async () => {
    fail = () => true;
    waiting.messages = [score('a')];
    const all = flusher.all();
    await vi.advanceTimersByTimeAsync(50);
    flusher.giveUp();
    await vi.advanceTimersByTimeAsync(10_000);
    await all;
    expect(acknowledged).toEqual([]);
    fail = () => false;
    waiting.messages = [score('b')];
    await flusher.all();
    expect(acknowledged).toEqual(['b']);
  });

  it('keeps the earliest of several deadlines', async () => {
    flusher.within(100);
    flusher.within(5);
    flusher.within(50);
    await vi.advanceTimersByTimeAsync(5);
    expect(cuts).toEqual([false]);
    await vi.advanceTimersByTimeAsync(200);
    expect(cuts).toEqual([false]);
  });

  it('cuts everything anew for whoever wants all, though a flush is under way', async () => {
    let failures = 1;
    fail = () => failures-- > 0;
    waiting.messages = [score('a')];
    flusher.within(0);
    await vi.advanceTimersByTimeAsync(1);
    waiting.messages = [score('b')];
    const all = flusher.all();
    await vi.advanceTimersByTimeAsync(1_000);
    await all;
    expect(cuts).toEqual([false, true]);
    expect(acknowledged).toEqual(['a', 'b']);
  });
});
