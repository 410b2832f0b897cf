import type { FastifyInstance } from 'fastify';
import { segmentFormats } from '../formats/segment.ts';
import type { Intake } from '../intake.ts';
import { takeToolRequest } from './sources.ts';

/**
 * POST /v1/track, identify, group, page, screen, alias and batch: the HTTP tracking API of Segment and RudderStack, so that
 * their own SDKs work unchanged. The write key says which source it is. As there, success is 200, and only a body that is
 * too large or no JSON is an error: what else is wrong with a call becomes a dead letter.
 */
export const trackingRoutes = (app: FastifyInstance, intake: Intake): void => {
  for (const [call, format] of segmentFormats) {
    app.post(`/v1/${call}`, { config: { access: 'tool' } }, async (request, reply) => {
      const source = intake.gate.tracking(request);
      const origin = `POST /v1/${call} ${source.id}@${source.version}`;
      const batch = await takeToolRequest(intake, request, { source, format, origin, check: null });
      const { accepted, rejected, skipped, results } = batch;
      const tooLarge = accepted + skipped === 0 && batch.rejectedBy.has('line_too_long');
      return reply.code(tooLarge ? 400 : 200).send({ success: !tooLarge, accepted, rejected, skipped, results });
    });
  }
};
