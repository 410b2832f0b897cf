import { problemsOf } from './checks/checks.ts';
import type { Problem } from './checks/problem.ts';
import type { Tampering } from './model/host.ts';
import type { Scenario } from './scenario/scenario.ts';
import { World } from './world.ts';

/** What one run showed. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly problems: readonly Problem[];
  /** of everything that happened: equal for equal runs */
  readonly digest: string;
  readonly steps: number;
  /** records per topic, repeated ones included */
  readonly records: Readonly<Record<string, number>>;
  /** what happened line by line, when it was asked for */
  readonly lines: readonly string[];
}

export interface RunOptions {
  /** bugs to plant */
  readonly tampering?: Tampering;
  readonly keepLines?: boolean;
}

/** Runs a scenario and judges what came of it. */
export const runScenario = async (scenario: Scenario, options: RunOptions = {}): Promise<RunResult> => {
  const outcome = await new World(scenario, options).run();
  const records: Record<string, number> = {};
  for (const { declaration, partitions } of outcome.cluster.topics) {
    const count = partitions.reduce((sum, { high }) => sum + high, 0);
    if (count > 0) records[declaration.name] = count;
  }
  const { scheduler } = outcome;
  const lines = scheduler.lines ?? [];
  return {
    scenario,
    problems: problemsOf(outcome),
    digest: scheduler.digest(),
    steps: scheduler.steps,
    records,
    lines,
  };
};
