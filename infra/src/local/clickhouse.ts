import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkClickHouse, createDatabase } from '../health/clickhouse-health.ts';
import type { PartDefinition } from '../process/part.ts';
import { startSupervised } from '../process/supervised-process.ts';
import { INFRA_DIR } from '../project-paths.ts';
import { READY_TIMEOUT_MS } from '../settings.ts';
import type { ClickHouseAddress } from '../stack/addresses.ts';

/** Folder of the server's configuration. */
export const CLICKHOUSE_DIR = join(INFRA_DIR, 'clickhouse');
const HOST = fileURLToPath(new URL('./clickhouse-host.ts', import.meta.url));

/** Where an embedded server runs and who may log in. */
export interface ClickHousePlace {
  dir: string;
  logFile: string;
  port: number;
  env: NodeJS.ProcessEnv;
  writer: ClickHouseAddress;
  reader: ClickHouseAddress;
}

/** How to run the embedded server at a place. Ready when both users can log in and the database exists. */
export function clickHousePart(place: ClickHousePlace): PartDefinition {
  return {
    name: 'clickhouse',
    readyTimeoutMs: READY_TIMEOUT_MS.clickhouse,
    launch: async () => {
      await mkdir(place.dir, { recursive: true });
      return startSupervised({
        name: 'clickhouse',
        command: process.execPath,
        args: [HOST, place.dir, String(place.port), join(CLICKHOUSE_DIR, 'config.xml')],
        env: {
          ...place.env,
          // The embedded server knows no other way to be told its time zone.
          TZ: 'UTC',
          GROUNDSWELL_CLICKHOUSE_PASSWORD: place.writer.password,
          GROUNDSWELL_CLICKHOUSE_READER_PASSWORD: place.reader.password,
        },
        cwd: place.dir,
        logFile: place.logFile,
        stopBy: 'stdin',
      });
    },
    check: async () => {
      for (const user of [place.writer, place.reader]) {
        const readiness = await checkClickHouse(user);
        if (!readiness.ready) return readiness;
      }
      await createDatabase(place.writer);
      return { ready: true, value: undefined };
    },
  };
}
