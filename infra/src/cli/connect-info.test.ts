import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { StackAddresses } from '../index.ts';
import { connectInfo, curlQuery, curlTouch, readyQueries } from './connect-info.ts';

const reader = { url: 'http://127.0.0.1:8123', database: 'groundswell', username: 'reader', password: "p'w $x" };
const addresses: StackAddresses = {
  mode: 'local',
  reason: '',
  kafkaBrokers: ['127.0.0.1:9092'],
  registryUrl: 'http://127.0.0.1:8081/apis/ccompat/v7',
  clickhouse: { writer: { ...reader, username: 'writer' }, reader },
};

/** What a shell makes of a command: its words, after a `curl` that only prints them. */
const wordsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`])
    .toString()
    .split('\0')
    .slice(0, -1);

describe('what is printed when the stack is up', () => {
  const facts = { addresses, intakeUrl: 'http://127.0.0.1:7000', dataDir: '/data', logDir: '/data/logs' };

  it('names every address, the reader and its password, and never the writer', () => {
    const text = connectInfo({ ...facts, almostThere: null });
    for (const part of [reader.url, reader.password, '127.0.0.1:9092', addresses.registryUrl, '7000', '/data/logs']) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('writer');
  });

  it('has three queries, each as SQL and as a command', () => {
    const text = connectInfo({ ...facts, almostThere: null });
    expect(readyQueries).toHaveLength(3);
    for (const query of readyQueries) expect(text).toContain(`    ${query.sql}\n    curl`);
  });

  it('proposes a second person at an account that has one', () => {
    const text = connectInfo({ ...facts, almostThere: { accountId: 'alder-trust.example', name: 'Alder Trust' } });
    expect(text).toContain('a second person at Alder Trust, and the account lights up');
    expect(text).toContain('new.colleague@alder-trust.example');
  });

  it('quotes for the shell: passwords and SQL arrive as they are', () => {
    const query = { title: '', sql: "SELECT 'a' FROM t WHERE x = '$HOME'" };
    const words = wordsOf(curlQuery(addresses, query));
    expect(words).toContain("X-ClickHouse-Key: p'w $x");
    expect(words.at(-1)).toBe(query.sql);
  });

  it('sends a touch of this moment', () => {
    const words = wordsOf(curlTouch('http://127.0.0.1:7000', 'alder-trust.example'));
    expect(words).toContain('http://127.0.0.1:7000/v1/touches');
    const touch: unknown = JSON.parse(words.at(-1) ?? '');
    expect(touch).toMatchObject({ type: 'pricing_view', person: { email: 'new.colleague@alder-trust.example' } });
    expect(JSON.stringify(touch)).toMatch(/"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/);
  });
});
