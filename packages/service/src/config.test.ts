import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, clickHouseSettings, readConfig, serviceSettings } from './config.ts';

const schema = z.object({ ...serviceSettings, ...clickHouseSettings });
const good = {
  GROUNDSWELL_KAFKA_BROKERS: '127.0.0.1:1, 127.0.0.1:2',
  GROUNDSWELL_REGISTRY_URL: 'http://127.0.0.1:3',
  GROUNDSWELL_CLICKHOUSE_URL: 'http://127.0.0.1:4',
  GROUNDSWELL_CLICKHOUSE_USER: 'writer',
};

describe('readConfig', () => {
  it('parses, fills in defaults and freezes', () => {
    const config = readConfig(schema, { ...good, GROUNDSWELL_NAMESPACE: '' });
    expect(config.GROUNDSWELL_KAFKA_BROKERS).toEqual(['127.0.0.1:1', '127.0.0.1:2']);
    expect(config.GROUNDSWELL_GENERATION).toBe(1);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names every variable at fault with its value and what is allowed', () => {
    const bad = { ...good, GROUNDSWELL_LOG_LEVEL: 'loud', GROUNDSWELL_REGISTRY_URL: undefined };
    try {
      readConfig(schema, bad);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.problems).toHaveLength(2);
      expect(error.message).toContain('GROUNDSWELL_LOG_LEVEL is "loud"');
      expect(error.message).toContain('"debug"');
      expect(error.message).toContain('GROUNDSWELL_REGISTRY_URL is not set');
    }
  });

  it('never shows a secret', () => {
    const secretive = z.object({ GROUNDSWELL_CLICKHOUSE_PASSWORD: z.string().max(3) });
    expect(() => readConfig(secretive, { GROUNDSWELL_CLICKHOUSE_PASSWORD: 'hunter22' })).toThrow(/is set \(masked\)/);
    expect(() => readConfig(secretive, { GROUNDSWELL_CLICKHOUSE_PASSWORD: 'hunter22' })).not.toThrow(/hunter22/);
  });
});
