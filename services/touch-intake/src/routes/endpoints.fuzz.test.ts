import type { OutgoingMessage } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import { fuzz } from '@groundswell/test';
import { expect, it } from 'vitest';
import { recordKinds } from '../record-kinds.ts';
import { catalogOf, template } from '../testing/declared.ts';
import { createTestIntake, touchOf } from '../testing/test-intake.ts';

const templates = ['json', 'segment', 'marketo', 'hubspot', 'salesloft', 'cloudevents', 'adobe-io'].map((name) =>
  template(name, null),
);

const own = Object.keys(recordKinds);
const tracking = ['track', 'identify', 'group', 'page', 'screen', 'alias', 'batch'];
const paths = [
  ...own.map((kind) => `/v1/${kind}`),
  ...templates.map(({ id }) => `/v1/sources/${id}`),
  ...tracking.map((call) => `/v1/${call}`),
  ...['/v1/clock', '/v1/policies', '/v1/dead-letters/replay', '/v1/sources/nobody', '/v1/dead-letters/x/replay'],
];
const contentTypes = [
  'application/json',
  'application/x-ndjson',
  'application/x-www-form-urlencoded',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'text/plain',
  'image/png',
];

const payloads = templates.flatMap(({ tests }) => tests.map(({ payload }) => JSON.stringify(payload)));
const corpus = [
  ...payloads,
  `[${payloads.slice(0, 5).join(',')}]`,
  JSON.stringify(touchOf()),
  `${JSON.stringify(touchOf())}\n${JSON.stringify(touchOf({ id: 'evt-2' }))}\n`,
  JSON.stringify({ batch: [{ type: 'track', event: 'x', userId: 'u', messageId: 'm' }], writeKey: 'k' }),
  'munchkin=1&lead=2&email=ada%40acme.example',
  '{"tick":"2026-01-01T00:00:00Z"}',
];

interface Told {
  readonly accepted?: number;
  readonly rejected?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** Of one request: what was told to be rejected are the dead letters, and whatever was accepted is in a topic. */
const books = ({ accepted = 0, rejected = 0 }: Told, written: readonly OutgoingMessage[]): void => {
  const letters = written.filter(({ topic }) => topic.name === topics.deadLetters.name).length;
  expect(letters).toBe(rejected);
  expect(written.length - letters).toBeGreaterThanOrEqual(accepted > 0 ? 1 : 0);
};

it('any request gets an answer that says what became of it, and the books of it balance', async () => {
  const intake = createTestIntake({ sources: catalogOf(...templates), maxBodyBytes: 1024 * 1024 });
  await fuzz({
    corpus,
    share: 0.3,
    run: async (bytes, random) => {
      const url = paths[random(paths.length)] ?? '';
      const contentType = contentTypes[random(3) === 0 ? random(contentTypes.length) : 0] ?? '';
      const headers: Record<string, string> = { 'content-type': contentType };
      if (random(4) === 0)
        Object.assign(headers, { 'ce-id': '1', 'ce-source': 's', 'ce-type': 't', 'ce-specversion': '1.0' });
      if (random(4) === 0) headers['x-salesloft-event'] = ['person_updated', 'email_updated', '\x7f'][random(3)] ?? '';
      const response = await intake.server.inject({ method: 'POST', url, headers, payload: bytes });
      const told: Told = response.json();
      const written = intake.sends.splice(0).flat();
      if (response.statusCode >= 500) expect(told.reason).toMatch(/^(not_acknowledged|signature_unverifiable)$/);
      if (response.statusCode >= 400)
        expect([told.reason, told.message]).toEqual([expect.any(String), expect.stringMatching(/./)]);
      if ('accepted' in told) books(told, written);
      expect(intake.inFlight.held).toBe(0);
    },
  });
});
