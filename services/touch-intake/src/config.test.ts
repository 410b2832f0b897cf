import { readConfig } from '@groundswell/service';
import { describe, expect, it } from 'vitest';
import { isOpen, settings } from './config.ts';

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

  it.each([
    [true, {}],
    [true, { GROUNDSWELL_HTTP_HOST: 'localhost' }],
    [true, { GROUNDSWELL_HTTP_HOST: '::1' }],
    [false, { GROUNDSWELL_HTTP_HOST: '0.0.0.0' }],
    [false, { GROUNDSWELL_HTTP_HOST: '127.0.0.1.example.com' }],
    [false, { GROUNDSWELL_INTAKE_OPEN: 'false' }],
    [true, { GROUNDSWELL_HTTP_HOST: '0.0.0.0', GROUNDSWELL_INTAKE_OPEN: 'true' }],
  ])('have intake open (%s) by default on loopback only: %j', (open, more) => {
    expect(isOpen(readConfig(settings, { ...addresses, ...more }))).toBe(open);
  });

  it('take no key in clear for the operator', () => {
    const key = { GROUNDSWELL_INTAKE_OPERATOR_KEY_SHA256: 'the-key-itself' };
    expect(() => readConfig(settings, { ...addresses, ...key })).toThrow(
      /GROUNDSWELL_INTAKE_OPERATOR_KEY_SHA256 is set \(masked\)/,
    );
  });
});
