import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explanationOf } from '@groundswell/interchange';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What writes dead letters behind intake. */
const STAGES = [
  'packages/{kafka,intensity,resolution}/src/*.ts',
  'services/{clickhouse-sink,account-*,router}/src/**/*.ts',
];

/** A rejection is written as its reason followed by its message; undecodable bytes as an error with the reason first. */
const WRITTEN = [/\breason: '([a-z_]+)',\s*message\b/g, /new WireError\(\s*'([a-z_]+)'/g];

const reasonsIn = (text: string): string[] =>
  WRITTEN.flatMap((pattern) => [...text.matchAll(pattern)].map(([, reason = '']) => reason));

describe('the reasons of dead letters', () => {
  it('are explained in the catalogue, whichever stage gives them', () => {
    const files = STAGES.flatMap((pattern) => globSync(pattern, { cwd: root })).filter(
      (file) => !file.includes('.test.') && !file.includes('testing/'),
    );
    const reasons = new Set(files.flatMap((file) => reasonsIn(readFileSync(join(root, file), 'utf8'))));
    // If the way they are written changes, this must not pass by finding none.
    expect([...reasons]).toEqual(
      expect.arrayContaining(['undecodable', 'unresolvable', 'unmappable', 'invalid_policy']),
    );
    expect([...reasons].filter((reason) => explanationOf(reason) === null)).toEqual([]);
  });
});
