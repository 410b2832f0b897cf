import type { RecordFields } from './record-fields.ts';
import { shown } from './rejection.ts';

const PREFIX = 'properties.';
/** An unknown field whose name is taken by a property is kept under the JSON path of a top-level field. */
const TAKEN_PREFIX = '$.';

const isScalar = (value: unknown): boolean =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value));

/** undefined: not JSON, or nested deeper than the stack. */
const jsonText = (value: unknown): string | undefined => {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text.toWellFormed() : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The properties of a touch, each value as JSON text: what stands in `properties` (scalars only), and, with a
 * warning each, the fields that the format does not know. Asks for everything that is left, so it comes last.
 */
export const keepProperties = (fields: RecordFields): Record<string, string> => {
  const left = fields.unknown();
  if (left.length === 0) return {};
  const kept = new Map<string, string>();
  const keep = (name: string, path: string, value: unknown): void => {
    const text = jsonText(value);
    if (text === undefined) fields.reject('wrong_type', `${path}: cannot be kept as JSON`);
    // As a key of a plain object it would set the prototype and be lost.
    else if (name === '__proto__') fields.warn('property_name_unusable', path, 'cannot be kept under this name');
    else kept.set(name.toWellFormed(), text);
  };
  for (const [path, value] of left) {
    if (!path.startsWith(PREFIX)) continue;
    if (!isScalar(value)) fields.reject('wrong_type', `${path}: expected a scalar, found ${shown(value)}`);
    keep(path.slice(PREFIX.length), path, value);
  }
  for (const [path, value] of left) {
    if (path.startsWith(PREFIX)) continue;
    fields.warn('unknown_field', path, 'is not a field of the format, it was kept in properties');
    keep(kept.has(path) ? `${TAKEN_PREFIX}${path}` : path, path, value);
  }
  return Object.fromEntries(kept);
};
