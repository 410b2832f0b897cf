import { parseTime, RequestRefused } from '@groundswell/interchange';
import type { OutgoingMessage } from '@groundswell/kafka';
import type { FastifyRequest } from 'fastify';
import { acknowledged, bodyOf, type Intake } from './intake.ts';
import { wholeBody } from './request-body.ts';

/** Control requests are small; a policy file of this size would name tens of thousands of touch types. */
const MAX_CONTROL_BYTES = 1024 * 1024;

/** The JSON body of a control request. Throws RequestRefused when it is too large or no JSON. */
export const controlBody = async (intake: Intake, request: FastifyRequest): Promise<unknown> => {
  const lease = intake.inFlight.lease();
  try {
    const body = await wholeBody(bodyOf(request, lease, { maxBytes: MAX_CONTROL_BYTES, isKnown: true }));
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RequestRefused('invalid_request', 'the body is not JSON');
  } finally {
    lease.release();
  }
};

/** An instant of a control request; epoch ms. Without offset it means UTC. Throws RequestRefused when it lies after now. */
export const pastInstant = (value: unknown, path: string, now: number): number => {
  const parsed = parseTime(value, path, 'UTC');
  if (!parsed.ok) throw new RequestRefused('invalid_request', parsed.message);
  if (parsed.at <= now) return parsed.at;
  const message = `${path}: ${new Date(parsed.at).toISOString()} lies after now, ${new Date(now).toISOString()}`;
  throw new RequestRefused('clock_in_future', message);
};

/** Writes control records after all that was accepted before has been acknowledged, and waits for their own acknowledgement. */
export const writeControl = (intake: Intake, messages: readonly OutgoingMessage[]): Promise<void> =>
  acknowledged(intake.writer.writeAlone(messages));
