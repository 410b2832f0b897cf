import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

const templates = join(import.meta.dirname, '..', '..', 'packages', 'sources', 'templates');
const HUBSPOT_SECRET = 'e2e-client-secret';
const OPERATOR_KEY = 'e2e-operator-key';
const WRITE_KEYS = ['e2e-write-key-a', 'e2e-write-key-b'] as const;

const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');

const KEYS_OF_TEMPLATE = /auth:\n {2}scheme: write-key\n {2}keys:\n {4}- id: key-1\n {6}sha256: .*\n/;

const writeKeys = (keys: readonly string[]): string => {
  const list = keys.map((key, index) => `    - { id: k${index}, sha256: ${digestOf(key)} }\n`);
  return `auth:\n  scheme: write-key\n  keys:\n${list.join('')}`;
};

describe('what the tools send goes through the whole pipeline, of an intake that lets in no one without a key', () => {
  let folder: string;
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;

  const declareSegment = async (keys: readonly string[]): Promise<void> => {
    const text = await readFile(join(templates, 'segment.yaml'), 'utf8');
    await writeFile(join(folder, 'sources', 'segment.yaml'), text.replace(KEYS_OF_TEMPLATE, writeKeys(keys)));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'groundswell-tools-'));
    await mkdir(join(folder, 'sources'));
    await mkdir(join(folder, 'secrets'));
    await declareSegment(WRITE_KEYS.slice(0, 1));
    await writeFile(join(folder, 'sources', 'hubspot.yaml'), await readFile(join(templates, 'hubspot.yaml'), 'utf8'));
    await writeFile(join(folder, 'secrets', 'hubspot'), `${HUBSPOT_SECRET}\n`);
    pipeline = await startPipeline(inject('stack'), {
      name: 'tools',
      env: {
        GROUNDSWELL_SOURCES_DIR: join(folder, 'sources'),
        GROUNDSWELL_SECRETS_DIR: join(folder, 'secrets'),
        GROUNDSWELL_INTAKE_OPEN: 'false',
        GROUNDSWELL_INTAKE_OPERATOR_KEY_SHA256: digestOf(OPERATOR_KEY),
        GROUNDSWELL_INTAKE_KEY: OPERATOR_KEY,
        GROUNDSWELL_LOG_LEVEL: 'debug',
      },
    });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    await activatePlainPolicy(pipeline);
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** As the books have them: how many records of the source there are, and how many of them are a touch of their own. */
  const counted = async (source: string) => {
    const books = await pipeline.groundswell('books', '--json', '--timeout', '120');
    expect(books, books.stdout + books.stderr).toMatchObject({ exitCode: 0 });
    return clickhouse.query<{ records: number; touches: number; duplicates: number }>(
      `SELECT count() AS records, countIf(fate != 'duplicate') AS touches, countIf(fate = 'duplicate') AS duplicates
       FROM touch_fates WHERE source = '${source}'`,
    );
  };

  it("has every call of the vendors' SDKs once", async () => {
    const calls = 120;
    const segment = new Analytics({ writeKey: WRITE_KEYS[0], host: pipeline.intakeUrl, flushAt: 25 });
    const rudder = new RudderAnalytics(WRITE_KEYS[0], {
      dataPlaneUrl: pipeline.intakeUrl,
      flushAt: 25,
      flushInterval: 100,
    });
    for (let n = 0; n < calls; n += 1) {
      segment.track({ userId: `s-${n}`, event: 'Signed In' });
      rudder.track({ userId: `r-${n}`, event: 'Signed In' });
    }
    await segment.closeAndFlush();
    await rudder.flush();
    await expect
      .poll(() => counted('segment'), { timeout: 60_000 })
      .toEqual([{ records: 2 * calls, touches: 2 * calls, duplicates: 0 }]);
  });

  const hubSpotBody = JSON.stringify([
    {
      eventId: 1,
      subscriptionId: 2,
      portalId: 33,
      occurredAt: Date.now() - 60_000,
      subscriptionType: 'contact.propertyChange',
      attemptNumber: 0,
      objectId: 7,
      propertyName: 'recent_conversion_date',
    },
  ]);

  /** Signed by WebCrypto: another implementation than the one that checks. */
  const sendHubSpot = async (signedAt: number): Promise<number> => {
    const url = 'https://touches.example.com/v1/sources/hubspot';
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', Buffer.from(HUBSPOT_SECRET), algorithm, false, ['sign']);
    const signature = await crypto.subtle.sign('HMAC', key, Buffer.from(`POST${url}${hubSpotBody}${signedAt}`));
    const response = await fetch(`${pipeline.intakeUrl}/v1/sources/hubspot`, {
      method: 'POST',
      body: hubSpotBody,
      headers: {
        'content-type': 'application/json',
        'x-hubspot-request-timestamp': String(signedAt),
        'x-hubspot-signature-v3': Buffer.from(signature).toString('base64'),
      },
    });
    return response.status;
  };

  it('has a webhook that is delivered twice as one touch and one duplicate, and refuses a recorded one', async () => {
    expect([await sendHubSpot(Date.now()), await sendHubSpot(Date.now())]).toEqual([200, 200]);
    expect(await sendHubSpot(Date.now() - 301_000)).toBe(401);
    await expect
      .poll(() => counted('hubspot'), { timeout: 60_000 })
      .toEqual([{ records: 2, touches: 1, duplicates: 1 }]);
  });

  it('exchanges a key while it runs', async () => {
    const statusOf = async (key: string): Promise<number> => {
      const response = await fetch(`${pipeline.intakeUrl}/v1/track`, {
        method: 'POST',
        body: JSON.stringify({ messageId: `m-${key}`, anonymousId: 'a-1', event: 'Signed In' }),
        headers: {
          authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
          'content-type': 'application/json',
        },
      });
      return response.status;
    };
    const [old, next] = WRITE_KEYS;
    expect([await statusOf(old), await statusOf(next)]).toEqual([200, 401]);
    await declareSegment([old, next]);
    await expect.poll(() => statusOf(next), { timeout: 10_000 }).toBe(200);
    expect(await statusOf(old)).toBe(200);
    await declareSegment([next]);
    await expect.poll(() => statusOf(old), { timeout: 10_000 }).toBe(401);
    expect(await statusOf(next)).toBe(200);
  });

  it('lets no one in without a key, and never logs one', async () => {
    for (const path of ['/v1/touches', '/v1/clock', '/v1/policies', '/v1/track', '/v1/sources/hubspot']) {
      const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
      expect((await fetch(pipeline.intakeUrl + path, init)).status, path).toBe(401);
    }
    const log = await readFile(pipeline.service('touch-intake').logFile, 'utf8');
    for (const secret of [HUBSPOT_SECRET, OPERATOR_KEY, ...WRITE_KEYS]) {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(Buffer.from(`${secret}:`).toString('base64'));
      expect(log).not.toContain(digestOf(secret));
    }
  });
});
