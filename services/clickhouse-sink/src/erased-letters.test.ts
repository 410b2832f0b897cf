import { describe, expect, it } from 'vitest';
import { clearErasedLetters } from './erased-letters.ts';

describe('dead letters of people who were erased', () => {
  const run = async (ids: readonly string[]) => {
    const commands: { sql: string; params: unknown }[] = [];
    let cleared = 0;
    await clearErasedLetters({
      clickhouse: {
        query: async <Row>() => ids.map((id) => ({ id })) as Row[],
        command: async (sql, params) => {
          commands.push({ sql, params });
        },
      },
      onCleared: (letters) => {
        cleared += letters;
      },
    });
    return { commands, cleared };
  };

  it('are emptied by their ids, and that is awaited', async () => {
    const { commands, cleared } = await run(['a', 'b']);
    expect(commands).toMatchObject([{ sql: expect.stringMatching(/mutations_sync = 2/), params: { ids: ['a', 'b'] } }]);
    expect(cleared).toBe(2);
  });

  it('cost nothing when there are none left', async () => {
    expect((await run([])).commands).toEqual([]);
  });
});
