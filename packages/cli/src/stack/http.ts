import { CommandError, reasonOf } from '../command-error.ts';

export interface HttpAnswer {
  readonly status: number;
  /** undefined: not JSON */
  readonly json: unknown;
  readonly text: string;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  /** sent as JSON */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly timeoutMs?: number;
  /** shown as bearer */
  readonly key?: string | undefined;
}

const TIMEOUT_MS = 5_000;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** One request whose answer is small. Rejects when nobody answers in time. */
export const request = async (url: string, options: HttpRequest = {}): Promise<HttpAnswer> => {
  const response = await fetch(url, {
    method: options.method ?? 'GET',
    signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    headers: {
      ...(options.body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
    },
  });
  const text = await response.text();
  return { status: response.status, json: parse(text), text };
};

/** The same, with a CommandError naming the part of the stack that does not answer. */
export const requestFrom = async (part: string, url: string, options: HttpRequest = {}): Promise<HttpAnswer> => {
  try {
    return await request(url, options);
  } catch (error) {
    throw new CommandError({
      what: `cannot reach ${part}`,
      where: `${url}: ${reasonOf(error)}`,
      remedy: 'is the stack running? `npx -y pnpm@12 start` starts one; `groundswell doctor` says what is reachable',
      cause: error,
    });
  }
};
