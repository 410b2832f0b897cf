import { openClickHouse } from '@groundswell/clickhouse';
import { Board } from '../board/board.ts';
import { ClickHouseFeed } from '../board/clickhouse-feed.ts';
import type { DataDir } from './data-dir.ts';
import { activateFirstPolicy, readDefaultPolicy } from './default-policy.ts';
import type { Output } from './output.ts';
import { createPipelineClient } from './pipeline-client.ts';
import { runsLive } from './results.ts';
import { runSession } from './session.ts';
import { sourcesDirOf } from './source-files.ts';
import { stayConnected } from './stay-connected.ts';

/** The whole stack, empty or with the data it was left with, until Ctrl-C. Answers the exit code. */
export async function runStart({ dataDir, output }: { dataDir: DataDir; output: Output }): Promise<number> {
  const policy = await readDefaultPolicy();
  const sourcesDir = await sourcesDirOf(dataDir.path, process.env['GROUNDSWELL_SOURCES_DIR']);
  return runSession({ dataDir, sourcesDir, output }, async (session) => {
    const { stack, services, signal } = session;
    const clickhouse = openClickHouse(stack.addresses.clickhouse.reader);
    const { addresses } = stack;
    const namespace = process.env['GROUNDSWELL_NAMESPACE'] ?? '';
    const client = createPipelineClient({ addresses, namespace, intakeUrl: services.intakeUrl, sourcesDir, signal });
    try {
      const version = await activateFirstPolicy(clickhouse, client, policy);
      if (version !== null) output.out(`policy in effect: ${version}\n`);
      const feed = new ClickHouseFeed(clickhouse, Date.now);
      const board = new Board();
      // What happened in earlier runs is no news.
      board.take(await feed.look());
      return await stayConnected({ session, output, clickhouse, feed, board, live: await runsLive(clickhouse) });
    } finally {
      await clickhouse.close();
    }
  });
}
