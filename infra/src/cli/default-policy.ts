import { readFile } from 'node:fs/promises';
import type { ClickHouse } from '@groundswell/clickhouse';
import { type Policy, parsePolicy, policiesDir } from '@groundswell/policy';
import type { PipelineClient } from './pipeline-client.ts';
import { hasPolicy } from './results.ts';

export interface DefaultPolicy {
  /** the file as it is */
  readonly content: string;
  readonly policy: Policy;
}

/** The policy that ships as default. Throws when the file is not a policy: the product is broken then. */
export async function readDefaultPolicy(): Promise<DefaultPolicy> {
  const content = await readFile(new URL('default.yaml', policiesDir), 'utf8');
  const parsed = parsePolicy(content);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return { content, policy: parsed.policy };
}

/**
 * Activates the default policy from the beginning of time when none has ever been: without one nothing is judged.
 * Answers its version, or null when there was one.
 */
export async function activateFirstPolicy(
  clickhouse: ClickHouse,
  client: PipelineClient,
  { content }: DefaultPolicy,
): Promise<string | null> {
  return (await hasPolicy(clickhouse)) ? null : client.activatePolicy(content, 0);
}
