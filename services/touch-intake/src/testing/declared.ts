import { readFileSync } from 'node:fs';
import {
  createSourceCatalog,
  parseSource,
  type Source,
  type SourceAuth,
  type SourceCatalog,
} from '@groundswell/sources';

/** SHA-256 of the keys that tests show, computed by another implementation (Python's hashlib). */
export const DIGESTS = {
  'key-of-web-1': 'f52585622b72ae4c930af8810e22412991f55d3cec8a122e9bba7d5e71ff93fd',
  'key-of-web-2': 'e7811e905b984a924b10bd94ac1d8f1916d3aec9935f2e907acdbee09cce51fb',
  'old-key': '762c08fc17a1cc5f00d248f8b50f2f2f4d17ff2934ac31e64deacb3f5bb3f2ec',
  'operator-key': 'c9736463f555cdb7d2a78cfd7aa8b8c4f09d906d78f8dab9228eda30a28c2818',
  'write-key-1': '479c480d050d0d9b92f9b556d264fe2d098c545c4a30c02836a5629c02f02967',
  'shared-secret': 'd3046ecc8dd3242adf62801a33ef1004003b01b4c8f558df72e637da30321ccd',
} as const;

export const keyed = (key: keyof typeof DIGESTS, expires: number | null = null) => ({
  id: key,
  sha256: DIGESTS[key],
  expires,
});

/** A ready mapping, with the authentication that its owner would have written into it. */
export const template = (name: string, auth?: SourceAuth | null): Source => {
  const file = new URL(`../../../../packages/sources/templates/${name}.yaml`, import.meta.url);
  const parsed = parseSource(readFileSync(file, 'utf8'), `${name}.yaml`);
  if (!parsed.ok) throw new Error(`the ready mapping ${name} cannot be read`);
  return auth === undefined ? parsed.source : { ...parsed.source, auth };
};

export const catalogOf = (...sources: readonly Source[]): SourceCatalog => {
  const built = createSourceCatalog(sources.map((source) => ({ file: `${source.id}.yaml`, source })));
  if (!built.ok) throw new Error('the sources make no catalogue');
  return built.catalog;
};
