import { placesOf } from './expression.ts';
import { isPath, pathStart } from './path.ts';
import { mappedKinds, type RuleDeclaration } from './rules.ts';

/** What a rule looks at in a record, for people who want to see which column goes where. */
export interface RuleReads {
  readonly name: string;
  /** fields of the record that decide whether the rule is meant for it */
  readonly when: readonly string[];
  readonly fields: readonly {
    readonly kind: string;
    readonly field: string;
    /** names at the top of the record; `*`: all of it */
    readonly reads: readonly string[];
  }[];
}

const ofPath = (path: string): string[] => (isPath(path) ? [pathStart(path) ?? '*'] : []);

const ofExpression = (expression: unknown): string[] => {
  if (typeof expression === 'string') return expression.startsWith('$$') ? [] : ofPath(expression);
  if (Array.isArray(expression)) return expression.flatMap(ofExpression);
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'template') return placesOf(String(value)).flatMap(({ path }) => ofPath(path));
    if (name === 'map' && typeof value === 'object' && value !== null)
      return Object.values(value).flatMap(ofExpression);
    return ['from', 'otherwise', 'scalars'].includes(name) ? ofExpression(value) : [];
  });
};

/** What the rules of a source look at. Below `each` it is elements of a list, of which only the list is told. */
export const readsOf = (rules: readonly RuleDeclaration[]): RuleReads[] =>
  rules.map((rule, index) => ({
    name: rule.name ?? `rule ${index + 1}`,
    when: Object.keys(rule.when ?? {}).map((path) => (isPath(path) ? (pathStart(path) ?? '*') : path)),
    fields: mappedKinds.flatMap((kind) =>
      Object.entries(rule[kind] ?? {}).map(([field, expression]) => {
        const reads = rule.each === undefined ? ofExpression(expression) : ofPath(rule.each);
        return { kind, field, reads: [...new Set(reads)] };
      }),
    ),
  }));
