import { createServer, type RequestListener, type Server } from 'node:http';

export interface HttpLimits {
  /** ms until the headers of a request are there */
  readonly headersMs: number;
  /** ms until the whole request is there; a slower one is answered 408 and cut off */
  readonly requestMs: number;
  /** bytes of request line and headers; more is answered 431 */
  readonly headerBytes: number;
  /** headers of a request; those beyond are not read */
  readonly headerCount: number;
  /** ms between looks for requests that are too slow */
  readonly checkMs: number;
}

/**
 * What a client may take up. A request of a full body comes through in a second on any line that a server has; one that
 * takes a minute holds memory that others wait for.
 */
const HTTP_LIMITS: HttpLimits = {
  headersMs: 10_000,
  requestMs: 60_000,
  headerBytes: 16 * 1024,
  headerCount: 100,
  checkMs: 5_000,
};

/** An HTTP server that lets go of clients which are too slow, or send too much before they say what they want. */
export const createLimitedServer = (listener: RequestListener, limits: HttpLimits = HTTP_LIMITS): Server => {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      maxHeaderSize: limits.headerBytes,
      connectionsCheckingInterval: limits.checkMs,
    },
    listener,
  );
  server.maxHeadersCount = limits.headerCount;
  return server;
};
