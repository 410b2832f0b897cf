import { parsedRequest } from '@groundswell/interchange';
import { type OutgoingMessage, toEveryPartition } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { controlBody, pastInstant, writeControl } from '../control-request.ts';
import type { Intake } from '../intake.ts';

const bodySchema = z
  .strictObject({
    tick: z.unknown().optional(),
    mode: z.enum(['live', 'replay']).optional(),
    reason: z.string().max(500).default(''),
  })
  .refine(({ tick, mode }) => (tick ?? mode) !== undefined, 'expected tick, mode or both');

type ClockMode = 'live' | 'replay';

const tickMessages = (tick: number): OutgoingMessage[] =>
  toEveryPartition(topics.touchesRaw, { record: { kind: 'Tick', body: { received: tick, origin: 'importer' } } });

const modeMessages = (mode: ClockMode, received: number, reason: string): OutgoingMessage[] =>
  toEveryPartition(topics.touchesRaw, { record: { kind: 'ClockModeSet', body: { received, mode, reason } } });

/**
 * POST /v1/clock: lets time pass in every partition of touches.raw, and sets whether the log runs live or in replay.
 * Replay begins before the tick and live begins after it, so that the tick itself is always replayed time.
 */
export const clockRoute = (app: FastifyInstance, intake: Intake): void => {
  app.post('/v1/clock', async (request, reply) => {
    const sent = parsedRequest(bodySchema, await controlBody(intake, request));
    const now = intake.now();
    const tick = sent.tick === undefined || sent.tick === null ? null : pastInstant(sent.tick, 'tick', now);
    const mode = sent.mode ?? null;
    // A mode must not move the clock further than its tick does: a log that goes into replay knows no time yet.
    const received = tick ?? (mode === 'live' ? now : 0);
    const modes = mode === null ? [] : modeMessages(mode, received, sent.reason);
    const ticks = tick === null ? [] : tickMessages(tick);
    await writeControl(intake, mode === 'replay' ? [...modes, ...ticks] : [...ticks, ...modes]);
    const instant = tick === null ? null : new Date(tick).toISOString();
    return reply.code(202).send({ tick: instant, mode, partitions: topics.touchesRaw.partitions });
  });
};
