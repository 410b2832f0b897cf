/** Longer texts are rare and would make the memory's bound a bound in name only. */
const MAX_TEXT = 300;

/**
 * Remembers what `compute` answered, for texts that come again and again: at most `limit` answers, in two generations.
 * When the younger one is full it becomes the older one, and what is asked for again moves back: texts that make up most
 * of a stream stay, others go.
 */
export const boundedMemo = <Value>(limit: number, compute: (text: string) => Value): ((text: string) => Value) => {
  let young = new Map<string, { readonly answer: Value }>();
  let old: typeof young = new Map();
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known.answer;
    const remembered = old.get(text) ?? { answer: compute(text) };
    if (text.length > MAX_TEXT) return remembered.answer;
    if (young.size >= limit / 2) [young, old] = [new Map(), young];
    young.set(text, remembered);
    return remembered.answer;
  };
};
