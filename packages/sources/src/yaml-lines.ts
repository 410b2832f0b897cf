import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type Node, visit } from 'yaml';

/** The line of what stands at a path, or of the nearest thing above it; from 1. */
export type LineOf = (path: readonly PropertyKey[]) => number;

/** A value that its author has yet to choose, and what the comment beside it says. */
interface Undecided {
  readonly path: readonly string[];
  readonly comment: string;
}

/** What `groundswell source new` writes where only a person can know. */
export const UNDECIDED = 'DECIDE';

const childOf = (node: unknown, step: string): { at: number | undefined; value: unknown } | null => {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    return pair && isScalar(pair.key) ? { at: pair.key.range?.[0], value: pair.value } : null;
  }
  const item: unknown = isSeq(node) ? node.items[Number(step)] : undefined;
  if (item === undefined) return null;
  return { at: (item as Node).range?.[0], value: item };
};

/** Finds lines in a document that was parsed with `counter`. */
export const linesOf =
  (document: Document, counter: LineCounter): LineOf =>
  (path) => {
    let node: unknown = document.contents;
    let at = 0;
    for (const step of path) {
      const child = childOf(node, String(step));
      if (!child) break;
      at = child.at ?? at;
      node = child.value;
    }
    return Math.max(1, counter.linePos(at).line);
  };

/** Every value that is still to be decided, in the order of the file. */
export const undecidedIn = (document: Document): Undecided[] => {
  const found: Undecided[] = [];
  visit(document, {
    Scalar(key, node, above) {
      if (key === 'key' || node.value !== UNDECIDED) return;
      const path: string[] = [];
      for (const [index, one] of above.entries()) {
        const next: unknown = above[index + 1] ?? node;
        if (isSeq(one)) path.push(String(one.items.indexOf(next)));
        else if ('key' in one && isScalar(one.key)) path.push(String(one.key.value));
      }
      // Beside a value in {braces} the comment stands behind the brace.
      const comment = [node, ...above.toReversed()].find(
        (one) => isNode(one) && typeof one.comment === 'string' && one.comment !== '',
      );
      const text = isNode(comment) ? (comment.comment ?? '') : '';
      found.push({ path, comment: text.replaceAll(/\s+/g, ' ').trim() });
    },
  });
  return found;
};
