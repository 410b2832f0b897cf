import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from './cli.ts';
import { readCliSettings } from './config.ts';

const PROJECT_DIR = dirname(dirname(dirname(import.meta.dirname)));

// A reader that has seen enough (`groundswell accounts | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const stop = new AbortController();
// Once: what is in flight is put away; a second Ctrl-C ends the process at once.
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

process.exitCode = await runCli(process.argv.slice(2), {
  readSettings: readCliSettings,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  cwd: process.cwd(),
  projectDir: PROJECT_DIR,
  signal: stop.signal,
  now: Date.now,
  sleep: (ms) => sleep(ms, undefined, { signal: stop.signal }),
  random: Math.random,
});
