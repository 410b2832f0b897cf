import { isMachineAgent, USER_AGENT_LIST } from './user-agents.ts';

/** Changes whenever the same touch would be judged otherwise: a mark says by which version it was made. */
export const SIGNS_VERSION = `signs-1+${USER_AGENT_LIST}`;

/** A sign that stands for itself reaches the score at which a touch is a machine's. */
const CERTAIN = 100;

/** What a touch says of the program behind it. */
export interface RequestFacts {
  /** null: none was sent along */
  readonly userAgent: string | null;
  /** HTTP method; null: none was sent along */
  readonly method: string | null;
}

/** The sign by which a request of the method HEAD is known again in a touch's reason. */
export const HEAD_REQUEST = 'head_request';

/** Names under which sources send these two along, as they stand in a touch's properties. */
const userAgentNames = ['user_agent', 'userAgent', 'User Agent', 'user-agent', 'context_userAgent'];
const methodNames = ['method', 'http_method', 'request_method'];

/** What a property says of the request; a touch says it once. */
export const requestFactNames: ReadonlyMap<string, keyof RequestFacts> = new Map([
  ...userAgentNames.map((name) => [name, 'userAgent'] as const),
  ...methodNames.map((name) => [name, 'method'] as const),
]);

/** What a property says of the request, as properties are kept: JSON text. Null when it is no text. */
export const requestFact = (json: string): string | null => {
  if (!json.startsWith('"')) return null;
  if (!json.includes('\\')) return json.slice(1, -1);
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
};

/** Reads the request out of a touch's properties (JSON texts by name). */
export const requestFacts = (properties: Readonly<Record<string, string>>): RequestFacts => {
  const facts: { userAgent: string | null; method: string | null } = { userAgent: null, method: null };
  for (const [name, value] of Object.entries(properties)) {
    const fact = requestFactNames.get(name);
    if (fact) facts[fact] ??= requestFact(value);
  }
  return facts;
};

/** The reason of a mark: which evidence, the score it came to, and the version of the rules, without spaces in any. */
export const markReason = (evidence: readonly string[], score: number, version: string): string =>
  `${evidence.join('+')} ${score} ${version}`;

/**
 * What one touch says by itself, whoever did it: its source calls it a machine, its user agent is on the lists, or it asked
 * for a link's head only, as scanners do before a mail is delivered. Null when nothing of it speaks for a machine.
 */
export const machineSign = (bot: boolean, { userAgent, method }: RequestFacts): string | null => {
  const signs: string[] = [];
  if (bot) signs.push('source');
  if (userAgent !== null && isMachineAgent(userAgent)) signs.push('user_agent');
  if (method !== null && method.toUpperCase() === 'HEAD') signs.push(HEAD_REQUEST);
  return signs.length === 0 ? null : markReason(signs, CERTAIN, SIGNS_VERSION);
};
