import { compileDateFormat, DateFormatError } from './date-format.ts';
import { compilePath, isPath, PathError } from './path.ts';
import { textOf } from './text-of.ts';

/** Gives the value for a field of a record; undefined: the record has none. Throws MappingFailure. */
export type Evaluate = (record: unknown) => unknown;

/** A record that a rule cannot be applied to, though it was meant for it: what is wrong, where, and what to do. */
export class MappingFailure extends Error {
  override name = 'MappingFailure';
}

/** A wrong expression in a source file, with the path to it inside the expression. */
export class ExpressionError extends Error {
  override name = 'ExpressionError';
  readonly path: readonly string[];
  constructor(message: string, path: readonly string[] = []) {
    super(message);
    this.path = path;
  }
}

/** What an expression may look like, for messages. */
export const EXPRESSIONS =
  "a constant; a path ($.name, $['a name'], $[0], $[name=value]); a list (the first that has a value); or {from, map, otherwise}, {from, date}, {from, epoch: s | us}, {template}, {scalars}";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Spreadsheets and forms send empty cells; to a mapping they are absent. */
const present = (value: unknown): unknown => {
  if (value === null) return undefined;
  return typeof value === 'string' && value.trim() === '' ? undefined : value;
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const inside = <Result>(step: string, compile: () => Result): Result => {
  try {
    return compile();
  } catch (error) {
    if (error instanceof ExpressionError) throw new ExpressionError(error.message, [step, ...error.path]);
    throw error;
  }
};

const compileText = (text: string): Evaluate => {
  // `$$` is how a constant begins with a dollar sign.
  if (text.startsWith('$$')) return () => text.slice(1);
  if (!isPath(text)) return () => text;
  try {
    const read = compilePath(text);
    return (record) => present(read(record));
  } catch (error) {
    if (error instanceof PathError) throw new ExpressionError(error.message);
    throw error;
  }
};

const compileFirst = (items: readonly unknown[]): Evaluate => {
  if (items.length === 0) throw new ExpressionError('an empty list has no value');
  const all = items.map((item, index) => inside(String(index), () => compileExpression(item)));
  return (record) => {
    for (const evaluate of all) {
      const value = evaluate(record);
      if (value !== undefined) return value;
    }
    return undefined;
  };
};

const compileMap = (from: Evaluate, table: unknown, otherwise: Evaluate | null): Evaluate => {
  if (!isFields(table)) throw new ExpressionError('map: a mapping from values of the record to values', ['map']);
  const values = new Map(
    Object.entries(table).map(([key, value]) => [key, inside('map', () => compileExpression(value))]),
  );
  return (record) => {
    const value = from(record);
    const mapped = value === undefined ? undefined : values.get(textOf(value).trim());
    return mapped ? mapped(record) : otherwise?.(record);
  };
};

const compileDate = (from: Evaluate, given: unknown): Evaluate => {
  const formats = (Array.isArray(given) ? given : [given]).map(String);
  let readers: ReturnType<typeof compileDateFormat>[];
  try {
    readers = formats.map(compileDateFormat);
  } catch (error) {
    if (error instanceof DateFormatError) throw new ExpressionError(error.message, ['date']);
    throw error;
  }
  return (record) => {
    const value = from(record);
    if (value === undefined) return undefined;
    for (const read of readers) {
      const text = read(textOf(value));
      if (text !== null) return text;
    }
    throw new MappingFailure(`${shown(value)} does not have the date format ${formats.join(' or ')}`);
  };
};

const EPOCH_UNITS = { s: 1_000, us: 0.001 } as const;

const compileEpoch = (from: Evaluate, unit: unknown): Evaluate => {
  if (unit !== 's' && unit !== 'us')
    throw new ExpressionError('epoch: s (seconds) or us (microseconds); milliseconds need nothing', ['epoch']);
  const factor = EPOCH_UNITS[unit];
  return (record) => {
    const value = from(record);
    if (value === undefined) return undefined;
    const number = Number(textOf(value));
    if (!Number.isFinite(number)) throw new MappingFailure(`${shown(value)} is not a number of ${unit} since 1970`);
    return Math.floor(number * factor);
  };
};

const PLACE = /\{(\$[^}]*)\}/g;

/** The places of a template that are filled from the record: where each stands, and its path. */
export const placesOf = (template: string): { readonly at: number; readonly end: number; readonly path: string }[] =>
  [...template.matchAll(PLACE)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
    path: (match[1] ?? '').trim(),
  }));

const compileTemplate = (text: unknown): Evaluate => {
  if (typeof text !== 'string') throw new ExpressionError('expected a text with places such as {$.path}', ['template']);
  const places = placesOf(text).map(({ at, end, path }) => ({
    at,
    end,
    read: inside('template', () => compileText(path)),
  }));
  return (record) => {
    let filled = '';
    let end = 0;
    for (const place of places) {
      const value = place.read(record);
      // A text with a hole in it would look like a value and identify nothing.
      if (value === undefined) return undefined;
      filled += text.slice(end, place.at) + textOf(value);
      end = place.end;
    }
    return filled + text.slice(end);
  };
};

const MAX_SCALARS = 200;

const addScalars = (into: Map<string, unknown>, value: unknown, name: string): void => {
  if (into.size >= MAX_SCALARS || value === undefined || value === null) return;
  if (isFields(value)) {
    for (const [key, inner] of Object.entries(value)) addScalars(into, inner, name === '' ? key : `${name}.${key}`);
  } else if (name !== '') into.set(name, Array.isArray(value) ? JSON.stringify(value) : value);
};

/** All scalars of an object as one flat object, for `properties`: what is nested gets dotted names, lists are JSON text. */
const compileScalars = (of: unknown): Evaluate => {
  const read = inside('scalars', () => compileExpression(of));
  return (record) => {
    const into = new Map<string, unknown>();
    addScalars(into, read(record), '');
    return into.size > 0 ? Object.fromEntries(into) : undefined;
  };
};

const FORMS = ['template', 'scalars', 'from'] as const;
const REFINEMENTS = ['map', 'date', 'epoch'] as const;

const compileFrom = (fields: Fields): Evaluate => {
  const from = inside('from', () => compileExpression(fields['from']));
  const otherwise = Object.hasOwn(fields, 'otherwise')
    ? inside('otherwise', () => compileExpression(fields['otherwise']))
    : null;
  const given = REFINEMENTS.filter((name) => Object.hasOwn(fields, name));
  if (given.length > 1) throw new ExpressionError(`${given.join(' and ')} cannot stand together`);
  if (Object.hasOwn(fields, 'map')) return compileMap(from, fields['map'], otherwise);
  const refined = Object.hasOwn(fields, 'date')
    ? compileDate(from, fields['date'])
    : Object.hasOwn(fields, 'epoch')
      ? compileEpoch(from, fields['epoch'])
      : from;
  return otherwise ? (record) => refined(record) ?? otherwise(record) : refined;
};

const compileForm = (fields: Fields): Evaluate => {
  const form = FORMS.find((name) => Object.hasOwn(fields, name));
  const allowed = form === 'from' ? ['from', 'otherwise', ...REFINEMENTS] : form === undefined ? [] : [form];
  const other = Object.keys(fields).find((name) => !allowed.includes(name));
  if (form === undefined || other !== undefined) {
    throw new ExpressionError(`${other ?? 'an empty mapping'} is not known here; allowed: ${EXPRESSIONS}`);
  }
  if (form === 'template') return compileTemplate(fields['template']);
  return form === 'scalars' ? compileScalars(fields['scalars']) : compileFrom(fields);
};

/** Compiles how a field gets its value. Throws ExpressionError, which says where and what is allowed. */
export const compileExpression = (expression: unknown): Evaluate => {
  if (typeof expression === 'string') return compileText(expression);
  if (typeof expression === 'number' || typeof expression === 'boolean') return () => expression;
  if (Array.isArray(expression)) return compileFirst(expression);
  if (isFields(expression)) return compileForm(expression);
  throw new ExpressionError(`${shown(expression)} is no expression; allowed: ${EXPRESSIONS}`);
};
