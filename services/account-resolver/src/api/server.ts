import { randomUUID } from 'node:crypto';
import { RequestRefused, Turns } from '@groundswell/interchange';
import { apiKeyOf, credentialsOf, hasDigest, type Logger, logDefect } from '@groundswell/service';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ResolverApi } from './resolver-api.ts';
import { correctionRoutes } from './routes-corrections.ts';
import { listRoutes } from './routes-lists.ts';
import { whyRoutes } from './routes-why.ts';
import { snakeCased } from './snake-case.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** Looks at everything that is held, waiting behind the one under way. */
const MOST_WAITING = 8;

const KEY_MISSING = 'the operator has no key yet: set GROUNDSWELL_RESOLVER_OPERATOR_KEY_SHA256';

/** Everything here is the operator's: who people are, and what is corrected. Throws RequestRefused. */
const admit = ({ headers }: FastifyRequest, { operatorKey, open }: ResolverApi): void => {
  if (operatorKey === null) {
    if (open) return;
    throw new RequestRefused('unauthorized', KEY_MISSING);
  }
  const key = apiKeyOf(credentialsOf(headers));
  if (key === null || !hasDigest(key, operatorKey))
    throw new RequestRefused('unauthorized', "the operator's key is needed: Authorization: Bearer KEY");
};

const statusOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;

const refusalOf = (error: unknown): RequestRefused => {
  if (error instanceof RequestRefused) return error;
  const status = statusOf(error);
  if (status === 415) return new RequestRefused('unsupported_media_type', 'send application/json');
  if (status === 413) return new RequestRefused('body_too_large', `a request is at most ${MAX_BODY_BYTES / 1024} KiB`);
  // The framework's own text: it may quote what was sent, and goes back to the sender only.
  if (status >= 400 && status < 500) return new RequestRefused('invalid_request', String(error));
  return new RequestRefused('internal_error', 'the resolver failed; its log says more under this request id');
};

const sendRefusal = ({ status, reason, message, retryable, details }: RequestRefused, reply: FastifyReply) => {
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryable) reply.header('retry-after', '2');
  return reply.code(status).send({ reason, message, retryable, ...details });
};

const THERE_IS =
  'GET /v1/why-account, /v1/why-person, /v1/ambiguous, /v1/unresolved, /v1/merge-candidates, /v1/corrections; POST /v1/corrections, /v1/corrections/<id>/revoke';

/** The operator's side of the resolver: `inject` it in tests, or give `routing` requests. */
export const createResolverServer = (api: ResolverApi, logger: Logger): FastifyInstance => {
  const app = fastify({ logger: false, genReqId: () => randomUUID(), bodyLimit: MAX_BODY_BYTES });
  app.addHook('onRequest', async (request) => {
    if (!request.is404) admit(request, api);
  });
  app.addHook('preSerialization', async (_request, _reply, answer) => snakeCased(answer));
  app.addHook('onResponse', async (request, reply) => {
    // Never the URL: its query names a person.
    const route = request.routeOptions.url ?? 'unknown';
    const line = { requestId: request.id, method: request.method, route, status: reply.statusCode };
    if (reply.statusCode >= 500) logger.warn(line, 'request');
    else logger.info(line, 'request');
  });
  app.setErrorHandler((error, request, reply) => {
    const refused = refusalOf(error);
    if (refused.reason === 'internal_error') logDefect(logger, request.id, error);
    return sendRefusal(refused, reply);
  });
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(
      new RequestRefused(
        'not_found',
        `nothing at ${request.method} ${request.url.split('?', 1)[0]}; there is ${THERE_IS}`,
      ),
      reply,
    ),
  );
  const turns = new Turns('looks at all touches', MOST_WAITING);
  whyRoutes(app, api);
  listRoutes(app, api, turns);
  correctionRoutes(app, api, turns);
  return app;
};
