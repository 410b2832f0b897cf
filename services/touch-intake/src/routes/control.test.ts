import { readFile } from 'node:fs/promises';
import { policiesDir } from '@groundswell/policy';
import { topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { createTestIntake, NOW, type TestIntake, touchOf } from '../testing/test-intake.ts';

const post = async ({ server }: TestIntake, path: string, payload: unknown) => {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = { 'content-type': 'application/json' };
  const response = await server.inject({ method: 'POST', url: path, headers, payload: body });
  return { status: response.statusCode, body: response.json() };
};

const PARTITIONS = Array.from({ length: topics.touchesRaw.partitions }, (_, partition) => partition);

/** What each partition of touches.raw got, in order. */
const perPartition = (intake: TestIntake): string[][] => {
  const records = intake.records();
  const placed = intake.sends.flat().map(({ partition }, index) => ({ partition, kind: records[index]?.kind ?? '' }));
  return PARTITIONS.map((own) => placed.filter(({ partition }) => partition === own).map(({ kind }) => kind));
};

describe('POST /v1/clock', () => {
  it('ticks every partition, without a key', async () => {
    const intake = createTestIntake();
    const answer = await post(intake, '/v1/clock', { tick: '2026-01-01T00:00:00Z' });
    expect(answer).toEqual({ status: 202, body: { tick: '2026-01-01T00:00:00.000Z', mode: null, partitions: 12 } });
    expect(perPartition(intake)).toEqual(PARTITIONS.map(() => ['Tick']));
    expect(intake.sends.flat().every(({ key }) => key === null)).toBe(true);
    expect(intake.records()[0]?.body).toEqual({ received: Date.UTC(2026, 0, 1), origin: 'importer' });
  });

  it('begins a replay before the tick and goes live after it', async () => {
    const tick = Date.UTC(2026, 0, 1);
    const replay = createTestIntake();
    await post(replay, '/v1/clock', { tick, mode: 'replay', reason: 'import of 2025' });
    expect(perPartition(replay)).toEqual(PARTITIONS.map(() => ['ClockModeSet', 'Tick']));
    expect(replay.records()[0]?.body).toEqual({ received: tick, mode: 'replay', reason: 'import of 2025' });
    const live = createTestIntake();
    await post(live, '/v1/clock', { tick, mode: 'live' });
    expect(perPartition(live)).toEqual(PARTITIONS.map(() => ['Tick', 'ClockModeSet']));
  });

  it('knows no time when a replay begins without a tick, and the wall clock when the log goes live', async () => {
    const intake = createTestIntake();
    await post(intake, '/v1/clock', { mode: 'replay' });
    await post(intake, '/v1/clock', { mode: 'live' });
    const received = intake.records().map(({ body }) => ('received' in body ? body.received : null));
    expect(received).toEqual([...PARTITIONS.map(() => 0), ...PARTITIONS.map(() => NOW)]);
  });

  it('refuses a tick after now', async () => {
    const intake = createTestIntake();
    const refused = await post(intake, '/v1/clock', { tick: NOW + 1 });
    expect(refused).toMatchObject({ status: 422, body: { reason: 'clock_in_future', retryable: false } });
    expect(intake.sends).toEqual([]);
    expect((await post(intake, '/v1/clock', { tick: NOW })).status).toBe(202);
  });

  it.each([
    ['{}', /tick, mode or both/],
    ['{"tick":"soon"}', /tick: .*"soon"/],
    ['{"mode":"fast"}', /mode/],
    ['{"tock":1}', /tock/],
    ['{', /not JSON/],
    ['[]', /object/],
  ])('refuses %s', async (body, message) => {
    const answer = await post(createTestIntake(), '/v1/clock', body);
    expect(answer).toMatchObject({
      status: 400,
      body: { reason: 'invalid_request', message: expect.stringMatching(message) },
    });
  });

  it('writes a tick only after the touches that came before it', async () => {
    const first = Promise.withResolvers<void>();
    let sends = 0;
    const broker = (): Promise<void> => {
      sends += 1;
      return sends === 1 ? first.promise : Promise.resolve();
    };
    const intake = createTestIntake({ broker });
    const touch = post(intake, '/v1/touches', touchOf());
    while (sends === 0) await new Promise((resolve) => setImmediate(resolve));
    const tick = post(intake, '/v1/clock', { tick: NOW });
    const later = post(intake, '/v1/touches', touchOf({ id: 'later' }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(intake.sends).toEqual([]);
    first.resolve();
    await Promise.all([touch, tick, later]);
    expect(intake.records().map(({ kind }) => kind)).toEqual(['RawTouch', ...PARTITIONS.map(() => 'Tick'), 'RawTouch']);
  });
});

describe('POST /v1/policies', () => {
  const plain = () => readFile(new URL('plain.yaml', policiesDir), 'utf8');

  it('activates a policy in every partition', async () => {
    const intake = createTestIntake();
    const sent = { content: await plain(), at: '2026-01-01T00:00:00Z', activatedBy: 'ops' };
    const { status, body } = await post(intake, '/v1/policies', sent);
    expect(status).toBe(202);
    expect(body).toEqual({
      name: 'plain',
      version: expect.stringMatching(/^plain@[0-9a-f]{12}$/),
      at: '2026-01-01T00:00:00.000Z',
    });
    expect(perPartition(intake)).toEqual(PARTITIONS.map(() => ['PolicyActivated']));
    const record = { received: Date.UTC(2026, 0, 1), name: 'plain', version: body.version, activatedBy: 'ops' };
    expect(intake.records()[0]?.body).toMatchObject(record);
  });

  it('gives the same policy the same version, whoever activates it and whenever', async () => {
    const intake = createTestIntake();
    const content = await plain();
    const first = await post(intake, '/v1/policies', { content });
    const second = await post(intake, '/v1/policies', { content: `# again\n${content}`, at: 0 });
    expect(second.body.version).toBe(first.body.version);
    expect(first.body.at).toBe(new Date(NOW).toISOString());
  });

  it('answers 422 with every problem to a policy that is none', async () => {
    const intake = createTestIntake();
    const content = (await plain()).replace(/touches: \d+/, 'touches: many');
    const { status, body } = await post(intake, '/v1/policies', { content });
    expect(status).toBe(422);
    expect(body).toMatchObject({ reason: 'policy_invalid', problems: [{ path: expect.stringContaining('touches') }] });
    expect(intake.sends).toEqual([]);
  });

  it('refuses an activation after now, and a body that is not as documented', async () => {
    const content = await plain();
    const after = await post(createTestIntake(), '/v1/policies', { content, at: NOW + 1 });
    expect(after).toMatchObject({ status: 422, body: { reason: 'clock_in_future' } });
    const wrong = await post(createTestIntake(), '/v1/policies', { policy: content });
    expect(wrong).toMatchObject({ status: 400, body: { reason: 'invalid_request' } });
  });

  it('reads files that are larger than a framework would by itself, up to 1 MiB', async () => {
    const content = `${await plain()}\n# ${'x'.repeat(900_000)}`;
    expect((await post(createTestIntake(), '/v1/policies', { content })).status).toBe(202);
    const tooLarge = await post(createTestIntake(), '/v1/policies', { content: `${content}${'x'.repeat(200_000)}` });
    expect(tooLarge).toMatchObject({ status: 413, body: { reason: 'body_too_large' } });
  });
});
