/** Longer texts are rare and would make the memory's bound a bound in name only. */
const MAX_TEXT = 300;

/**
 * Remembers what `compute` answered, for texts that come again and again. When `limit` answers are remembered it
 * starts anew: the few texts that make up most of a stream are back at once.
 */
export const boundedMemo = <Value>(limit: number, compute: (text: string) => Value): ((text: string) => Value) => {
  const answers = new Map<string, { readonly answer: Value }>();
  return (text) => {
    const known = answers.get(text);
    if (known) return known.answer;
    const answer = compute(text);
    if (text.length > MAX_TEXT) return answer;
    if (answers.size >= limit) answers.clear();
    answers.set(text, { answer });
    return answer;
  };
};
