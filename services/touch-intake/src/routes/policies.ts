import { parsedRequest, RequestRefused } from '@groundswell/interchange';
import { toEveryPartition } from '@groundswell/kafka';
import { canonicalJson, parsePolicy } from '@groundswell/policy';
import { topics } from '@groundswell/schemas';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { controlBody, pastInstant, writeControl } from '../control-request.ts';
import type { Intake } from '../intake.ts';

const bodySchema = z.strictObject({
  content: z.string().min(1),
  at: z.unknown().optional(),
  activatedBy: z.string().max(200).default(''),
});

/** POST /v1/policies: checks a policy file and activates it in every partition of touches.raw. */
export const policyRoute = (app: FastifyInstance, intake: Intake): void => {
  app.post('/v1/policies', async (request, reply) => {
    const sent = parsedRequest(bodySchema, await controlBody(intake, request));
    const now = intake.now();
    const received = sent.at === undefined || sent.at === null ? now : pastInstant(sent.at, 'at', now);
    const result = parsePolicy(sent.content);
    if (!result.ok) {
      const message = result.problems.map((problem) => problem.message).join('; ');
      throw new RequestRefused('policy_invalid', message, { problems: result.problems });
    }
    const { name, version } = result.policy;
    const content = canonicalJson(result.policy);
    const body = { received, name, version, content, activatedBy: sent.activatedBy };
    await writeControl(intake, toEveryPartition(topics.touchesRaw, { record: { kind: 'PolicyActivated', body } }));
    return reply.code(202).send({ name, version, at: new Date(received).toISOString() });
  });
};
