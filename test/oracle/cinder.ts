import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A commit as a touch: who, for whom, when it was written (event time) and when it was merged (arrival). */
export interface CinderTouch {
  readonly sha: string;
  /** the author's raw e-mail domain, verbatim */
  readonly account: string;
  readonly person: string;
  /** epoch ms */
  readonly time: number;
  readonly received: number;
}

const lines = (file: string): AsyncIterable<string> => {
  const stream = createReadStream(file);
  return createInterface({
    input: file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
};

async function* csvRows(file: string): AsyncGenerator<Record<string, string>> {
  let names: string[] | undefined;
  for await (const line of lines(file)) {
    const cells = line.split(',');
    if (!names) names = cells;
    else yield Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  }
}

/** Commits of the cinder repository without merges and machine authors, in the order they were merged. */
export const cinderTouches = async (dataFolder: string): Promise<CinderTouch[]> => {
  const touches: CinderTouch[] = [];
  for await (const row of csvRows(join(dataFolder, 'commits', 'commits_openstack_cinder.csv.gz'))) {
    if (row['is_merge'] !== '0' || row['author_machine_email'] !== '') continue;
    touches.push({
      sha: row['sha'] ?? '',
      account: row['author_domain'] ?? '',
      person: row['author_person'] ?? '',
      time: Date.parse(row['author_time_utc'] ?? ''),
      received: Date.parse(row['commit_time_utc'] ?? ''),
    });
  }
  return touches;
};

/** The touch in the interchange format. */
export const asInterchange = ({ sha, account, person, time, received }: CinderTouch): Record<string, string> => ({
  id: sha,
  time: new Date(time).toISOString(),
  received: new Date(received).toISOString(),
  type: 'content_view',
  source: 'cinder',
  'person.id': person,
  'account.id': account,
});

export interface MonthlyWindow {
  readonly touches30: number;
  readonly people30: number;
  readonly touches90: number;
  readonly people90: number;
}

/** Per `as_of account` the windows as known and as corrected, of rows that are not all zero. */
export const monthlyWindows = async (
  dataFolder: string,
): Promise<{ instants: string[]; known: Map<string, MonthlyWindow>; corrected: Map<string, MonthlyWindow> }> => {
  const known = new Map<string, MonthlyWindow>();
  const corrected = new Map<string, MonthlyWindow>();
  const instants = new Set<string>();
  for await (const row of csvRows(join(dataFolder, 'commits', 'cinder_account_windows_monthly.csv'))) {
    const key = `${row['as_of']} ${row['account']}`;
    instants.add(row['as_of'] ?? '');
    for (const [name, target] of [
      ['known', known],
      ['corrected', corrected],
    ] as const) {
      const window = {
        touches30: Number(row[`touches_30d_${name}`]),
        people30: Number(row[`people_30d_${name}`]),
        touches90: Number(row[`touches_90d_${name}`]),
        people90: Number(row[`people_90d_${name}`]),
      };
      if (Object.values(window).some((count) => count > 0)) target.set(key, window);
    }
  }
  return { instants: [...instants].sort(), known, corrected };
};
