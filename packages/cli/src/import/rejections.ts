import { z } from 'zod';

/** One reason for which records were rejected: how many, the first lines, and the first message. */
export const rejectionSummarySchema = z.object({
  reason: z.string(),
  count: z.number().int().min(1),
  lines: z.array(z.number().int().min(1)),
  message: z.string(),
});

export type RejectionSummary = z.infer<typeof rejectionSummarySchema>;

const LINES_SHOWN = 5;

/** Counts rejected records by reason; keeps few lines of each, so that a broken file does not flood the screen. */
export class Rejections {
  readonly #byReason = new Map<string, RejectionSummary>();

  constructor(known: readonly RejectionSummary[] = []) {
    for (const summary of known) this.#byReason.set(summary.reason, { ...summary, lines: [...summary.lines] });
  }

  add(reason: string, line: number, message: string): void {
    const known = this.#byReason.get(reason);
    if (known === undefined) {
      this.#byReason.set(reason, { reason, count: 1, lines: [line], message });
      return;
    }
    known.count += 1;
    if (known.lines.length < LINES_SHOWN) known.lines.push(line);
  }

  /** Most frequent first. */
  summaries(): RejectionSummary[] {
    return [...this.#byReason.values()]
      .map((summary) => ({ ...summary, lines: [...summary.lines] }))
      .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
  }
}
