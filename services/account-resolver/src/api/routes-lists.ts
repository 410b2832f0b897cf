import { parsedRequest, type Turns } from '@groundswell/interchange';
import {
  ambiguousDomains,
  type ListOptions,
  mergeCandidates,
  type Sliced,
  waitingTouches,
} from '@groundswell/resolution';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { inSlices } from './in-slices.ts';
import type { ResolverApi } from './resolver-api.ts';

const MOST_LISTED = 10_000;

const listSchema = z.strictObject({ limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(1_000) });

const lists: Readonly<Record<string, (options: ListOptions) => Sliced<object>>> = {
  ambiguous: ambiguousDomains,
  unresolved: waitingTouches,
  'merge-candidates': mergeCandidates,
};

/** What somebody may decide, with counts of what a decision would change. One look at all touches at a time. */
export const listRoutes = (app: FastifyInstance, api: ResolverApi, turns: Turns): void => {
  const { accounts, identities } = api;
  for (const [name, list] of Object.entries(lists)) {
    app.get(`/v1/${name}`, (request) => {
      const { limit } = parsedRequest(listSchema, request.query);
      return turns.take(() => inSlices(list({ memories: api.memories(), accounts, identities, limit })));
    });
  }
};
