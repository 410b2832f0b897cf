import { join } from 'node:path';
import { type ClickHouse, openClickHouse } from '@groundswell/clickhouse';
import { DAY_MS, HISTORY_DAYS } from '@groundswell/demo-market';
import { ClickHouseFeed } from '../board/clickhouse-feed.ts';
import { Watch } from '../board/watch.ts';
import { checkResults } from './check.ts';
import type { DataDir } from './data-dir.ts';
import { activateFirstPolicy, type DefaultPolicy, readDefaultPolicy } from './default-policy.ts';
import { writeMarketFiles } from './market-files.ts';
import type { DemoOptions } from './options.ts';
import type { Output } from './output.ts';
import { createPipelineClient, type PipelineClient } from './pipeline-client.ts';
import { exitCodes, runSession, type Session } from './session.ts';
import { sourcesDirOf } from './source-files.ts';
import { stayConnected } from './stay-connected.ts';
import { type DemoInput, DemoStream } from './stream-data.ts';
import { checkLines, isClean, summaryLine } from './summary.ts';

export interface DemoRequest {
  readonly options: DemoOptions;
  readonly dataDir: DataDir;
  readonly output: Output;
  /** performance.now() when the command began */
  readonly began: number;
}

/** The whole demo, from nothing to nothing. Answers the exit code. */
export async function runDemo(request: DemoRequest): Promise<number> {
  const { options, dataDir, output } = request;
  const policy = await readDefaultPolicy();
  // The demo market declares its own sources; a file's are the user's.
  const given = options.input === null ? undefined : process.env['GROUNDSWELL_SOURCES_DIR'];
  const sourcesDir = await sourcesDirOf(dataDir.path, given);
  let input: DemoInput | undefined;
  const prepare = async (): Promise<void> => {
    input = await prepareInput(request, policy, sourcesDir);
  };
  return runSession({ dataDir, sourcesDir, output, prepare }, async (session) => {
    if (input === undefined) throw new Error('the input is prepared before the services start');
    const { stack, services, signal } = session;
    const clickhouse = openClickHouse(stack.addresses.clickhouse.reader);
    const client = createPipelineClient({
      addresses: stack.addresses,
      namespace: process.env['GROUNDSWELL_NAMESPACE'] ?? '',
      intakeUrl: services.intakeUrl,
      sourcesDir,
      signal,
    });
    try {
      return await playDemo({ request, session, input, policy, clickhouse, client });
    } finally {
      await clickhouse.close();
    }
  });
}

async function prepareInput(
  { options, dataDir, output }: DemoRequest,
  { policy }: DefaultPolicy,
  sourcesDir: string,
): Promise<DemoInput> {
  if (options.input !== null) return { kind: 'file', path: options.input };
  // Whole seconds read well; everything of the market is received before the anchor.
  const anchor = Math.floor(Date.now() / 1_000) * 1_000;
  const folder = join(dataDir.path, 'demo');
  const files = await writeMarketFiles({ seed: options.seed, anchor, rules: policy, folder, sourcesDir });
  output.out(`demo market: ${files.touchCount} touches in ${HISTORY_DAYS} days, seed ${options.seed}, in ${folder}\n`);
  return { kind: 'market', files, span: { from: anchor - HISTORY_DAYS * DAY_MS, to: anchor } };
}

interface DemoParts {
  readonly request: DemoRequest;
  readonly session: Session;
  readonly input: DemoInput;
  readonly policy: DefaultPolicy;
  readonly clickhouse: ClickHouse;
  readonly client: PipelineClient;
}

async function playDemo({ request, session, input, policy, clickhouse, client }: DemoParts): Promise<number> {
  const { output, options } = request;
  const version = await activateFirstPolicy(clickhouse, client, policy);
  if (version !== null) output.out(`policy in effect: ${version}\n`);
  output.out('\n');

  const streamBegan = performance.now();
  const stream = new DemoStream(client, input, Date.now);
  const feed = new ClickHouseFeed(clickhouse, Date.now);
  const watch = new Watch({
    feed,
    screen: { write: output.out, size: () => output },
    live: output.interactive,
    colour: output.colour,
    title: input.kind === 'market' ? `demo market, ${HISTORY_DAYS} days as if live` : `${options.input}, as if live`,
    progress: () => stream.progress,
    sayProgress: true,
  });
  const { report, live } = await stream.run().catch((error: unknown) => {
    watch.cancel();
    throw error;
  });
  await watch.end();

  const checkBegan = performance.now();
  const { checks, duplicates } = await checkResults(clickhouse, client, input);
  output.out(`\n${checkLines(checks).join('\n')}\n\n`);
  if (!options.once) return stayConnected({ session, output, clickhouse, feed, board: watch.board, live });

  const now = performance.now();
  const seconds = {
    ...session.seconds,
    stream: tenths(checkBegan - streamBegan),
    check: tenths(now - checkBegan),
    total: tenths(now - request.began),
  };
  const { records: sent, accepted, rejected } = report;
  const touches = { sent, accepted, rejected, duplicates };
  const { mode } = session.stack.addresses;
  output.out(`${summaryLine({ mode, touches, counts: watch.board.counts, checks, seconds })}\n`);
  return isClean(checks) ? exitCodes.ok : exitCodes.failed;
}

const tenths = (ms: number): number => Math.round(ms / 100) / 10;
