export {
  type ParsedSource,
  parseSource,
  type Source,
  type SourceProblem,
} from './source.ts';
export {
  type BuiltSourceCatalog,
  createSourceCatalog,
  emptySourceCatalog,
  type SourceCatalog,
} from './source-catalog.ts';
