/**
 * A value of a record as text. Objects and lists as JSON, not as the language would have it: a record may hold a field called
 * `toString`, and then it has no text at all.
 */
export const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
