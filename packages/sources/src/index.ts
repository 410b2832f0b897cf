export type { SourceAuth, SourceKey } from './auth.ts';
export { interchangeRecord } from './interchange-record.ts';
export { type Judged, judgeRecord } from './judge-record.ts';
export { KEY_BYTES, keyHash, keyText, withFirstKey, withKey } from './keys.ts';
export { compileDateFormat } from './mapping/date-format.ts';
export type { RuleReads } from './mapping/reads.ts';
export type { Mapped, MappedKind, MappedRecord, Mapping } from './mapping/rules.ts';
export { type ParsedSource, parseSource } from './parse-source.ts';
export { describeProblem, type Source, type SourceFormat, type SourceProblem, type SourceTest } from './source.ts';
export {
  type BuiltSourceCatalog,
  createSourceCatalog,
  emptySourceCatalog,
  type SourceCatalog,
} from './source-catalog.ts';
export { runSourceTests, type SourceTestResult } from './source-test.ts';
export { templatesDir } from './templates.ts';
export { UNDECIDED } from './yaml-lines.ts';
