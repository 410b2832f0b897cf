import { join } from 'node:path';
import { PROJECT_DIR } from '../project-paths.ts';
import { SERVICES } from '../settings.ts';
import { type RunningService, startService } from '../stack/service.ts';
import type { RunningStack } from '../stack/stack.ts';
import { compileCacheDir } from './compile-cache.ts';

export interface ServicesRequest {
  readonly stack: RunningStack;
  readonly sourcesDir: string;
  readonly onReady: (service: RunningService) => void;
}

/** The services of a running stack. */
export interface Services {
  readonly all: readonly RunningService[];
  readonly intakeUrl: string;
}

/** Starts all services at once and waits until each is ready. Rejects with the first LaunchError; the stack stops the rest. */
export async function startServices({ stack, sourcesDir, onReady }: ServicesRequest): Promise<Services> {
  const all = await Promise.all(
    SERVICES.map(async (name) => {
      const service = await startService(stack, {
        name,
        main: join(PROJECT_DIR, 'services', name, 'src', 'main.ts'),
        env: {
          GROUNDSWELL_SOURCES_DIR: sourcesDir,
          GROUNDSWELL_LOG_LEVEL: process.env['GROUNDSWELL_LOG_LEVEL'] ?? 'info',
          // Five processes compile the same packages: half of the CPU of a start.
          NODE_COMPILE_CACHE: compileCacheDir(process.env),
          GROUNDSWELL_DATA_DIR: join(stack.dataDir, 'services', name),
        },
      });
      onReady(service);
      return service;
    }),
  );
  const intake = all.find(({ name }) => name === 'touch-intake');
  if (intake === undefined) throw new Error('there is no touch-intake among the services');
  return { all, intakeUrl: intake.httpUrl };
}
