import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { createIntakeClient } from './intake-client.ts';

const URL_OF_INTAKE = 'http://intake.test:1/';
const batch = { body: Buffer.from('{}\n'), firstLine: 1 };
const options = { kind: 'touches' as const, source: undefined, origin: 'a.ndjson', replay: false };

type Step = Response | Error;

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

const acknowledged = (): Response =>
  answer(202, { accepted: 1, rejected: 0, results: [{ index: 0, status: 'accepted' }] });

/** A client whose requests meet the given steps, one after the other; the last one repeats. */
const clientOver = (steps: readonly Step[], signal?: AbortSignal) => {
  const clock = manualClock();
  const urls: string[] = [];
  const retries: string[] = [];
  const client = createIntakeClient({
    url: URL_OF_INTAKE,
    clock,
    onRetry: (reason) => retries.push(reason),
    ...(signal === undefined ? {} : { signal }),
    fetch: async (url) => {
      const step = steps[Math.min(urls.length, steps.length - 1)];
      urls.push(String(url));
      if (step === undefined || step instanceof Error) throw step ?? new Error('no step');
      return step.clone();
    },
  });
  return { client, clock, urls, retries };
};

const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });

describe('createIntakeClient', () => {
  it('says where records come from, and leaves out a first line that would be wrong', async () => {
    const { client, urls } = clientOver([acknowledged()]);
    await client.send(batch, { ...options, source: 'web', replay: true });
    await client.send({ ...batch, firstLine: null }, options);
    expect(urls).toEqual([
      'http://intake.test:1/v1/touches?origin=a.ndjson&line=1&source=web&mode=replay',
      'http://intake.test:1/v1/touches?origin=a.ndjson',
    ]);
  });

  it('shows its key, where it has one', async () => {
    const shown: (string | null)[] = [];
    for (const key of ['gsk_secret', undefined]) {
      const client = createIntakeClient({
        url: URL_OF_INTAKE,
        key,
        clock: manualClock(),
        fetch: async (_url, init) => {
          shown.push(new Headers(init?.headers).get('authorization'));
          return acknowledged();
        },
      });
      await client.send(batch, options);
    }
    expect(shown).toEqual(['Bearer gsk_secret', null]);
  });

  it('waits as long as Retry-After says when intake is busy', async () => {
    const busy = answer(429, { reason: 'too_much_in_flight', message: 'wait' }, { 'retry-after': '3' });
    const { client, clock, retries } = clientOver([busy, busy, acknowledged()]);
    expect((await client.send(batch, options)).accepted).toBe(1);
    expect(clock.sleeps).toEqual([3_000, 3_000]);
    expect(retries[0]).toBe('HTTP 429: wait');
  });

  it('backs off when the connection breaks or intake says it is worth a retry', async () => {
    const defect = answer(500, { reason: 'internal_error', message: 'oops', retryable: true });
    const { client, clock } = clientOver([refused, defect, acknowledged()]);
    await client.send(batch, options);
    expect(clock.sleeps).toEqual([150, 300]);
  });

  it('gives up soon on an intake that never answered', async () => {
    const { client, clock } = clientOver([refused]);
    await expect(client.send(batch, options)).rejects.toMatchObject({
      exitCode: 2,
      what: expect.stringContaining('connect ECONNREFUSED'),
      where: 'http://intake.test:1/v1/touches?origin=a.ndjson&line=1',
    });
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5_000);
  });

  it('waits out a restart of an intake that had answered', async () => {
    const { client, clock } = clientOver([
      acknowledged(),
      ...Array.from({ length: 12 }, () => refused),
      acknowledged(),
    ]);
    await client.send(batch, options);
    await client.send(batch, options);
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(5_000);
  });

  it('takes a batch in which everything was rejected for an answer', async () => {
    const rejected = answer(400, {
      reason: 'nothing_accepted',
      message: 'every record was rejected',
      retryable: false,
      accepted: 0,
      rejected: 1,
      results: [{ index: 0, status: 'rejected', reason: 'no_person', message: 'who?' }],
    });
    const { client, clock } = clientOver([rejected]);
    expect(await client.send(batch, options)).toMatchObject({ accepted: 0, rejected: 1 });
    expect(clock.sleeps).toEqual([]);
  });

  it('says what intake refused, and does not repeat what will not help', async () => {
    const early = answer(422, { reason: 'clock_in_future', message: 'tick: lies after now', retryable: false });
    const { client, clock } = clientOver([early]);
    await expect(client.tick(1)).rejects.toMatchObject({
      what: 'touch-intake answered 422: tick: lies after now',
      where: 'http://intake.test:1/v1/clock',
    });
    expect(clock.sleeps).toEqual([]);
  });

  it('recognises an address that is not intake', async () => {
    const { client } = clientOver([answer(404, '<html>not found</html>')]);
    await expect(client.send(batch, options)).rejects.toMatchObject({
      remedy: expect.stringContaining('GROUNDSWELL_INTAKE_URL'),
    });
  });

  it('stops at Ctrl-C instead of trying again', async () => {
    const stop = new AbortController();
    stop.abort();
    const { client, clock } = clientOver([refused], stop.signal);
    await expect(client.send(batch, options)).rejects.toThrow();
    expect(clock.sleeps).toEqual([]);
  });
});
