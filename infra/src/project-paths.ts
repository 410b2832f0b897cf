import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder infra/: configuration files and poms stand here. */
export const INFRA_DIR = dirname(dirname(fileURLToPath(import.meta.url)));

/** The root of the project. */
export const PROJECT_DIR = dirname(INFRA_DIR);
