/** Exit codes of every command. */
export const exitCodes = {
  ok: 0,
  /** the command ran and found differences, an imbalance or problems */
  found: 1,
  /** wrong usage, or something needed cannot be reached or read */
  cannot: 2,
  /** stopped by Ctrl-C, as shells report it */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface CommandErrorParts {
  /** what happened, one sentence without a full stop */
  readonly what: string;
  /** where: a URL, a file and line, a variable, a table */
  readonly where: string;
  /** what to do about it */
  readonly remedy: string;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/** Why a command cannot go on, in the three parts a person needs: what, where and what to do. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly what: string;
  readonly where: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;

  constructor(parts: CommandErrorParts) {
    super(`${parts.what} (${parts.where})`, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.what = parts.what;
    this.where = parts.where;
    this.remedy = parts.remedy;
    this.exitCode = parts.exitCode ?? exitCodes.cannot;
  }
}

const MAX_CAUSES = 4;

/** The messages of an error and of what caused it, outermost first: fetch and the Kafka client hide the reason in the cause. */
export const reasonOf = (error: unknown): string => {
  const messages: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && messages.length < MAX_CAUSES) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    const message = current.message || code || current.name;
    if (!messages.some((known) => known.includes(message))) messages.push(message);
    current = current instanceof AggregateError && current.errors[0] ? current.errors[0] : current.cause;
  }
  return messages.length === 0 ? String(error) : messages.join(': ');
};
