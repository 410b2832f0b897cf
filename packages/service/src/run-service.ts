import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countBuffersAsHeap } from './collector.ts';
import { ConfigError } from './config.ts';
import { createLimitedServer } from './http-server.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';

export interface ServiceContext {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** For what cannot be recovered: logs it, stops the service and exits non-zero. */
  fatal(error: unknown): void;
}

/** A started service. */
export interface Service {
  /** true when work is being done; else a sentence that says what it waits for */
  ready(): true | string;
  /** Finishes what is in flight and lets go of everything. */
  stop(): Promise<void>;
  /** Requests other than /healthz, /readyz and /metrics. */
  handler?: RequestListener;
}

export interface ServiceOptions<Config> {
  readonly name: string;
  readonly readConfig: () => Config;
  readonly start: (config: Config, context: ServiceContext) => Promise<Service>;
}

interface HttpConfig {
  readonly GROUNDSWELL_HTTP_HOST: string;
  readonly GROUNDSWELL_HTTP_PORT: number;
  readonly GROUNDSWELL_LOG_LEVEL: string;
}

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
};

const operations = (service: () => Service | null, metrics: Metrics): RequestListener => {
  const readiness = (): true | string => service()?.ready() ?? 'starting';
  return (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') return reply(response, 200, { status: 'alive' });
    if (path === '/readyz') {
      const ready = readiness();
      return reply(
        response,
        ready === true ? 200 : 503,
        ready === true ? { status: 'ready' } : { status: 'waiting', for: ready },
      );
    }
    if (path === '/metrics') {
      metrics.registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
        (error: unknown) => reply(response, 500, { error: String(error) }),
      );
      return;
    }
    const started = service();
    if (!started) {
      // Not 404: whoever calls just after a restart must come again, not give up.
      response.setHeader('retry-after', '1');
      return reply(response, 503, { error: 'starting; try again in a second' });
    }
    if (started.handler) return started.handler(request, response);
    reply(response, 404, { error: `nothing at ${path}; there is /healthz, /readyz and /metrics` });
  };
};

const listen = (listener: RequestListener, config: HttpConfig) =>
  new Promise<Server>((resolve, reject) => {
    const server = createLimitedServer(listener);
    server.once('error', reject);
    server.listen(config.GROUNDSWELL_HTTP_PORT, config.GROUNDSWELL_HTTP_HOST, () => resolve(server));
  });

/** Grace for a stop: after it whatever still hangs is cut off, since its work is not committed and will be done again. */
const STOP_TIMEOUT_MS = 8_000;

const startUp = async <Config extends HttpConfig>(
  options: ServiceOptions<Config>,
  config: Config,
  logger: Logger,
): Promise<void> => {
  const metrics = createMetrics(options.name);
  let service: Service | null = null;
  let stopping = false;
  const server = await listen(
    operations(() => service, metrics),
    config,
  );
  const stop = async (exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(exitCode || 1), STOP_TIMEOUT_MS).unref();
    server.close();
    await service?.stop().catch((error: unknown) => logger.error({ err: error }, 'stop failed'));
    logger.info('stopped');
    process.exit(exitCode);
  };
  const fatal = (error: unknown): void => {
    logger.fatal({ err: error }, 'fatal error');
    void stop(1);
  };
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGINT', () => void stop(0));
  process.on('unhandledRejection', fatal);
  process.on('uncaughtException', fatal);
  const address = server.address() as AddressInfo;
  logger.info({ host: address.address, port: address.port }, 'listening');
  try {
    service = await options.start(config, { logger, metrics, fatal });
    logger.info('started');
  } catch (error) {
    fatal(error);
  }
};

/**
 * Runs a service as a process: reads its settings, serves /healthz, /readyz and /metrics at once (and the
 * service's own handler once started), stops gracefully on SIGTERM and SIGINT, exits 1 on what cannot be recovered.
 */
export const runService = <Config extends HttpConfig>(options: ServiceOptions<Config>): void => {
  countBuffersAsHeap();
  let config: Config;
  try {
    config = options.readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${options.name}: ${error.message}\n`);
    process.exit(2);
  }
  const logger = createLogger({ serviceName: options.name, logLevel: config.GROUNDSWELL_LOG_LEVEL });
  startUp(options, config, logger).catch((error: unknown) => {
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  });
};
