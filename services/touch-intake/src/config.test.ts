import { readConfig } from '@groundswell/service';
import { describe, expect, it } from 'vitest';
import { settings } from './config.ts';

const addresses = { GROUNDSWELL_KAFKA_BROKERS: '127.0.0.1:9092', GROUNDSWELL_REGISTRY_URL: 'http://127.0.0.1:8081' };

describe('the settings of touch-intake', () => {
  it('have defaults: 8 MiB a body, 64 MiB in flight, 10 s for the broker', () => {
    expect(readConfig(settings, addresses)).toMatchObject({
      GROUNDSWELL_INTAKE_MAX_BODY_BYTES: 8_388_608,
      GROUNDSWELL_INTAKE_MAX_IN_FLIGHT_BYTES: 67_108_864,
      GROUNDSWELL_INTAKE_ACK_TIMEOUT_MS: 10_000,
    });
  });

  it('refuse a bound in flight that no full body would pass', () => {
    const bound = { GROUNDSWELL_INTAKE_MAX_IN_FLIGHT_BYTES: '4194304' };
    expect(() => readConfig(settings, { ...addresses, ...bound })).toThrow(
      /GROUNDSWELL_INTAKE_MAX_IN_FLIGHT_BYTES is "4194304": must not be less than GROUNDSWELL_INTAKE_MAX_BODY_BYTES/,
    );
  });
});
