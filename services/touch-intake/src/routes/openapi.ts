import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../openapi/document.ts';

/** GET /openapi.json: what all routes take and answer. */
export const openApiRoute = (app: FastifyInstance): void => {
  const text = `${JSON.stringify(openApiDocument, null, 2)}\n`;
  app.get('/openapi.json', { config: { access: 'anyone' } }, (_request, reply) =>
    reply.type('application/json').send(text),
  );
};
