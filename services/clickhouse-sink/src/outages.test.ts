import { createLogger } from '@groundswell/service';
import { describe, expect, it } from 'vitest';
import { Outages } from './outages.ts';

describe('Outages', () => {
  it('says what is out of reach until it is back', () => {
    const retries: string[] = [];
    const logger = createLogger({ serviceName: 'test', logLevel: 'silent' });
    const outages = new Outages({ logger, onRetry: (target) => retries.push(target) });
    expect(outages.now()).toBeUndefined();
    outages.failed('clickhouse', { table: 'touch_state', error: new Error('ECONNREFUSED'), attempt: 1 });
    expect(outages.now()).toBe('waiting for clickhouse: ECONNREFUSED');
    outages.over('clickhouse');
    expect(outages.now()).toBeUndefined();
    expect(retries).toEqual(['clickhouse']);
  });
});
