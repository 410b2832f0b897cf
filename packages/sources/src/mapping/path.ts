import { textOf } from './text-of.ts';

/** Where a value stands inside a record. */
export type ReadPath = (record: unknown) => unknown;

type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'where'; readonly name: string; readonly value: string };

/** A path that cannot be read; the message says what may stand there. */
export class PathError extends Error {
  override name = 'PathError';
}

const NAME = /^\.([^.[\]'"\s]+)/;
const QUOTED = /^\[(?:'([^']*)'|"([^"]*)")\]/;
const INDEX = /^\[(\d{1,6})\]/;
const WHERE = /^\[([^[\]='"]+)=([^[\]]*)\]/;

const nextStep = (text: string): { step: Step; length: number } | null => {
  const name = NAME.exec(text) ?? QUOTED.exec(text);
  if (name) return { step: { kind: 'name', name: name[1] ?? name[2] ?? '' }, length: name[0].length };
  const index = INDEX.exec(text);
  if (index) return { step: { kind: 'index', index: Number(index[1]) }, length: index[0].length };
  const where = WHERE.exec(text);
  if (!where) return null;
  const step = { kind: 'where', name: (where[1] ?? '').trim(), value: (where[2] ?? '').trim() } as const;
  return { step, length: where[0].length };
};

const stepsOf = (path: string): Step[] => {
  const steps: Step[] = [];
  for (let rest = path.slice(1); rest !== ''; ) {
    const next = nextStep(rest);
    if (!next)
      throw new PathError(
        `${path} cannot be read from "${rest}" on: a path is $.name, $['a name'], $[0] or $[name=value]`,
      );
    steps.push(next.step);
    rest = rest.slice(next.length);
  }
  return steps;
};

/** Only what the record itself holds: a path must not reach the language's own `constructor` and the like. */
const ownValue = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const take = (value: unknown, step: Step): unknown => {
  if (step.kind === 'name') return ownValue(value, step.name);
  if (!Array.isArray(value)) return undefined;
  if (step.kind === 'index') return value[step.index];
  return value.find((element) => textOf(ownValue(element, step.name)) === step.value);
};

export const isPath = (text: string): boolean => text === '$' || /^\$[.[]/.test(text);

/**
 * Compiles a path: `$` is the record, `.name` and `['a name']` a field, `[0]` an element, `[name=value]` the first element
 * whose field has that value. What is not there is undefined. Throws PathError.
 */
export const compilePath = (path: string): ReadPath => {
  if (!isPath(path)) throw new PathError(`${path} is no path: it begins with $. or $[`);
  const steps = stepsOf(path);
  return (record) => {
    let value = record;
    for (const step of steps) {
      if (value === undefined || value === null) return undefined;
      value = take(value, step);
    }
    return value;
  };
};

/** The name of the record's field that a path begins with; null: the record itself. Throws PathError. */
export const pathStart = (path: string): string | null => {
  const [first] = stepsOf(path);
  return first?.kind === 'name' ? first.name : null;
};
