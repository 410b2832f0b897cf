import { topics } from '@groundswell/schemas';
import type { Check } from './problem.ts';
import { recordsOf } from './truth.ts';

/**
 * The touches that were asserted anew as a machine's are those that brute force finds in the log, for the same reasons; and
 * whoever said so again said the same.
 */
export const machinesAsTheOracle: Check = ({ cluster, truth, scenario }) => {
  if (scenario.policy !== 'wary') return [];
  const problems: string[] = [];
  const found = new Map<string, string>();
  for (const { value, partition, offset } of recordsOf(cluster, topics.touches)) {
    if (value.change.kind !== 'TouchAsserted' || value.change.body.revision === 1) continue;
    const { touchId, revision, disposition, dispositionReason } = value.change.body;
    const text = `${disposition} ${revision} ${dispositionReason.replace(/ wary@[0-9a-f]+$/, '')}`;
    const before = found.get(touchId) ?? text;
    if (before !== text) problems.push(`${touchId} at ${partition}@${offset}: ${text}, but ${before} before`);
    found.set(touchId, text);
  }
  const expected = new Map(
    truth.oracles.flatMap(({ marks }) =>
      marks.map(({ touchId, revision, why }): [string, string] => [touchId, `bot ${revision} ${why}`]),
    ),
  );
  for (const [touchId, text] of expected) {
    if (found.get(touchId) !== text)
      problems.push(`${touchId}: ${found.get(touchId) ?? 'not marked'}, should be ${text}`);
  }
  for (const [touchId, text] of found) if (!expected.has(touchId)) problems.push(`${touchId}: ${text}, for no reason`);
  return problems;
};
