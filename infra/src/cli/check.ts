import type { ClickHouse } from '@groundswell/clickhouse';
import type { PipelineClient } from './pipeline-client.ts';
import { readFound } from './results.ts';
import type { DemoInput } from './stream-data.ts';
import type { Checks } from './summary.ts';
import { compareWithTruth } from './truth-check.ts';

/** Whether the stream, pure SQL, the books and the truth agree; and how many records were duplicates. */
export async function checkResults(
  clickhouse: ClickHouse,
  client: PipelineClient,
  input: DemoInput,
): Promise<{ readonly checks: Checks; readonly duplicates: number }> {
  const different = await client.verify();
  const imbalances = await client.books();
  const found = await readFound(clickhouse);
  return {
    checks: {
      different,
      imbalances,
      truthDifferences: input.kind === 'market' ? compareWithTruth(input.files.truth, found) : null,
    },
    duplicates: found.books.reduce((sum, { fates }) => sum + (fates['duplicate'] ?? 0), 0),
  };
}
