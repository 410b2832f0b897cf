import { ResolverBench } from '@groundswell/resolution/testing';
import { touchRecord } from '@groundswell/resolution/testing/raw-log';
import type { CorrectionRecord, RawTouch } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import type { FastifyInstance } from 'fastify';
import { createResolverServer } from '../api/server.ts';

export const NOW = Date.UTC(2026, 2, 1, 12);

export interface TestResolver {
  readonly bench: ResolverBench;
  readonly server: FastifyInstance;
  readonly written: CorrectionRecord[];
  /** status and body of an answer */
  get(url: string, headers?: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }>;
  post(url: string, payload: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface TestResolverOptions {
  readonly operatorKey?: string;
  readonly open?: boolean;
  /** the directory and the corrections, before the touches are read */
  readonly prepare?: (bench: ResolverBench) => void;
}

/** The resolver's API over touches that were decided in memory; what it writes takes effect at once. */
export const createTestResolver = async (
  touches: readonly Partial<RawTouch>[],
  options: TestResolverOptions = {},
): Promise<TestResolver> => {
  const bench = new ResolverBench([touches.map((changes) => touchRecord({ time: NOW, received: NOW, ...changes }))]);
  options.prepare?.(bench);
  await bench.readAll();
  const written: CorrectionRecord[] = [];
  let ids = 0;
  const server = createResolverServer(
    {
      identities: bench.book,
      accounts: bench.accounts,
      people: bench.people,
      exclusions: bench.exclusions,
      corrections: bench.corrections,
      marks: bench.marks,
      memories: () => bench.resolver.decided(),
      rawEnds: async () => bench.ends(0),
      write: async (record) => {
        written.push(record);
        bench.corrections.replace(record.correctionId, record);
        bench.workOff();
      },
      newId: () => {
        ids += 1;
        return `c0000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
      },
      now: () => NOW,
      operatorKey: options.operatorKey ?? null,
      open: options.open ?? true,
    },
    createLogger({ serviceName: 'account-resolver', logLevel: 'silent' }),
  );
  return {
    ...{ bench, server, written },
    get: async (url, headers = {}) => {
      const response = await server.inject({ method: 'GET', url, headers });
      return { status: response.statusCode, body: response.json() };
    },
    post: async (url, payload) => {
      const headers = { 'content-type': 'application/json' };
      const response = await server.inject({ method: 'POST', url, headers, payload: JSON.stringify(payload) });
      return { status: response.statusCode, body: response.json() };
    },
  };
};
