import type { BatchProducer } from '@groundswell/kafka';
import { describe, expect, it } from 'vitest';
import { RenewedProducer } from './renewed-producer.ts';

interface Fault {
  connect?: Error;
  send?: Error;
}

const producersWith = (faults: readonly Fault[]) => {
  const log: string[] = [];
  let made = 0;
  const create = (): BatchProducer => {
    const name = `p${made}`;
    const fault = faults[made] ?? {};
    made += 1;
    const step = async (what: string, error?: Error): Promise<[]> => {
      log.push(`${name} ${what}`);
      if (error) throw error;
      return [];
    };
    return {
      connect: async () => void (await step('connect', fault.connect)),
      sendAll: () => step('send', fault.send),
      disconnect: async () => void (await step('disconnect')),
    };
  };
  return { producer: new RenewedProducer(create), log };
};

describe('the producer of intake', () => {
  it('stays the same while sends are acknowledged', async () => {
    const { producer, log } = producersWith([]);
    await producer.connect();
    await producer.sendAll([]);
    await producer.sendAll([]);
    await producer.disconnect();
    expect(log).toEqual(['p0 connect', 'p0 send', 'p0 send', 'p0 disconnect']);
  });

  it('is replaced after a failed send, which stays failed', async () => {
    const { producer, log } = producersWith([{ send: new Error('timeout') }]);
    await producer.connect();
    await expect(producer.sendAll([])).rejects.toThrow('timeout');
    await producer.sendAll([]);
    expect(log).toEqual(['p0 connect', 'p0 send', 'p0 disconnect', 'p1 connect', 'p1 send']);
  });

  it('tries another one when a new one cannot connect', async () => {
    const { producer, log } = producersWith([{ send: new Error('timeout') }, { connect: new Error('no broker') }]);
    await expect(producer.sendAll([])).rejects.toThrow('timeout');
    await expect(producer.sendAll([])).rejects.toThrow('no broker');
    await producer.sendAll([]);
    expect(log.slice(-2)).toEqual(['p2 connect', 'p2 send']);
  });
});
