import { parseDocument, type YAMLError } from 'yaml';
import { versionOf } from './canonical.ts';
import { parseDuration } from './duration.ts';
import type { MachineRules, Policy, PolicyProblem, PolicyResult, TimedEvidence } from './policy.ts';
import { type PolicyFile, policyFile } from './policy-file.ts';
import { problemsOf } from './problems.ts';

/** Reads a policy file (YAML 1.2). All problems are found at once, except that broken YAML is reported alone. */
export function parsePolicy(text: string): PolicyResult {
  const document = parseDocument(text, { prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) return { ok: false, problems: broken.map((error) => syntaxProblem(error, text)) };
  try {
    return checkedPolicy(document.toJS());
  } catch (error) {
    // aliases are resolved only here: unknown ones, and ones that multiply beyond reason, throw
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ path: '', value: '', allowed: 'YAML 1.2', message: reason }] };
  }
}

/** Reads the canonical JSON that the log carries; it is checked like a file, and its version is computed, not believed. */
export function policyFromCanonical(json: string): PolicyResult {
  try {
    return checkedPolicy(JSON.parse(json));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : String(error);
    return { ok: false, problems: [{ path: '', value: '', allowed: 'JSON', message: `not JSON: ${reason}` }] };
  }
}

function checkedPolicy(input: unknown): PolicyResult {
  const checked = policyFile.safeParse(input ?? undefined);
  if (!checked.success) return { ok: false, problems: problemsOf(checked.error.issues, input ?? undefined) };
  return { ok: true, policy: policyOf(checked.data) };
}

function policyOf(file: PolicyFile): Policy {
  const { engaged, high_intensity: high } = file.levels;
  const products = high.products ?? 0;
  const content = {
    name: file.name,
    windowDays: Object.freeze([...file.windows].sort((left, right) => left - right)),
    engaged: Object.freeze({ enterTouches: engaged.touches, leaveTouches: engaged.leave_touches ?? engaged.touches }),
    highIntensity: Object.freeze({
      enterPeople: high.people,
      leavePeople: high.leave_people ?? high.people,
      enterProducts: products,
      leaveProducts: high.leave_products ?? products,
    }),
    renewAfterMs: parseDuration(file.renew_after) ?? null,
    weights: new Map(Object.entries(file.weights).map(([type, weight]) => [type, hundredths(weight)])),
    halfLifeDays: file.half_life === 'off' ? Number.POSITIVE_INFINITY : Number.parseInt(file.half_life, 10),
    score: Object.freeze({
      halfSaturation: hundredths(file.score.half_saturation),
      people: hundredths(file.score.people),
      products: hundredths(file.score.products),
      roles: hundredths(file.score.roles),
      channels: hundredths(file.score.channels),
    }),
    coolDownMs: parseDuration(file.routing.cool_down) ?? null,
    maxPeople: file.routing.max_people,
    machines: file.machines === undefined ? null : machineRulesOf(file.machines),
    echo: new Map((file.echo ?? []).flatMap(({ types, needs }) => types.map((type) => [type, needs] as const))),
  };
  return Object.freeze({ ...content, version: versionOf(content) });
}

function machineRulesOf(file: NonNullable<PolicyFile['machines']>): MachineRules {
  const timed = ({ weight, seconds }: { weight: number; seconds: number }): TimedEvidence =>
    Object.freeze({ weight, withinMs: seconds * 1000 });
  return Object.freeze({
    threshold: file.threshold,
    memoryMs: parseDuration(file.memory) ?? 0,
    headThenGet: timed(file.head_then_get),
    linksAtOnce: timed(file.links_at_once),
    fastClick: timed(file.fast_click),
    repeatedLink: Object.freeze({ ...file.repeated_link }),
    repeats: Object.freeze({ ...file.repeats }),
    domainHistory: Object.freeze({ ...file.domain_history }),
  });
}

function hundredths(points: number): number {
  return Math.round(points * 100);
}

function syntaxProblem(error: YAMLError, text: string): PolicyProblem {
  const before = text.slice(0, error.pos[0]).split('\n');
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  const value = (text.split('\n')[line - 1] ?? '').trim();
  const message = `line ${line}, column ${column}: ${error.message}`;
  return { path: '', value, allowed: 'YAML 1.2', message };
}
