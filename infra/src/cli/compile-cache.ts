import { join } from 'node:path';
import { cacheDirectory } from '../local/cache.ts';

/** Where Node keeps compiled code for the next start (Node checks the sources itself). */
export const compileCacheDir = (env: NodeJS.ProcessEnv): string =>
  env['NODE_COMPILE_CACHE'] || join(cacheDirectory(env), 'compiled');
