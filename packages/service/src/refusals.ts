import { type RequestReason, RequestRefused } from '@groundswell/interchange';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logDefect } from './log-defect.ts';
import type { Logger } from './logger.ts';

/** Seconds after which a sender may come again. */
const RETRY_AFTER: { readonly [Reason in RequestReason]?: number } = {
  too_much_in_flight: 1,
  not_acknowledged: 2,
  log_unreadable: 5,
  signature_unverifiable: 60,
};

export interface RefusalOptions {
  readonly logger: Logger;
  /** the service, as its answers call it */
  readonly name: string;
  /** what there is, for who asks for something else */
  readonly thereIs: string;
  /** What a status of the framework's own (4xx) means here; null: nothing but that the request is invalid. */
  readonly meaningOf: (status: number, request: FastifyRequest) => RequestRefused | null;
  readonly onRefused?: (refused: RequestRefused) => void;
}

const statusOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;

/** Everything that ends a request early, as a refusal of the catalogue. */
const refusalOf = (error: unknown, request: FastifyRequest, { name, meaningOf }: RefusalOptions): RequestRefused => {
  if (error instanceof RequestRefused) return error;
  const status = statusOf(error);
  if (status < 400 || status >= 500)
    return new RequestRefused('internal_error', `${name} failed; its log says more under this request id`);
  // The framework's own text may quote what was sent: it goes back to the sender only.
  return meaningOf(status, request) ?? new RequestRefused('invalid_request', String(error));
};

const send = ({ status, reason, message, retryable, details }: RequestRefused, reply: FastifyReply): FastifyReply => {
  const seconds = RETRY_AFTER[reason];
  if (seconds !== undefined) reply.header('retry-after', String(seconds));
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ reason, message, retryable, ...details });
};

/** Every request that fails, or asks for what is not there, is answered with a reason of the catalogue. */
export const answerRefusals = (app: FastifyInstance, options: RefusalOptions): void => {
  app.setErrorHandler((error, request, reply) => {
    const refused = refusalOf(error, request, options);
    options.onRefused?.(refused);
    if (refused.reason === 'internal_error') logDefect(options.logger, request.id, error);
    return send(refused, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    const asked = `${request.method} ${request.url.split('?', 1)[0]}`;
    return send(new RequestRefused('not_found', `nothing at ${asked}; there is ${options.thereIs}`), reply);
  });
};
