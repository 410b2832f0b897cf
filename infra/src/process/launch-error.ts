import { readFile } from 'node:fs/promises';

/** Something the launcher needs did not come up, or came up wrong. The message is meant for people, whole and final. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  /** What failed: "kafka", "registry", "clickhouse", "java", "maven", the name of a service ... */
  readonly part: string;

  constructor(part: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.part = part;
  }
}

/** The last lines of a log, or '' when there is none. */
export async function logTail(file: string, lines = 25): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** A LaunchError that ends with the tail of the part's log. */
export async function errorWithLog(part: string, message: string, logFile: string): Promise<LaunchError> {
  const tail = await logTail(logFile);
  const log = tail === '' ? `Its log ${logFile} is empty.` : `The end of ${logFile}:\n${indent(tail)}`;
  return new LaunchError(part, `${message}\n${log}`);
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  | ${line}`)
    .join('\n');
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
