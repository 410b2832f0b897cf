import type { ClickHouse } from '@groundswell/clickhouse';
import type { Board } from '../board/board.ts';
import type { BoardFeed } from '../board/board-rows.ts';
import { Watch } from '../board/watch.ts';
import { connectInfo } from './connect-info.ts';
import type { Output } from './output.ts';
import { readAlmostThere } from './results.ts';
import type { Session } from './session.ts';

export interface StayRequest {
  readonly session: Session;
  readonly output: Output;
  readonly clickhouse: ClickHouse;
  readonly feed: BoardFeed;
  /** what was shown already; undefined: nothing was */
  readonly board?: Board;
  /** whether the wall clock drives the log */
  readonly live: boolean;
}

/** Prints where to connect, then a line for every account that becomes high-intensity, until Ctrl-C. */
export async function stayConnected({ session, output, clickhouse, feed, board, live }: StayRequest): Promise<never> {
  const { stack, services } = session;
  const almostThere = live ? await readAlmostThere(clickhouse) : null;
  const { addresses, dataDir, logDir } = stack;
  output.out(connectInfo({ addresses, intakeUrl: services.intakeUrl, dataDir, logDir, almostThere }));
  if (!live) output.out(`${replayHint(services.intakeUrl)}\n`);
  output.out('Ctrl-C stops everything.\n\n');
  const watch = new Watch({
    feed,
    ...(board === undefined ? {} : { board }),
    screen: { write: output.out, size: () => output },
    live: false,
    colour: false,
    title: '',
    progress: () => ({ phase: 'live', sent: 0, total: null, perSecond: 0, span: null, elapsedMs: 0 }),
    sayProgress: false,
  });
  return session.stayUp().finally(() => watch.cancel());
}

const replayHint = (intakeUrl: string): string =>
  [
    "The log's clock stands where the file ended. What is sent now waits until the wall clock drives it:",
    `    curl -sS -H 'content-type: application/json' '${intakeUrl}/v1/clock' --data-binary '{"mode":"live"}'`,
    'Windows then expire up to today.',
    '',
  ].join('\n');
