import { createHash } from 'node:crypto';
import { formatDuration } from './duration.ts';
import type { MachineRules, Policy, TimedEvidence } from './policy.ts';
import { echoCauses } from './policy-file.ts';

/** What determines a policy: all of it but the version, which is made from it. */
export type PolicyContent = Omit<Policy, 'version'>;

/**
 * The one JSON text of a policy: the shape of the file, fixed key order, weights by name, every threshold written out.
 * Comments, key order and how a duration was written do not change it; any value does. It is itself a policy file.
 */
export function canonicalJson(policy: PolicyContent): string {
  const { engaged, highIntensity, score } = policy;
  return JSON.stringify({
    name: policy.name,
    windows: policy.windowDays,
    levels: {
      engaged: { touches: engaged.enterTouches, leave_touches: engaged.leaveTouches },
      high_intensity: {
        people: highIntensity.enterPeople,
        leave_people: highIntensity.leavePeople,
        products: highIntensity.enterProducts,
        leave_products: highIntensity.leaveProducts,
      },
    },
    renew_after: durationText(policy.renewAfterMs),
    weights: Object.fromEntries(
      [...policy.weights]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([type, weight]) => [type, weight / 100]),
    ),
    half_life: policy.halfLifeDays === Number.POSITIVE_INFINITY ? 'off' : `${policy.halfLifeDays}d`,
    score: {
      half_saturation: score.halfSaturation / 100,
      people: score.people / 100,
      products: score.products / 100,
      roles: score.roles / 100,
      channels: score.channels / 100,
    },
    routing: { cool_down: durationText(policy.coolDownMs), max_people: policy.maxPeople },
    // Absent where there is none, so that policies from before there were any keep their version.
    ...(policy.machines ? { machines: machinesText(policy.machines) } : {}),
    ...(policy.echo.size > 0 ? { echo: echoText(policy.echo) } : {}),
  });
}

function machinesText(machines: MachineRules): object {
  const timed = ({ weight, withinMs }: TimedEvidence): object => ({ weight, seconds: withinMs / 1000 });
  const { repeatedLink, repeats, domainHistory } = machines;
  return {
    threshold: machines.threshold,
    memory: formatDuration(machines.memoryMs),
    head_then_get: timed(machines.headThenGet),
    links_at_once: timed(machines.linksAtOnce),
    fast_click: timed(machines.fastClick),
    repeated_link: { weight: repeatedLink.weight },
    repeats: { weight: repeats.weight, clicks: repeats.clicks },
    domain_history: { weight: domainHistory.weight, clicks: domainHistory.clicks, percent: domainHistory.percent },
  };
}

/** One rule for each thing that must be named, types by name: however the file divided them up. */
function echoText(echo: Policy['echo']): object[] {
  return echoCauses.flatMap((needs) => {
    const types = [...echo.keys()].filter((type) => echo.get(type) === needs).sort();
    return types.length === 0 ? [] : [{ types, needs }];
  });
}

/** `name@` and the first 12 hex digits of the SHA-256 of the canonical JSON. */
export function versionOf(policy: PolicyContent): string {
  return `${policy.name}@${createHash('sha256').update(canonicalJson(policy)).digest('hex').slice(0, 12)}`;
}

function durationText(duration: number | null): string {
  return duration === null ? 'off' : formatDuration(duration);
}
