export { canonicalJson } from './canonical.ts';
export { decayTable } from './decay-table.ts';
export { parsePolicy, policyFromCanonical } from './parse-policy.ts';
export type { EchoCause, MachineRules, Policy, PolicyProblem, PolicyResult, ScoreRule } from './policy.ts';

/** Where the policies that ship with the product are: `<name>.yaml` each. */
export const policiesDir = new URL('../policies/', import.meta.url);
