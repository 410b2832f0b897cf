const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** JSON text without the white space around it. */
export const trimmedJson = (bytes: Buffer): Buffer => {
  let start = 0;
  let end = bytes.length;
  while (start < end && SPACE.has(bytes[start] ?? 0)) start += 1;
  while (end > start && SPACE.has(bytes[end - 1] ?? 0)) end -= 1;
  return bytes.subarray(start, end);
};

/** The closing quote of the string that opens at `start`. */
export const endOfString = (json: Buffer, start: number): number => {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
};

/**
 * The bytes of each element of a JSON array, as they were sent: a dead letter keeps the original, not what a parser
 * made of it. `json` must be a readable, non-empty array (JSON.parse took it).
 */
export const jsonElements = (json: Buffer): Buffer[] => {
  const elements: Buffer[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (OPENING.has(byte)) {
      depth += 1;
      if (depth === 1) start = at + 1;
    } else if (depth === 1 && (byte === COMMA || CLOSING.has(byte))) {
      elements.push(trimmedJson(json.subarray(start, at)));
      start = at + 1;
      if (byte !== COMMA) return elements;
    } else if (CLOSING.has(byte)) depth -= 1;
  }
  return elements;
};
