import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import type { TopicLag } from '../pipeline/lag.ts';
import type { PartitionClock } from '../queries/partition-clocks.ts';
import {
  examineClocks,
  examineCompatibility,
  examineLag,
  examinePolicy,
  examineReadiness,
  examineSilence,
} from './examinations.ts';
import { examine } from './finding.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

const clock = (partition: number, at: number, mode = 'live'): PartitionClock => ({
  partition,
  clock: at,
  mode,
  records: 1,
});
const lag = (group: string, records: number, committed = true): TopicLag => ({
  group,
  topic: 'touches',
  lag: records,
  end: 10,
  committed,
});

describe('examineClocks', () => {
  it('is content with live clocks that are ticked', () => {
    expect(examineClocks([clock(0, NOW - HOUR), clock(1, NOW)], NOW)).toEqual([
      {
        part: 'clock',
        state: 'ok',
        detail: 'live, partitions 0, 1: 2026-01-01 11:00:00Z to 2026-01-01 12:00:00Z',
        hint: '',
      },
    ]);
  });

  it('finds a live clock that stands still, and one ahead of the wall clock', () => {
    const findings = examineClocks([clock(3, NOW - 5 * HOUR), clock(4, NOW + HOUR)], NOW);
    expect(findings.map(({ state }) => state)).toEqual(['problem', 'problem']);
    expect(findings[0]?.detail).toContain('partition 3');
    expect(findings[0]?.detail).toContain('5h 0m behind');
    expect(findings[1]?.detail).toContain('ahead of the wall clock');
  });

  it('notes a replay, whose clock may stand anywhere in the past', () => {
    const [finding] = examineClocks([clock(0, NOW - 1_000 * HOUR, 'replay')], NOW);
    expect(finding?.state).toBe('note');
  });

  it('notes that there is no clock before the first record', () => {
    expect(examineClocks([], NOW)).toMatchObject([{ state: 'note' }]);
  });

  it('has nothing against partitions that only hold a policy from the beginning of time', () => {
    expect(examineClocks([clock(0, 0), clock(1, 0)], NOW)).toMatchObject([{ state: 'note' }]);
    expect(examineClocks([clock(0, 0), clock(1, NOW)], NOW)).toMatchObject([{ state: 'ok' }]);
  });
});

describe('examineLag', () => {
  it('notes who is behind; a group that never committed is a problem', () => {
    expect(examineLag([lag('a', 0), lag('b', 5), lag('c', 5, false)]).map(({ part, state }) => [part, state])).toEqual([
      ['lag of a', 'ok'],
      ['lag of b', 'note'],
      ['lag of c', 'problem'],
    ]);
  });
});

describe('other examinations', () => {
  it('wants every old schema to stay readable', () => {
    expect(examineCompatibility('BACKWARD_TRANSITIVE').state).toBe('ok');
    expect(examineCompatibility('NONE')).toMatchObject({ state: 'problem', hint: expect.stringContaining('/config') });
  });

  it('passes on what a service waits for', () => {
    const waiting = { status: 503, json: { status: 'waiting', for: 'restoring 3 of 12 partitions' }, text: '' };
    expect(examineReadiness('router', waiting).detail).toBe('not ready (HTTP 503): restoring 3 of 12 partitions');
    expect(examineReadiness('router', { status: 200, json: undefined, text: '' }).state).toBe('ok');
  });

  it('says where the log of a service lies that does not answer', () => {
    const silent = examineSilence({ name: 'router', url: 'http://127.0.0.1:9' }, 'ECONNREFUSED', '/p/logs');
    expect(silent).toMatchObject({ state: 'problem', detail: 'does not answer at http://127.0.0.1:9: ECONNREFUSED' });
    expect(silent.hint).toContain('/p/logs/router.log');
  });

  it('wants a policy', () => {
    expect(examinePolicy(undefined)).toMatchObject({
      state: 'problem',
      hint: expect.stringContaining('policy activate'),
    });
    const policy = { version: 'plain@1', name: 'plain', activated_at: NOW, activated_by: '' };
    expect(examinePolicy(policy).detail).toBe('plain@1, since 2026-01-01 12:00:00Z');
  });

  it('makes a finding of a failure, so that the rest is looked at', async () => {
    const down = async () => {
      throw new CommandError({ what: 'cannot reach Kafka', where: '127.0.0.1:1', remedy: 'start it' });
    };
    expect(await examine('kafka', down)).toEqual([
      { part: 'kafka', state: 'problem', detail: 'cannot reach Kafka: 127.0.0.1:1', hint: 'start it' },
    ]);
  });
});
