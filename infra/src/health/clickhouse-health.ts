import { LaunchError } from '../process/launch-error.ts';
import type { ClickHouseAddress } from '../stack/addresses.ts';
import { type HttpAnswer, httpProbe } from './http-probe.ts';
import type { Readiness } from './wait-until.ts';

/** Ready when the server pings and lets this user in. */
export async function checkClickHouse(address: ClickHouseAddress): Promise<Readiness<undefined>> {
  const ping = await httpProbe(`${address.url}/ping`);
  if (ping.status !== 200) return { ready: false, reason: `GET ${address.url}/ping answers ${ping.status}` };
  const answer = await query(address, 'SELECT 1');
  if (answer.status === 200 && answer.body.trim() === '1') return { ready: true, value: undefined };
  return { ready: false, reason: `user ${address.username}: ${firstLine(answer)}` };
}

/** Creates the database of the product if it is missing: a client that names a missing database is refused whatever it asks. */
export async function createDatabase(writer: ClickHouseAddress): Promise<void> {
  const answer = await query(writer, `CREATE DATABASE IF NOT EXISTS \`${writer.database}\` ENGINE = Atomic`);
  if (answer.status === 200) return;
  throw new LaunchError(
    'clickhouse',
    `ClickHouse refuses to create the database ${writer.database}: ${firstLine(answer)}`,
  );
}

function query(address: ClickHouseAddress, sql: string): Promise<HttpAnswer> {
  const headers = { 'x-clickhouse-user': address.username, 'x-clickhouse-key': address.password };
  return httpProbe(address.url, { method: 'POST', headers, body: sql });
}

function firstLine(answer: HttpAnswer): string {
  return answer.body.trim().split('\n')[0] || `HTTP ${answer.status}`;
}
