// pnpm demo: see `pnpm demo --help`, or demoHelp in options.ts.
import { enableCompileCache } from 'node:module';
import { compileCacheDir } from './compile-cache.ts';

// Before anything large is loaded: what was compiled once starts in half the time.
enableCompileCache(compileCacheDir(process.env));
const { demoCommand } = await import('./demo-command.ts');
await demoCommand(process.argv.slice(2));
