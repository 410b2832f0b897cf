/** `pnpm documents`: writes the generated documents in docs/. A test fails while they are out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDocuments } from './documents.ts';

const root = join(import.meta.dirname, '..', '..');

for (const [path, text] of await generateDocuments(root)) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
