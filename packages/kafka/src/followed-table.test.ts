import { type TopicDeclaration, topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { FollowedTable } from './followed-table.ts';

const declaration: TopicDeclaration = topics.accounts;

/** A table of texts: what every key has been told, in the order it was told. */
const follow = () => {
  const table = new FollowedTable<string>({
    topic: declaration,
    merge: (existing, incoming) => `${existing ?? ''}${incoming ?? '-'}`,
  });
  const read = (offset: number, key: string, value: string): void => {
    if (!table.has(0, offset)) table.apply(key, value);
    table.advance(0, offset + 1);
  };
  return { table, read };
};

/** True once the promise has resolved, looked at when everything that can go on has gone on. */
const isDone = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

describe('what this instance wrote to the topic of a table', () => {
  it('is there at once when everything before it was read, and is not applied again when it is read', async () => {
    const { table, read } = follow();
    read(0, 'a', 'A');
    const writing = table.wrote(0, 1, [
      ['a', 'B'],
      ['c', 'C'],
    ]);
    expect(await isDone(writing)).toBe(true);
    expect([...table.entries()]).toEqual([
      ['a', 'AB'],
      ['c', 'C'],
    ]);
    read(1, 'a', 'B');
    read(2, 'c', 'C');
    read(3, 'c', 'D');
    expect([...table.entries()]).toEqual([
      ['a', 'AB'],
      ['c', 'CD'],
    ]);
  });

  it('waits for what somebody else wrote in between, and comes after it', async () => {
    const { table, read } = follow();
    read(0, 'a', 'A');
    const writing = table.wrote(0, 2, [['a', 'mine']]);
    expect(await isDone(writing)).toBe(false);
    expect(table.get('a')).toBe('A');
    read(1, 'a', 'theirs ');
    expect(await isDone(writing)).toBe(false);
    read(2, 'a', 'mine');
    expect(await isDone(writing)).toBe(true);
    expect(table.get('a')).toBe('Atheirs mine');
  });

  it('is read back when nothing has been read yet: where the table stands is not known', async () => {
    const { table, read } = follow();
    const writing = table.wrote(0, 0, [['a', 'A']]);
    expect(await isDone(writing)).toBe(false);
    read(0, 'a', 'A');
    expect(await isDone(writing)).toBe(true);
    expect(table.get('a')).toBe('A');
  });

  it('is there at once when it was read before its acknowledgement came', async () => {
    const { table, read } = follow();
    read(0, 'a', 'A');
    expect(await isDone(table.wrote(0, 0, [['a', 'A']]))).toBe(true);
    expect(table.get('a')).toBe('A');
  });
});
