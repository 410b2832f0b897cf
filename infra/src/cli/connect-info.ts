import type { StackAddresses } from '../index.ts';

export interface ConnectFacts {
  readonly addresses: StackAddresses;
  readonly intakeUrl: string;
  readonly dataDir: string;
  readonly logDir: string;
  /** an account that one more person would make high-intensity; null: none is known */
  readonly almostThere: AlmostThere | null;
}

/** An engaged account with one active person. */
export interface AlmostThere {
  readonly accountId: string;
  readonly name: string;
}

export interface ReadyQuery {
  readonly title: string;
  readonly sql: string;
}

/** Three questions to begin with; the e2e test runs them as printed. */
export const readyQueries: readonly ReadyQuery[] = [
  {
    title: 'Which accounts are high-intensity now, strongest first?',
    sql:
      'SELECT name, account_id, score, people_30d, touches_30d, since, owner, tier FROM account_current ' +
      "WHERE level = 'high-intensity' ORDER BY score DESC LIMIT 20",
  },
  {
    title: 'Why did they get there? The latest changes of level, with their reasons.',
    sql:
      'SELECT at, account_id, level, kind, cause, people_30d, touches_30d, products, ' +
      'arrayMap(c -> (c.component, c.count, c.points), contributions) AS reasons ' +
      'FROM intensity_transitions ORDER BY at DESC LIMIT 20',
  },
  {
    title: 'What was routed, and what was suppressed for which reason?',
    sql:
      'SELECT route, state, reason, count() AS decisions, max(decided_at) AS last FROM route_decisions ' +
      'GROUP BY route, state, reason ORDER BY decisions DESC',
  },
];

/** Where everything is and what to try first, as printed when the stack is up. */
export function connectInfo(facts: ConnectFacts): string {
  const { addresses, intakeUrl, dataDir, logDir } = facts;
  const { reader } = addresses.clickhouse;
  return [
    'Connect',
    `  ClickHouse  ${reader.url}  database ${reader.database}  user ${reader.username}  password ${reader.password}`,
    `              in a browser: ${reader.url}/play`,
    `  Kafka       ${addresses.kafkaBrokers.join(', ')}`,
    `  Registry    ${addresses.registryUrl}`,
    `  Intake      ${intakeUrl}`,
    `  Data        ${dataDir}`,
    `  Logs        ${logDir}`,
    '',
    'Ask',
    ...readyQueries.flatMap((query) => [
      `  ${query.title}`,
      `    ${query.sql}`,
      `    ${curlQuery(addresses, query)}`,
      '',
    ]),
    facts.almostThere === null
      ? 'Send a touch'
      : `Send a touch: a second person at ${facts.almostThere.name}, and the account lights up`,
    `    ${curlTouch(intakeUrl, facts.almostThere?.accountId ?? 'fernhill-bank.example')}`,
    '',
    'Elsewhere: npx -y pnpm@12 groundswell accounts',
    '',
  ].join('\n');
}

/** A shell command that asks ClickHouse; credentials travel in headers. */
export function curlQuery({ clickhouse: { reader } }: StackAddresses, { sql }: ReadyQuery): string {
  return [
    'curl -sS',
    `-H ${quoted(`X-ClickHouse-User: ${reader.username}`)}`,
    `-H ${quoted(`X-ClickHouse-Key: ${reader.password}`)}`,
    quoted(`${reader.url}/?database=${reader.database}&default_format=PrettyCompact`),
    `--data-binary ${quoted(sql)}`,
  ].join(' ');
}

/** A shell command that sends one touch by somebody new at that domain, now. */
export function curlTouch(intakeUrl: string, domain: string): string {
  const touch = `{"source":"segment","type":"pricing_view","time":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","product":"platform",`;
  const person = `"person":{"email":"new.colleague@${domain}","title":"VP Engineering"}}`;
  return `curl -sS -H 'content-type: application/json' ${quoted(`${intakeUrl}/v1/touches`)} --data-binary '${touch}${person}'`;
}

/** For a POSIX shell: nothing inside single quotes means anything but a single quote. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
