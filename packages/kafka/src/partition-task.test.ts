import { topics } from '@groundswell/schemas';
import type { Processor } from '@groundswell/stream';
import { describe, expect, it, vi } from 'vitest';
import { PartitionTask } from './partition-task.ts';

const processor: Processor<unknown, null> = {
  name: 'test',
  input: topics.touchesRaw,
  outputs: [topics.touchAssignments],
  restore: { from: 'start', stateTopic: topics.touchAssignments },
  createState: () => null,
  onRecord: () => undefined,
};

/** A task that has written above a gap which somebody else left. */
const taskWith = (own: Partial<Processor<unknown, null>>): PartitionTask<unknown, null> => {
  const task = new PartitionTask({ ...processor, ...own }, { partition: 0, low: 0, high: 0, committed: 0 });
  task.wroteState(5, 1);
  task.wroteState(7, 1);
  return task;
};

describe('what an owner wrote to its state topic', () => {
  it('is not remembered for a processor that nothing of others is ever shown to: no gap would be closed', () => {
    expect(taskWith({}).stateLog).toMatchObject({ next: 0, gapEnd: null, pieces: 0 });
  });

  it('is remembered for one that is shown what others wrote', () => {
    expect(taskWith({ onForeignRecord: () => undefined }).stateLog).toMatchObject({ gapEnd: 8, pieces: 2 });
  });

  it('is remembered for one that asks how far the topic is known', () => {
    const onStateKnown = vi.fn();
    const task = taskWith({ onStateKnown });
    task.wroteState(0, 5);
    expect(onStateKnown).toHaveBeenLastCalledWith(null, 0);
  });
});
