import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'shared', 'data');

/**
 * Folder of the large real data sets beside the checkout (`../shared/data`), or null where they are absent.
 * A test that needs them is declared with `it.runIf(sharedData() !== null)` or `describe.runIf(…)`: it then counts as
 * skipped, and `pnpm test` names it in one line. Never return early from a test instead: that would count as passed.
 */
export const sharedData = (): string | null => (existsSync(folder) ? folder : null);
