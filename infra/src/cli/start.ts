// pnpm start: see `pnpm start --help`, or startHelp in options.ts.
import { enableCompileCache } from 'node:module';
import { compileCacheDir } from './compile-cache.ts';

// Before anything large is loaded: what was compiled once starts in half the time.
enableCompileCache(compileCacheDir(process.env));
const { startCommand } = await import('./start-command.ts');
await startCommand(process.argv.slice(2));
