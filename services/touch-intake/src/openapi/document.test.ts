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

const LETTER = '11111111-1111-8111-8111-111111111111';

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
    url: path.replace('{id}', path.startsWith('/v1/dead-letters') ? LETTER : 'json'),
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

/** What a policy says, that a clock is told something, which letters there are, what the rules of a source want: beyond a schema. */
const isBeyondSchema = (path: string): boolean =>
  ['/v1/policies', '/v1/clock', '/v1/sources/{id}'].includes(path) ||
  path.startsWith('/v1/dead-letters') ||
  isTracking(path);

/** Method and path of every route, out of a tree of path segments: four characters a level. */
const servedRoutes = (tree: string): string[] => {
  const path: string[] = [];
  return [...tree.matchAll(/^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/gm)].flatMap(
    ([, indent = '', part = '', methods]) => {
      const depth = indent.length / 4;
      path.splice(depth, path.length, part.replace(/:(\w+)/g, '{$1}'));
      return methods === undefined ? [] : methods.split(', ').map((method) => `${method} ${path.join('')}`);
    },
  );
};

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
    const served = servedRoutes(server.printRoutes({ commonPrefix: false, includeHooks: false }));
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

  it('has the answers about dead letters that are there, that are replayed, and that cannot be', async () => {
    const intake = createTestIntake();
    const touches = [touchOf({ time: 'soon' }), touchOf({ person: {} }), { big: 'x'.repeat(300_000) }];
    await send(intake, { path: '/v1/touches', method: 'post' }, touches);
    const [first, , cut] = intake.deadLetters().map(({ deadLetterId }) => deadLetterId);
    const ask = async (path: string, method: string, body?: object, id = first) => {
      const { operation } = operations.find((one) => one.path === path && one.method === method) ?? {};
      if (!operation) throw new Error(`no ${method} ${path}`);
      const answer = await send(intake, { path: path.replace('{id}', id ?? ''), method }, body);
      return [answer.statusCode, undocumented(operation, answer)];
    };
    expect(await ask('/v1/dead-letters', 'get')).toEqual([200, null]);
    expect(await ask('/v1/dead-letters/{id}', 'get')).toEqual([200, null]);
    expect(await ask('/v1/dead-letters/{id}', 'get', undefined, LETTER)).toEqual([404, null]);
    const replay = '/v1/dead-letters/{id}/replay';
    expect(await ask(replay, 'post', {})).toEqual([400, null]);
    expect(await ask(replay, 'post', {}, cut)).toEqual([409, null]);
    expect(await ask(replay, 'post', { record: touchOf() })).toEqual([202, null]);
    expect(await ask(replay, 'post', {})).toEqual([200, null]);
    expect(await ask('/v1/dead-letters/{id}', 'get')).toEqual([200, null]);
    const bulk = { source: 'web', set: { 'person.id': 'p-1' } };
    expect(await ask('/v1/dead-letters/replay', 'post', { ...bulk, dryRun: true })).toEqual([200, null]);
    expect(await ask('/v1/dead-letters/replay', 'post', bulk)).toEqual([202, null]);
  });
});
