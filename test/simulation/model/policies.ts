import { readFileSync } from 'node:fs';
import { canonicalJson, type Policy, parsePolicy, policiesDir, policyFromCanonical } from '@groundswell/policy';
import type { PolicyActivated } from '@groundswell/schemas';
import type { PolicyName } from '../scenario/scenario.ts';

const read = (name: PolicyName): Policy => {
  const parsed = parsePolicy(readFileSync(new URL(`${name}.yaml`, policiesDir), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.policy;
};

/** A policy of the product with other levels: so that a run of few touches sees many transitions. */
const changed = (name: PolicyName, base: Policy, changes: Partial<Policy>): Policy => {
  const parsed = policyFromCanonical(canonicalJson({ ...base, ...changes, name }));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.policy;
};

const plain = read('plain');
const standard = read('default');
const people = { enterPeople: 2, leavePeople: 2, enterProducts: 0, leaveProducts: 0 };

const policies: Readonly<Record<PolicyName, Policy>> = {
  plain,
  default: standard,
  brisk: changed('brisk', plain, { engaged: { enterTouches: 2, leaveTouches: 2 } }),
  sticky: changed('sticky', standard, {
    engaged: { enterTouches: 3, leaveTouches: 2 },
    highIntensity: { ...people, enterProducts: 2, leaveProducts: 1 },
    renewAfterMs: 3 * 86_400_000,
    echo: new Map([
      ...standard.echo,
      ['page_view', 'send_id'],
      ['demo_request', 'campaign'],
      ['content_view', 'either'],
    ]),
  }),
  wary: changed('wary', standard, {
    engaged: { enterTouches: 2, leaveTouches: 2 },
    echo: new Map([...standard.echo, ['page_view', 'send_id']]),
  }),
};

/** The control record that puts a policy of the product into effect. */
export const activationOf = (name: PolicyName, received: number): PolicyActivated => {
  const policy = policies[name];
  return { received, name, version: policy.version, content: canonicalJson(policy), activatedBy: 'simulation' };
};
