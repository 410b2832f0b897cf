import { type RequestReason, rejectionCatalogue } from '@groundswell/interchange';
import type { JsonSchema } from './interchange-schemas.ts';

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0 };

const result: JsonSchema = {
  type: 'object',
  required: ['index', 'status'],
  properties: {
    index: { ...count, description: 'position among the records of the request' },
    status: { type: 'string', enum: ['accepted', 'rejected'] },
    touchId: { type: 'string', format: 'uuid' },
    id: text,
    reason: { ...text, description: 'code of the catalogue' },
    message: text,
    warnings: {
      type: 'array',
      items: { type: 'object', required: ['code', 'message'], properties: { code: text, message: text } },
    },
  },
};

const batch: JsonSchema = {
  type: 'object',
  required: ['accepted', 'rejected', 'warnings', 'results'],
  properties: {
    accepted: count,
    rejected: count,
    warnings: count,
    results: { type: 'array', items: { $ref: '#/components/schemas/Result' } },
  },
};

const refusal: JsonSchema = {
  type: 'object',
  required: ['reason', 'message', 'retryable'],
  properties: {
    reason: { ...text, description: 'code of the catalogue' },
    message: { ...text, description: 'what is wrong, where, and what may stand there' },
    retryable: { type: 'boolean', description: 'the same request may succeed later' },
  },
};

export const answerSchemas = { Result: result, BatchAnswer: batch, Refusal: refusal } as const;

const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

export const answer = (description: string, schema: JsonSchema) => ({ description, content: json(schema) });

/** The refusals of an endpoint by status, with what the catalogue says about each reason. */
export const refusals = (reasons: readonly RequestReason[]): Readonly<Record<string, unknown>> => {
  const byStatus = Map.groupBy(reasons, (reason) => rejectionCatalogue[reason].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => {
      const description = those.map((reason) => `${reason}: ${rejectionCatalogue[reason].meaning}`).join('; ');
      const isRetryable = those.some((reason) => rejectionCatalogue[reason].retryable);
      const headers = { 'Retry-After': { description: 'seconds', schema: { type: 'integer' } } };
      const base = answer(description, { $ref: '#/components/schemas/Refusal' });
      return [String(status), isRetryable && status !== 500 ? { ...base, headers } : base];
    }),
  );
};
