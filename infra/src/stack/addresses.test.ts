import { describe, expect, it } from 'vitest';
import { ADDRESS_VARIABLES, addressesFromEnvironment, serviceEnvironment } from './addresses.ts';

const complete = {
  GROUNDSWELL_KAFKA_BROKERS: 'a:9092, b:9092',
  GROUNDSWELL_REGISTRY_URL: 'https://registry.example/apis/ccompat/v7/',
  GROUNDSWELL_CLICKHOUSE_URL: 'https://clickhouse.example:8443/',
  GROUNDSWELL_CLICKHOUSE_USER: 'writer',
  GROUNDSWELL_CLICKHOUSE_PASSWORD: 'secret',
  GROUNDSWELL_CLICKHOUSE_READER_USER: 'reader',
  GROUNDSWELL_CLICKHOUSE_READER_PASSWORD: '',
};

describe('addressesFromEnvironment', () => {
  it('takes a complete set, splits brokers, drops trailing slashes and defaults the database', () => {
    const result = addressesFromEnvironment(complete);
    expect(result).toEqual({
      kind: 'complete',
      addresses: {
        mode: 'environment',
        reason: expect.stringContaining('environment'),
        kafkaBrokers: ['a:9092', 'b:9092'],
        registryUrl: 'https://registry.example/apis/ccompat/v7',
        clickhouse: {
          writer: {
            url: 'https://clickhouse.example:8443',
            database: 'groundswell',
            username: 'writer',
            password: 'secret',
          },
          reader: { url: 'https://clickhouse.example:8443', database: 'groundswell', username: 'reader', password: '' },
        },
      },
    });
  });

  it('takes another database', () => {
    const result = addressesFromEnvironment({ ...complete, GROUNDSWELL_CLICKHOUSE_DATABASE: 'groundswell_two' });
    expect(result).toMatchObject({ addresses: { clickhouse: { reader: { database: 'groundswell_two' } } } });
  });

  it('finds nothing in an environment without any of the variables', () => {
    expect(addressesFromEnvironment({ PATH: '/bin', GROUNDSWELL_CLICKHOUSE_DATABASE: 'x' })).toEqual({
      kind: 'absent',
    });
  });

  it.each(ADDRESS_VARIABLES)('names %s when only that one is missing', (name) => {
    expect(addressesFromEnvironment({ ...complete, [name]: undefined })).toMatchObject({
      kind: 'partial',
      missing: [name],
    });
  });

  it('takes an empty address for a missing one', () => {
    const result = addressesFromEnvironment({ ...complete, GROUNDSWELL_REGISTRY_URL: '' });
    expect(result).toMatchObject({ kind: 'partial', missing: ['GROUNDSWELL_REGISTRY_URL'] });
  });
});

describe('serviceEnvironment', () => {
  it('gives the variables from which the same addresses are read', () => {
    const result = addressesFromEnvironment(complete);
    if (result.kind !== 'complete') throw new Error('incomplete');
    expect(addressesFromEnvironment(serviceEnvironment(result.addresses))).toEqual(result);
  });
});
