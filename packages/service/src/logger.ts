import { type Logger, pino } from 'pino';

export type { Logger };

/** Fields that hold secrets or people: never logged, wherever they stand. */
const redacted = [
  'password',
  'authorization',
  'email',
  'personEmail',
  'personName',
  'name',
  'title',
  'bytes',
  'payload',
];

/** One JSON line a record, with the service's name; secrets and personal fields replaced. */
export const createLogger = (options: { serviceName: string; logLevel: string }): Logger =>
  pino({
    name: options.serviceName,
    level: options.logLevel,
    redact: { paths: redacted.flatMap((field) => [`*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
