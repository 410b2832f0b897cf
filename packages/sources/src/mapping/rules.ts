import { type Condition, compileCondition } from './condition.ts';
import { compileExpression, type Evaluate, ExpressionError, MappingFailure } from './expression.ts';
import { compilePath, PathError, type ReadPath } from './path.ts';

/** What a record of a tool can become. */
export const mappedKinds = [
  'touch',
  'account',
  'person',
  'opportunity',
  'opportunity_contact',
  'opportunity_stage',
  'order',
  'campaign',
  'content',
  'exclusion',
  'identity',
  'erasure',
] as const;
export type MappedKind = (typeof mappedKinds)[number];

/** A record in the interchange format, by its dotted field names; not judged yet. */
export interface MappedRecord {
  readonly kind: MappedKind;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What became of one record of a tool. */
export type Mapped =
  | {
      readonly ok: true;
      readonly rule: string;
      readonly records: readonly MappedRecord[];
      readonly skipped: string | null;
    }
  | { readonly ok: false; readonly reason: 'not_mapped' | 'mapping_failed'; readonly message: string };

/** Turns a record of a tool into records of the interchange format. Never throws for data. */
export type Mapping = (record: unknown) => Mapped;

/** A rule as a source file declares it. */
export type RuleDeclaration = {
  readonly name?: string | undefined;
  readonly when?: Readonly<Record<string, unknown>> | undefined;
  readonly each?: string | undefined;
  readonly skip?: string | undefined;
} & { readonly [Kind in MappedKind]?: Readonly<Record<string, unknown>> | undefined };

interface Output {
  readonly kind: MappedKind;
  readonly fields: readonly (readonly [name: string, evaluate: Evaluate])[];
}

interface Rule {
  readonly name: string;
  readonly applies: Condition;
  readonly each: ReadPath | null;
  readonly skip: string | null;
  readonly outputs: readonly Output[];
}

const at = <Result>(step: string, compile: () => Result): Result => {
  try {
    return compile();
  } catch (error) {
    if (error instanceof ExpressionError) throw new ExpressionError(error.message, [step, ...error.path]);
    if (error instanceof PathError) throw new ExpressionError(error.message, [step]);
    throw error;
  }
};

const compileOutput = (kind: MappedKind, declared: Readonly<Record<string, unknown>>): Output => ({
  kind,
  fields: Object.entries(declared).map(
    ([name, expression]) => [name, at(kind, () => at(name, () => compileExpression(expression)))] as const,
  ),
});

const compileRule = (declared: RuleDeclaration, index: number): Rule => {
  const { when, each, skip } = declared;
  const outputs = mappedKinds.flatMap((kind) => {
    const fields = declared[kind];
    return fields === undefined ? [] : [compileOutput(kind, fields)];
  });
  if ((skip === undefined) === (outputs.length === 0)) {
    throw new ExpressionError(
      `a rule says either skip (and why), or what becomes of the record: ${mappedKinds.join(', ')}`,
    );
  }
  return {
    name: declared.name ?? `rule ${index + 1}`,
    applies: when === undefined ? () => true : at('when', () => compileCondition(when)),
    each: each === undefined ? null : at('each', () => compilePath(each)),
    skip: skip ?? null,
    outputs,
  };
};

const recordOf = ({ kind, fields }: Output, from: unknown): MappedRecord => {
  const values: (readonly [string, unknown])[] = [];
  for (const [name, evaluate] of fields) {
    try {
      const value = evaluate(from);
      if (value !== undefined) values.push([name, value]);
    } catch (error) {
      throw error instanceof MappingFailure ? new MappingFailure(`${name}: ${error.message}`) : error;
    }
  }
  return { kind, fields: Object.fromEntries(values) };
};

const apply = (rule: Rule, record: unknown): readonly MappedRecord[] => {
  if (!rule.each) return rule.outputs.map((output) => recordOf(output, record));
  const elements = rule.each(record);
  if (!Array.isArray(elements)) throw new MappingFailure('each: there is no list at that path');
  return elements.flatMap((element: unknown) => rule.outputs.map((output) => recordOf(output, element)));
};

/**
 * Compiles the rules of a source: the first that applies decides. A record that no rule wants is not mapped, and becomes a
 * dead letter: what is meant to be left out has a rule that says so. Throws ExpressionError with the path to what is wrong.
 */
export const compileMapping = (declared: readonly RuleDeclaration[]): Mapping => {
  const rules = declared.map((one, index) => at(String(index), () => compileRule(one, index)));
  return (record) => {
    const rule = rules.find(({ applies }) => applies(record));
    if (!rule) return { ok: false, reason: 'not_mapped', message: 'no rule of the source applies to this record' };
    if (rule.skip !== null) return { ok: true, rule: rule.name, records: [], skipped: rule.skip };
    try {
      return { ok: true, rule: rule.name, records: apply(rule, record), skipped: null };
    } catch (error) {
      if (!(error instanceof MappingFailure)) throw error;
      return { ok: false, reason: 'mapping_failed', message: `${rule.name}: ${error.message}` };
    }
  };
};
