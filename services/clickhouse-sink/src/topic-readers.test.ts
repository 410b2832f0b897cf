import { describe, expect, it } from 'vitest';
import { lanes, storedTopics } from './topic-readers.ts';

describe('the lanes of the sink', () => {
  it('have every stored topic once', () => {
    const names = lanes.flatMap(({ topics }) => topics.map(({ name }) => name));
    expect(names.sort()).toEqual(storedTopics.map(({ name }) => name).sort());
  });

  it('keep what people wait for apart from the ledgers', () => {
    const laneOf = (name: string): string | undefined =>
      lanes.find(({ topics }) => topics.some((topic) => topic.name === name))?.group;
    expect(laneOf('intensity.transitions')).toBe('clickhouse-sink');
    expect(laneOf('route.decisions')).toBe('clickhouse-sink');
    expect(laneOf('touches')).toBe('clickhouse-sink-ledgers');
    expect(laneOf('touches.raw')).toBe('clickhouse-sink-ledgers');
  });
});
