import type { Logger } from './logger.ts';

/** Logs an error that a request met. Not the error as a whole: what it quotes may be a record, or a person. */
export const logDefect = (logger: Logger, requestId: string, error: unknown): void => {
  const stack = error instanceof Error ? error.stack?.split('\n').slice(1, 6).join('\n') : undefined;
  logger.error({ requestId, error: error instanceof Error ? error.constructor.name : 'unknown', stack }, 'defect');
};
