import { isLoopback, openSetting, operatorKeySetting, readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

const MIB = 1024 * 1024;

const bytes = z.coerce.number().int().min(MIB);

export const settings = z
  .object({
    ...serviceSettings,
    GROUNDSWELL_SOURCES_DIR: z
      .string()
      .min(1)
      .optional()
      .describe('folder of the source declarations (*.yaml): mapping, keys and time zone of each source'),
    GROUNDSWELL_SECRETS_DIR: z
      .string()
      .min(1)
      .optional()
      .describe('folder with a file per source whose vendor signs, called as its id: one valid secret a line'),
    GROUNDSWELL_INTAKE_OPEN: openSetting('whether sources without keys may be sent to without one'),
    GROUNDSWELL_INTAKE_OPERATOR_KEY_SHA256: operatorKeySetting(
      'clock, policies and imports; needed where intake is not open',
    ),
    GROUNDSWELL_INTAKE_MAX_BODY_BYTES: bytes
      .max(64 * MIB)
      .default(8 * MIB)
      .describe('largest request body; a larger one is answered 413'),
    GROUNDSWELL_INTAKE_MAX_IN_FLIGHT_BYTES: bytes
      .default(64 * MIB)
      .describe('request bytes read and not yet acknowledged, all requests together; beyond it 429'),
    GROUNDSWELL_INTAKE_ACK_TIMEOUT_MS: z.coerce
      .number()
      .int()
      .min(100)
      .max(120_000)
      .default(10_000)
      .describe('wait for the broker to acknowledge before a request is answered 503'),
    GROUNDSWELL_INTAKE_LINGER_MS: z.coerce
      .number()
      .int()
      .min(0)
      .max(1_000)
      .default(3)
      .describe('wait for other requests to share a write with, when nothing is being written'),
  })
  .refine((config) => config.GROUNDSWELL_INTAKE_MAX_IN_FLIGHT_BYTES >= config.GROUNDSWELL_INTAKE_MAX_BODY_BYTES, {
    path: ['GROUNDSWELL_INTAKE_MAX_IN_FLIGHT_BYTES'],
    message: 'must not be less than GROUNDSWELL_INTAKE_MAX_BODY_BYTES, or no full body could be taken',
  });

export type Config = Readonly<z.infer<typeof settings>>;

/** Whether what has no key may come in without one: by default when only this machine can reach the service. */
export const isOpen = ({ GROUNDSWELL_INTAKE_OPEN, GROUNDSWELL_HTTP_HOST }: Config): boolean =>
  GROUNDSWELL_INTAKE_OPEN ?? isLoopback(GROUNDSWELL_HTTP_HOST);

export const configFromEnvironment = (): Config => readConfig(settings, process.env);
