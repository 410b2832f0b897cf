import { endOfString } from './json-elements.ts';

const QUOTE = 0x22;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Tools nest a handful of levels. What is nested ten thousand deep can be read, and then written by nobody. */
const MOST_LEVELS = 100;

/** Whether JSON text is nested deeper than any tool's. */
export const isNestedTooDeep = (json: Buffer): boolean => {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (OPENING.has(byte)) {
      depth += 1;
      if (depth > MOST_LEVELS) return true;
    } else if (CLOSING.has(byte)) depth -= 1;
  }
  return false;
};

export const NESTED_TOO_DEEP = `the body is nested deeper than ${MOST_LEVELS} levels`;
