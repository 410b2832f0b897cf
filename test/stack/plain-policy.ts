import { join } from 'node:path';
import { expect } from 'vitest';
import type { Pipeline } from './pipeline.ts';

const plainPolicy = join(import.meta.dirname, '..', '..', 'packages', 'policy', 'policies', 'plain.yaml');

/** Activates policy `plain` from the beginning of time, so that it judges whatever is imported afterwards. */
export const activatePlainPolicy = async (pipeline: Pipeline): Promise<void> => {
  const result = await pipeline.groundswell('policy', 'activate', plainPolicy, '--at', '1970-01-01T00:00:00Z');
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
};
