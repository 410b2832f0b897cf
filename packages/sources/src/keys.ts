import { hash } from 'node:crypto';
import { Document, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';

/** Random bytes of a key. */
export const KEY_BYTES = 32;

/** The key that a sender shows: `gsk_` and 43 characters of base64url, so that a leaked one is recognised by scanners. */
export const keyText = (random: Buffer): string => `gsk_${random.toString('base64url')}`;

/** What is stored of a key: its SHA-256, hex. Random keys of 256 bits need no salt. */
export const keyHash = (key: string): string => hash('sha256', key);

export interface NewKey {
  readonly sha256: string;
  /** RFC 3339: when the keys that are there stop being taken; those that end earlier stay as they are. null: they go on */
  readonly othersExpire: string | null;
}

export type WithKey =
  | { readonly ok: true; readonly text: string; readonly id: string; readonly expiring: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** The first name that no key has. */
const freeId = (taken: ReadonlySet<string>): string => {
  let number = taken.size + 1;
  while (taken.has(`key-${number}`)) number += 1;
  return `key-${number}`;
};

const textAt = (node: unknown, name: string): string => (isMap(node) && node.has(name) ? String(node.get(name)) : '');

/** A node as block text below a column, its comments with it. */
const blockText = (node: Node, column: number): string => {
  const lines = new Document(node).toString({ lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line, index) => (index === 0 || line === '' ? line : `${' '.repeat(column)}${line}`)).join('\n');
};

/**
 * Adds a key to the `auth.keys` of a source file and lets the others end. Only the list of keys is written anew: every other
 * character of the file stays where it is.
 */
export const withKey = (text: string, { sha256, othersExpire }: NewKey): WithKey => {
  const document = parseDocument(text, { logLevel: 'silent' });
  const keys = document.getIn(['auth', 'keys'], true);
  if (document.errors.length > 0 || !isSeq(keys) || !keys.range || keys.items.length === 0) {
    return { ok: false, message: 'it has no list auth.keys with a key in it' };
  }
  const [start, end] = keys.range;
  const id = freeId(new Set(keys.items.map((item) => textAt(item, 'id'))));
  const expiring: string[] = [];
  for (const item of keys.items) {
    if (!isMap(item) || othersExpire === null) continue;
    const until = textAt(item, 'expires');
    if (until !== '' && Date.parse(until) <= Date.parse(othersExpire)) continue;
    item.set('expires', othersExpire);
    expiring.push(textAt(item, 'id'));
  }
  keys.add(document.createNode({ id, sha256 }));
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const tail = /\s*$/.exec(text.slice(start, end))?.[0] ?? '';
  const written = `${text.slice(0, start)}${blockText(keys, column)}${tail}${text.slice(end)}`;
  return { ok: true, text: written, id, expiring };
};

/** Puts the first key of a new source in the place of those its template has. */
export const withFirstKey = (text: string, sha256: string): string => {
  const document = parseDocument(text, { logLevel: 'silent' });
  const keys = document.getIn(['auth', 'keys'], true);
  if (!isSeq(keys) || !keys.range) return text;
  const [start, end] = keys.range;
  const [first] = keys.items;
  const id = isMap(first) && isScalar(first.get('id', true)) ? textAt(first, 'id') : 'key-1';
  keys.items = [document.createNode({ id, sha256 })];
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const tail = /\s*$/.exec(text.slice(start, end))?.[0] ?? '';
  return `${text.slice(0, start)}${blockText(keys, column)}${tail}${text.slice(end)}`;
};
