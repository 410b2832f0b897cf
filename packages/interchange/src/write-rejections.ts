import { writeFileSync } from 'node:fs';
import { describeCatalogue } from './rejection-catalogue.ts';

writeFileSync(new URL('../rejections.md', import.meta.url), describeCatalogue());
