export type { SourceAuth, SourceKey } from './auth.ts';
export type { Mapped, MappedKind, MappedRecord, Mapping } from './mapping/rules.ts';
export { type ParsedSource, parseSource } from './parse-source.ts';
export type { Source, SourceFormat, SourceProblem, SourceTest } from './source.ts';
export {
  type BuiltSourceCatalog,
  createSourceCatalog,
  emptySourceCatalog,
  type SourceCatalog,
} from './source-catalog.ts';
