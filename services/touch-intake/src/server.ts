import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RequestRefused } from '@groundswell/interchange';
import { answerRefusals, type Logger } from '@groundswell/service';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Intake } from './intake.ts';
import type { LetterLog } from './replay/letter-log.ts';
import { clockRoute } from './routes/clock.ts';
import { deadLetterRoutes } from './routes/dead-letters.ts';
import { openApiRoute } from './routes/openapi.ts';
import { policyRoute } from './routes/policies.ts';
import { recordRoutes } from './routes/records.ts';
import { sourceRoutes } from './routes/sources.ts';
import { trackingRoutes } from './routes/tracking.ts';

const CONTENT_TYPES = 'application/json (an object or an array) or application/x-ndjson (an object a line)';

/** The sender's id of a request when it is one, so that its logs and ours meet. */
const requestIdOf = (request: IncomingMessage): string => {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
};

const meaningOf = (status: number, { headers }: FastifyRequest): RequestRefused | null => {
  if (status !== 415) return null;
  const sent = headers['content-type'] ?? 'none';
  return new RequestRefused('unsupported_media_type', `content type ${sent} is not read; send ${CONTENT_TYPES}`);
};

const THERE_IS =
  'POST /v1/touches, /v1/accounts, /v1/people, /v1/opportunities, /v1/opportunity_contacts, /v1/opportunity_stages, /v1/orders, /v1/campaigns, /v1/content, /v1/exclusions, /v1/identities, /v1/erasures, /v1/sources/<id>, /v1/track and the like, /v1/clock, /v1/policies; GET /v1/dead-letters';

/** Whom a route is for. `sender` and `tool` look at the key, or the signature, of the source themselves. */
declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: 'operator' | 'sender' | 'tool' | 'anyone';
  }
}

/** A route that names nobody is the operator's: what is forgotten is closed. */
const guard = (app: FastifyInstance, { gate }: Intake): void => {
  app.addHook('onRequest', async (request) => {
    const { access = 'operator' } = request.routeOptions.config;
    if (access === 'operator' && !request.is404) gate.operator(request);
  });
};

const observe = (app: FastifyInstance, intake: Intake, logger: Logger): void => {
  app.addHook('onRequest', async () => intake.active.begin());
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // What the sender is still sending of a refused body is read and forgotten, so that it gets to read the answer.
    request.raw.resume();
  });
  app.addHook('onResponse', async (request, reply) => {
    intake.active.end();
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    intake.metrics.requests.observe({ route, status }, reply.elapsedTime / 1000);
    const line = { requestId: request.id, method: request.method, route, status, ms: Math.round(reply.elapsedTime) };
    if (status >= 500) logger.warn(line, 'request');
    else logger.debug(line, 'request');
  });
};

/**
 * The HTTP side of intake: `inject` it in tests, or give `routing` requests. Bodies are never parsed by the framework:
 * routes read them as streams, within their own limits.
 */
export const createIntakeServer = (intake: Intake, log: LetterLog, logger: Logger): FastifyInstance => {
  const app = fastify({ logger: false, genReqId: requestIdOf, requestIdHeader: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['application/json', 'application/x-ndjson'], (_request, body, done) => done(null, body));
  answerRefusals(app, {
    ...{ logger, name: 'intake', thereIs: THERE_IS, meaningOf },
    onRefused: ({ reason }) => intake.metrics.refused.inc({ reason }),
  });
  observe(app, intake, logger);
  guard(app, intake);
  recordRoutes(app, intake);
  clockRoute(app, intake);
  policyRoute(app, intake);
  deadLetterRoutes(app, intake, log);
  openApiRoute(app);
  // Tools send what they send: forms, events of any type, JSON called text. Their formats say what they read.
  app.register((tools, _options, done) => {
    tools.addContentTypeParser('*', (_request, body, done) => done(null, body));
    sourceRoutes(tools, intake);
    trackingRoutes(tools, intake);
    done();
  });
  return app;
};
