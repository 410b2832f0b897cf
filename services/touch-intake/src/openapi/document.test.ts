import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogOf, template } from '../testing/declared.ts';
import { arbitraryOf } from '../testing/schema-arbitrary.ts';
import { createTestIntake, type TestIntake, touchOf } from '../testing/test-intake.ts';
import { openApiDocument } from './document.ts';
import type { JsonSchema } from './interchange-schemas.ts';

const RUNS = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 60);

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>; readonly headers?: object }
    >
  >;
}

const operations = Object.entries(openApiDocument.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
);

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'document', ...openApiDocument });

const resolve = (reference: string): JsonSchema =>
  reference
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((found, step) => (found as Record<string, unknown>)[step], openApiDocument) as JsonSchema;

const absolute = (schema: JsonSchema): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  json(): unknown;
}

/** Whether an answer is one that the document promises for the operation; else what is wrong with it. */
const undocumented = (operation: Operation, answer: Answer): string | null => {
  const documented = operation.responses[String(answer.statusCode)];
  if (!documented) return `${answer.statusCode} is not documented: ${JSON.stringify(answer.json())}`;
  const schema = documented.content['application/json']?.schema;
  if (!schema) return 'no schema';
  if (!ajv.validate(absolute(schema), answer.json())) return `${answer.statusCode}: ${ajv.errorsText()}`;
  return 'headers' in documented && answer.headers['retry-after'] === undefined ? 'no Retry-After' : null;
};

const send = (
  intake: TestIntake,
  { path, method }: { path: string; method: string },
  body: unknown,
  type = 'application/json',
) =>
  intake.server.inject({
    method: method.toUpperCase() as 'POST',
    url: path.replace('{id}', 'json'),
    ...(method === 'get'
      ? {}
      : {
          headers: { 'content-type': type, ...(isTracking(path) ? WRITE_KEY : {}) },
          payload: typeof body === 'string' ? body : JSON.stringify(body),
        }),
  });

/** Sources for the endpoints of tools; while intake is open, the id of one is its write key. */
const sources = catalogOf(template('json'), template('segment', null));
const WRITE_KEY = { authorization: `Basic ${Buffer.from('segment:').toString('base64')}` };
const isTracking = (path: string): boolean => /^\/v1\/(track|identify|group|page|screen|alias|batch)$/.test(path);

/** What a policy says, that a clock is told something, and what the rules of a source want, is beyond a schema. */
const isBeyondSchema = (path: string): boolean =>
  ['/v1/policies', '/v1/clock', '/v1/sources/{id}'].includes(path) || isTracking(path);

describe('the OpenAPI document', () => {
  it('has every route of the server, and no other', async () => {
    const { server } = createTestIntake();
    await server.ready();
    const there = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort();
    const missing = there.filter((one) => {
      const [method, url] = one.split(' ');
      return !server.hasRoute({ method: method ?? '', url: (url ?? '').replace(/\{(\w+)\}/g, ':$1') });
    });
    expect(missing).toEqual([]);
    const printed = server.printRoutes({ commonPrefix: false, includeHooks: false });
    const served = [...printed.matchAll(/(\/[\w./:-]*) \(([A-Z, ]+)\)/g)].flatMap(([, url, methods]) =>
      (methods ?? '').split(', ').map((method) => `${method} ${(url ?? '').replace(/:(\w+)/g, '{$1}')}`),
    );
    expect(served.filter((one) => !one.startsWith('HEAD ')).sort()).toEqual(there);
  });

  it('is served', async () => {
    const answer = await createTestIntake().server.inject({ method: 'GET', url: '/openapi.json' });
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument)));
  });

  it.each(operations.filter(({ operation }) => operation.requestBody))(
    'of $path: what it allows is taken, and every answer is as it says',
    async ({ path, method, operation }) => {
      const schema = operation.requestBody?.content['application/json']?.schema ?? {};
      const intake = createTestIntake({ sources });
      await fc.assert(
        fc.asyncProperty(arbitraryOf(schema, resolve), async (body) => {
          const answer = await send(intake, { path, method }, body);
          expect(undocumented(operation, answer)).toBeNull();
          if (isBeyondSchema(path)) return;
          expect(answer.json()).toMatchObject({ rejected: 0 });
          expect(answer.statusCode).toBe(202);
        }),
        { numRuns: RUNS },
      );
    },
  );

  it.each(operations.filter(({ operation }) => operation.requestBody))(
    'of $path: answers to anything else are as it says, too',
    async ({ path, method, operation }) => {
      const anything = fc.oneof(fc.json(), fc.string(), fc.constantFrom('', '[]', '{}', 'null', '{"a":'));
      const intake = createTestIntake({ sources });
      const type = fc.constantFrom('application/json', 'application/x-ndjson', 'text/plain');
      await fc.assert(
        fc.asyncProperty(anything, type, async (body, contentType) => {
          const answer = await send(intake, { path, method }, body, contentType);
          expect(undocumented(operation, answer)).toBeNull();
          expect(answer.statusCode).toBeLessThan(500);
        }),
        { numRuns: RUNS },
      );
    },
  );

  it('has the answers of a broker that fails and of an intake that is full', async () => {
    const { operation } = operations.find(({ path }) => path === '/v1/touches') ?? {};
    if (!operation) throw new Error('no /v1/touches');
    const failing = createTestIntake({ broker: () => Promise.reject(new Error('gone')) });
    const refused = await send(failing, { path: '/v1/touches', method: 'post' }, touchOf());
    expect([refused.statusCode, undocumented(operation, refused)]).toEqual([503, null]);
    const full = await send(
      createTestIntake({ maxInFlightBytes: 10 }),
      { path: '/v1/touches', method: 'post' },
      touchOf(),
    );
    expect([full.statusCode, undocumented(operation, full)]).toEqual([429, null]);
    const large = await send(
      createTestIntake({ maxBodyBytes: 10 }),
      { path: '/v1/touches', method: 'post' },
      touchOf(),
    );
    expect([large.statusCode, undocumented(operation, large)]).toEqual([413, null]);
  });
});
