import { randomUUID } from 'node:crypto';
import { topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createKafka, type Kafka, namespaced } from './client.ts';
import { applyDeclaredSettings, readSettings, settingDifferences } from './topic-settings.ts';
import { ensureTopics } from './topics.ts';

const topic = topics.people;
/** As a version declared it that could not erase anybody yet. */
const { segmentMs: _, maxCompactionLagMs: __, ...earlier } = topic;

describe('settings of a topic that exists', () => {
  const namespace = `settings-${randomUUID().slice(0, 8)}`;
  const name = namespaced(namespace, topic.name);
  const lines: string[] = [];
  let kafka: Kafka;
  let admin: ReturnType<Kafka['admin']>;

  beforeAll(async () => {
    const logger = createLogger({ serviceName: 'settings-test', logLevel: 'warn' });
    vi.spyOn(logger, 'child').mockReturnValue(logger as never);
    vi.spyOn(logger, 'warn').mockImplementation((_details: unknown, line?: string) => {
      lines.push(line ?? '');
    });
    kafka = createKafka({ brokers: inject('stack').kafkaBrokers, clientId: 'settings-test', logger });
    admin = kafka.admin();
    await admin.connect();
  });

  afterAll(() => admin?.disconnect());

  const settings = async () => (await readSettings(admin, [name])).get(name) ?? new Map<string, string>();

  it('are left alone by a service that starts, which says what differs and what to do', async () => {
    await ensureTopics(kafka, namespace, [earlier]);
    expect(lines.join()).not.toContain(name);
    await ensureTopics(kafka, namespace, [topic]);
    expect(lines.join()).toMatch(
      new RegExp(
        `topic ${name}: segment.ms is 604800000, declared is 86400000; max.compaction.lag.ms is \\d+, declared`,
      ),
    );
    expect(lines.join()).toContain('groundswell topics --apply');
    expect((await settings()).get('segment.ms')).toBe('604800000');
  });

  it('become the declared ones when they are applied, and what else was set stays', async () => {
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: 2,
          name,
          configEntries: [
            { name: 'cleanup.policy', value: topic.cleanup },
            { name: 'min.cleanable.dirty.ratio', value: '0.2' },
          ],
        },
      ],
    });
    await applyDeclaredSettings(admin, [{ name, declaration: topic }]);
    await expect.poll(async () => settingDifferences(topic, await settings()), { timeout: 10_000 }).toEqual([]);
    expect((await settings()).get('min.cleanable.dirty.ratio')).toBe('0.2');
    lines.length = 0;
    await ensureTopics(kafka, namespace, [topic]);
    expect(lines.join()).not.toContain(name);
  });
});
