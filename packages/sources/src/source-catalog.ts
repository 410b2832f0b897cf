import { DEFAULT_TIME_ZONE, type Source, type SourceProblem } from './source.ts';

/** All declared sources, by id. What is not declared has no go-live instant, so it never routes. */
export interface SourceCatalog {
  /** in order of id */
  readonly sources: readonly Source[];
  get(id: string): Source | undefined;
  /** IANA zone; UTC for a source nobody declared */
  timeZoneOf(id: string): string;
  /** epoch ms from which on its touches may route; null: never live, or not declared (`get` tells which) */
  goLiveOf(id: string): number | null;
}

export type BuiltSourceCatalog =
  | { readonly ok: true; readonly catalog: SourceCatalog }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

const catalogOf = (byId: ReadonlyMap<string, Source>): SourceCatalog =>
  Object.freeze({
    sources: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    get: (id: string) => byId.get(id),
    timeZoneOf: (id: string) => byId.get(id)?.timeZone ?? DEFAULT_TIME_ZONE,
    goLiveOf: (id: string) => byId.get(id)?.goLive ?? null,
  });

/** The catalogue of no declared source: everything is UTC and nothing routes. */
export const emptySourceCatalog: SourceCatalog = catalogOf(new Map());

/** Builds the catalogue; two declarations of one id are a problem, since go-live must have one answer. */
export const createSourceCatalog = (
  declared: readonly { readonly file: string; readonly source: Source }[],
): BuiltSourceCatalog => {
  const byId = new Map<string, Source>();
  const fileOf = new Map<string, string>();
  const problems: SourceProblem[] = [];
  for (const { file, source } of declared) {
    const earlier = fileOf.get(source.id);
    if (earlier === undefined) {
      byId.set(source.id, source);
      fileOf.set(source.id, file);
      continue;
    }
    const allowed = `an id of its own: ${earlier} declares this one`;
    problems.push({ file, path: 'id', value: JSON.stringify(source.id), allowed });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, catalog: catalogOf(byId) };
};
