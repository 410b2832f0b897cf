import type { TouchChange } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { describe, expect, it } from 'vitest';
import { streakCounter, streaks } from './example-streaks.ts';
import { TopologyDriver } from './topology-driver.ts';

const DAY_MS = 86_400_000;

const touch = (accountId: string, day: number): TouchChange => {
  const body = touchAsserted({
    touchId: '00000000-0000-8000-8000-000000000001',
    accountId,
    personId: '00000000-0000-8000-8000-000000000002',
    time: day * DAY_MS + 60_000,
  });
  return { change: { kind: 'TouchAsserted', body } };
};

describe('the example processor', () => {
  it('counts days in a row, and publishes whoever changed once per flush', () => {
    const driver = new TopologyDriver(streakCounter);
    for (const day of [10, 10, 11, 12]) driver.pipe({ value: touch('acme.example', day) });
    driver.pipe({ value: touch('globex.example', 12) });
    driver.flush();
    expect(driver.read(streaks)).toEqual([
      { accountId: 'acme.example', days: 3 },
      { accountId: 'globex.example', days: 1 },
    ]);
    driver.pipe({ value: touch('acme.example', 14) });
    driver.flush();
    expect(driver.read(streaks).at(-1)).toEqual({ accountId: 'acme.example', days: 1 });
  });

  it('knows after a restart what it knew before, and publishes nothing twice', () => {
    const driver = new TopologyDriver(streakCounter);
    for (const day of [10, 11]) driver.pipe({ value: touch('acme.example', day) });
    driver.flush();
    driver.restart();
    driver.flush();
    expect(driver.read(streaks)).toEqual([{ accountId: 'acme.example', days: 2 }]);
    driver.pipe({ value: touch('acme.example', 12) });
    driver.flush();
    expect(driver.read(streaks).at(-1)).toEqual({ accountId: 'acme.example', days: 3 });
  });
});
