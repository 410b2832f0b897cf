import { RequestRefused } from '@groundswell/interchange';
import { admitOperator, apiKeyOf, credentialsOf, isOperator, type OperatorAccess } from '@groundswell/service';
import type { Source, SourceAuth, SourceCatalog, SourceKey } from '@groundswell/sources';
import type { FastifyRequest } from 'fastify';
import { type AdobeKeys, judgeAdobe } from './adobe-signature.ts';
import { opens } from './keys.ts';
import { judgeHubSpot, judgeSalesloft, type SignedRequest, type Verdict } from './signatures.ts';

export interface GateOptions extends OperatorAccess {
  readonly sources: () => SourceCatalog;
  /** in clear, of sources whose vendor signs */
  readonly secretsOf: (sourceId: string) => readonly string[];
  readonly adobeKeys: AdobeKeys;
  /** true: whoever reaches intake may send for sources without keys, too */
  readonly open: boolean;
  /** epoch ms, wall clock */
  readonly now: () => number;
}

/** Who sends records of the interchange format. */
export interface Sender {
  readonly isOperator: boolean;
  /** the source whose key was shown; null: several may be sent for */
  readonly source: Source | null;
  allows(sourceId: string): boolean;
}

/** What is left to be checked when the body is there. Throws RequestRefused. */
export type BodyCheck = (body: Buffer) => void | Promise<void>;

const unauthorized = (message: string): RequestRefused => new RequestRefused('unauthorized', message);

const keysOf = (auth: SourceAuth | null, schemes: readonly SourceAuth['scheme'][]): readonly SourceKey[] =>
  auth !== null && 'keys' in auth && schemes.includes(auth.scheme) ? auth.keys : [];

/** `access_token` is how a sender of CloudEvents that sets no headers shows its key (HTTP 1.1 Web Hooks, 3.2). */
const tokenOf = ({ query }: FastifyRequest): string | null => {
  const token = typeof query === 'object' && query !== null && 'access_token' in query ? query.access_token : null;
  return typeof token === 'string' && token !== '' ? token : null;
};

const complain = (verdict: Verdict | 'unverifiable', source: Source): void => {
  switch (verdict) {
    case 'right':
      return;
    case 'missing':
      throw unauthorized(`requests of ${source.id} are signed, and this one is not`);
    case 'wrong':
      throw unauthorized('the signature is not right');
    case 'unverifiable':
      throw new RequestRefused('signature_unverifiable', `the public keys for ${source.id} cannot be had now`);
    case 'expired':
      throw new RequestRefused('signature_expired', 'the request was signed more than five minutes from now');
  }
};

/**
 * The one place that decides who may do what. Keys are looked at before the body is read; signatures are of the body.
 * All methods throw RequestRefused.
 */
export class Gate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** For what concerns the whole log: clock, policies, and whatever no one else was named for. */
  operator(request: FastifyRequest): void {
    admitOperator(request.headers, this.#options, 'GROUNDSWELL_INTAKE_OPERATOR_KEY_SHA256');
  }

  /** For records in the interchange format. Which sources may be named is asked for each of them. */
  sender(request: FastifyRequest): Sender {
    const key = apiKeyOf(credentialsOf(request.headers));
    if (key === null) return this.#withoutKey();
    if (isOperator(request.headers, this.#options)) return { isOperator: true, source: null, allows: () => true };
    const source = this.#sourceOf(key, ['api-key']);
    if (source === null) throw unauthorized('the key is of no source, or has expired');
    return { isOperator: false, source, allows: (id) => id === source.id };
  }

  /** For what a tool sends to its own endpoint; null: its key was shown, and nothing is left to check. */
  tool(source: Source, request: FastifyRequest): BodyCheck | null {
    const { auth } = source;
    const credentials = credentialsOf(request.headers);
    if (auth === null) {
      if (!this.#options.open) throw unauthorized(`${source.id} declares no auth, and this intake is not open`);
      return null;
    }
    switch (auth.scheme) {
      case 'api-key':
        this.#checkKey(auth.keys, apiKeyOf(credentials) ?? tokenOf(request));
        return null;
      case 'write-key':
        this.#checkKey(auth.keys, credentials.user);
        return null;
      case 'header': {
        const shown = request.headers[auth.header];
        this.#checkKey(auth.keys, typeof shown === 'string' ? shown : null);
        return null;
      }
      case 'hubspot':
        return this.#signed(source, request, { judge: judgeHubSpot, url: auth.publicUrl });
      case 'salesloft':
        return this.#signed(source, request, { judge: judgeSalesloft, url: '' });
      case 'adobe-io': {
        const { method, headers } = request;
        const signed = { method, url: '', headers, now: this.#options.now() };
        return async (body) =>
          complain(await judgeAdobe(this.#options.adobeKeys, auth.clientId, { ...signed, body }), source);
      }
    }
  }

  /**
   * The source of a tracking call: its write key says. While intake is open, the write key of a source without auth is its
   * id, so that an SDK can be tried out.
   */
  tracking(request: FastifyRequest): Source {
    const { user } = credentialsOf(request.headers);
    if (user === null) throw unauthorized('the write key is missing: it is the user name of Basic authentication');
    const found = this.#sourceOf(user, ['write-key']) ?? this.#openSource(user);
    if (found === null || found.format !== 'segment')
      throw unauthorized('the write key is of no source, or has expired');
    return found;
  }

  #withoutKey(): Sender {
    const { open, operatorKey, sources } = this.#options;
    if (!open) throw unauthorized('a key is needed: Authorization: Bearer KEY');
    const allows = (id: string): boolean => (sources().get(id)?.auth ?? null) === null;
    return { isOperator: operatorKey === null, source: null, allows };
  }

  #openSource(id: string): Source | null {
    const source = this.#options.open ? this.#options.sources().get(id) : undefined;
    return source !== undefined && source.auth === null ? source : null;
  }

  /** Asks every source, so that the time says nothing about which one it is. */
  #sourceOf(key: string, schemes: readonly SourceAuth['scheme'][]): Source | null {
    const now = this.#options.now();
    const found = this.#options.sources().sources.filter(({ auth }) => opens(keysOf(auth, schemes), key, now));
    return found[0] ?? null;
  }

  #checkKey(keys: readonly SourceKey[], shown: string | null): void {
    if (shown === null) throw unauthorized('the key is missing');
    if (!opens(keys, shown, this.#options.now())) throw unauthorized('the key is not right, or has expired');
  }

  #signed(
    source: Source,
    { method, headers }: FastifyRequest,
    { judge, url }: { judge: (secrets: readonly string[], request: SignedRequest) => Verdict; url: string },
  ): BodyCheck {
    const secrets = this.#options.secretsOf(source.id);
    if (secrets.length === 0) {
      throw new RequestRefused('signature_unverifiable', `there is no secret to check requests of ${source.id} by`);
    }
    return (body) => complain(judge(secrets, { method, url, headers, body, now: this.#options.now() }), source);
  }
}
