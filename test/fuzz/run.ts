/** `pnpm fuzz [--inputs N] [--seed N] [filter …]`: the fuzz tests of the test command, with as many inputs as one likes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { inputs: { type: 'string', default: '200000' }, seed: { type: 'string' } },
  allowPositionals: true,
});

/** Inputs of the targets together are several times `--inputs`: each has its share of them. */
const env = {
  ...process.env,
  GROUNDSWELL_FUZZ_INPUTS: values.inputs,
  // Requests made up from the OpenAPI document, per endpoint.
  GROUNDSWELL_PROPERTY_RUNS: String(Math.ceil(Number(values.inputs) / 200)),
  ...(values.seed === undefined ? {} : { GROUNDSWELL_SEED: values.seed }),
};
const filters =
  positionals.length > 0 ? positionals.map((word) => `${word}.fuzz`) : ['.fuzz.test.ts', 'openapi/document.test.ts'];
const args = ['run', '--project', 'unit', '--testTimeout', '0', ...filters];
const root = join(import.meta.dirname, '..', '..');
const child = spawn(join(root, 'node_modules', '.bin', 'vitest'), args, { env, stdio: 'inherit', cwd: root });
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
