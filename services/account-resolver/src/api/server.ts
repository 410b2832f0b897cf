import { randomUUID } from 'node:crypto';
import { RequestRefused, Turns } from '@groundswell/interchange';
import { admitOperator, answerRefusals, type Logger } from '@groundswell/service';
import fastify, { type FastifyInstance } from 'fastify';
import type { ResolverApi } from './resolver-api.ts';
import { correctionRoutes } from './routes-corrections.ts';
import { listRoutes } from './routes-lists.ts';
import { whyRoutes } from './routes-why.ts';
import { snakeCased } from './snake-case.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** Looks at everything that is held, waiting behind the one under way. */
const MOST_WAITING = 8;

const meaningOf = (status: number): RequestRefused | null => {
  if (status === 415) return new RequestRefused('unsupported_media_type', 'send application/json');
  if (status === 413) return new RequestRefused('body_too_large', `a request is at most ${MAX_BODY_BYTES / 1024} KiB`);
  return null;
};

const THERE_IS =
  'GET /v1/why-account, /v1/why-person, /v1/ambiguous, /v1/unresolved, /v1/merge-candidates, /v1/corrections; POST /v1/corrections, /v1/corrections/<id>/revoke';

/** The operator's side of the resolver: `inject` it in tests, or give `routing` requests. */
export const createResolverServer = (api: ResolverApi, logger: Logger): FastifyInstance => {
  const app = fastify({ logger: false, genReqId: () => randomUUID(), bodyLimit: MAX_BODY_BYTES });
  // Everything here is the operator's: who people are, and what is corrected.
  app.addHook('onRequest', async ({ headers, is404 }) => {
    if (!is404) admitOperator(headers, api, 'GROUNDSWELL_RESOLVER_OPERATOR_KEY_SHA256');
  });
  app.addHook('preSerialization', async (_request, _reply, answer) => snakeCased(answer));
  app.addHook('onResponse', async (request, reply) => {
    // Never the URL: its query names a person.
    const route = request.routeOptions.url ?? 'unknown';
    const line = { requestId: request.id, method: request.method, route, status: reply.statusCode };
    if (reply.statusCode >= 500) logger.warn(line, 'request');
    else logger.info(line, 'request');
  });
  answerRefusals(app, { logger, name: 'the resolver', thereIs: THERE_IS, meaningOf });
  const turns = new Turns('looks at all touches', MOST_WAITING);
  whyRoutes(app, api);
  listRoutes(app, api, turns);
  correctionRoutes(app, api, turns);
  return app;
};
