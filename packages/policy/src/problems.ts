import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import type { PolicyProblem } from './policy.ts';
import { legalKeys } from './policy-file.ts';

const MAX_VALUE_LENGTH = 60;

/** Says what zod found in the words of the policy file. `input` is what was validated. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], input: unknown): PolicyProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, input));
    return [wrongValue(path, valueAt(input, path), issue.message)];
  });
}

function wrongValue(path: readonly string[], found: unknown, allowed: string): PolicyProblem {
  const at = path.join('.');
  const value = found === undefined ? '' : valueText(found);
  const subject = at === '' ? 'the policy' : at;
  const state = found === undefined ? 'is missing' : `is ${value}`;
  return { path: at, value, allowed, message: `${subject} ${state}; allowed: ${allowed}` };
}

function unknownKey(parent: readonly string[], key: string, input: unknown): PolicyProblem {
  const path = [...parent, key];
  const legal = legalKeys.get(parent.map((step) => (/^\d+$/.test(step) ? '*' : step)).join('.')) ?? [];
  const nearest = nearestName(key, legal);
  const allowed = `the keys ${legal.join(', ')}`;
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  const message = `${path.join('.')} is not a known key${hint}; allowed: ${allowed}`;
  return { path: path.join('.'), value: valueText(valueAt(input, path)), allowed, message };
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = new Map(Object.entries(value)).get(key);
  }
  return value;
}

/** As one would write it: a string in quotes, so that "5" is seen not to be 5. */
function valueText(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}
