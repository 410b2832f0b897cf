import { describe, expect, it } from 'vitest';
import { clearErasedPeople } from './erased-people.ts';

const run = async (keysOf: (sql: string) => readonly string[]) => {
  const commands: { sql: string; params: unknown }[] = [];
  const cleared = await clearErasedPeople({
    query: async <Row>(sql: string) => keysOf(sql).map((key) => ({ key })) as Row[],
    command: async (sql, params) => {
      commands.push({ sql, params });
    },
  });
  return { commands, cleared };
};

describe('rows of people who were erased', () => {
  it('are emptied by hashes of their keys, the history too, and that is awaited', async () => {
    const { commands, cleared } = await run((sql) => (sql.includes('person_history_rows') ? ['a', 'b'] : ['a']));
    expect(commands).toMatchObject([
      { sql: expect.stringMatching(/^ALTER TABLE person_rows.*mutations_sync = 2/s), params: { keys: ['a'] } },
      { sql: expect.stringMatching(/^ALTER TABLE person_history_rows/), params: { keys: ['a', 'b'] } },
    ]);
    expect(cleared).toBe(3);
  });

  it('cost nothing when there are none left', async () => {
    expect((await run(() => [])).commands).toEqual([]);
  });
});
