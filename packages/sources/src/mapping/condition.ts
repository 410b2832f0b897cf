import { ExpressionError } from './expression.ts';
import { compilePath, isPath, PathError, type ReadPath } from './path.ts';

/** Whether a rule is meant for a record. */
export type Condition = (record: unknown) => boolean;

const CONDITIONS =
  'a value, a list of values (any of them), {exists: true or false}, {not: value or list}, or {matches: text with * for anything}';

type Scalar = string | number | boolean | null;

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** 3 and "3" are the same here: what is a number in one tool is a text in another, and in a CSV everything is. */
const equals = (found: unknown, wanted: Scalar): boolean =>
  wanted === null ? found === null || found === undefined : isScalar(found) && String(found) === String(wanted);

const anyOf = (given: unknown): ((found: unknown) => boolean) | null => {
  const wanted: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (wanted.length === 0 || !wanted.every(isScalar)) return null;
  return (found) => wanted.some((one) => equals(found, one));
};

/** `*` stands for any text. Without a regular expression: what a file declares must not be able to hang a service. */
const glob = (pattern: string): ((text: string) => boolean) => {
  const parts = pattern.toLowerCase().split('*');
  const [first = '', ...others] = parts;
  const last = others.pop();
  return (given) => {
    const text = given.toLowerCase();
    if (last === undefined) return text === first;
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
};

const testOf = (given: unknown): ((found: unknown) => boolean) => {
  const any = anyOf(given);
  if (any) return any;
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    const [entry, ...more] = Object.entries(given);
    const [name, value] = entry ?? ['', undefined];
    if (more.length === 0 && name === 'exists' && typeof value === 'boolean') {
      return (found) => (found !== undefined && found !== null && found !== '') === value;
    }
    const none = more.length === 0 && name === 'not' ? anyOf(value) : null;
    if (none) return (found) => !none(found);
    if (more.length === 0 && name === 'matches' && typeof value === 'string') {
      const matches = glob(value);
      return (found) => isScalar(found) && found !== null && matches(String(found));
    }
  }
  throw new ExpressionError(`expected ${CONDITIONS}`);
};

const pathOf = (text: string): ReadPath => {
  try {
    // The short form: a field of the record by its name.
    if (isPath(text)) return compilePath(text);
    return compilePath(text.includes("'") ? `$["${text}"]` : `$['${text}']`);
  } catch (error) {
    if (error instanceof PathError) throw new ExpressionError(error.message);
    throw error;
  }
};

/** Compiles `when`: field or path → what it must be; all of them hold. Throws ExpressionError. */
export const compileCondition = (when: Readonly<Record<string, unknown>>): Condition => {
  const tests = Object.entries(when).map(([path, given]) => {
    try {
      const read = pathOf(path);
      const test = testOf(given);
      return (record: unknown) => test(read(record));
    } catch (error) {
      if (error instanceof ExpressionError) throw new ExpressionError(error.message, [path, ...error.path]);
      throw error;
    }
  });
  return (record) => tests.every((test) => test(record));
};
