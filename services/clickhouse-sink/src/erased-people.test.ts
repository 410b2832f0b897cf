import { describe, expect, it } from 'vitest';
import { clearErasedPeople } from './erased-people.ts';

const run = async (rowsOf: (sql: string) => number) => {
  const commands: string[] = [];
  const cleared = await clearErasedPeople({
    query: async <Row>(sql: string) => [{ rows: rowsOf(sql) }] as Row[],
    command: async (sql) => {
      commands.push(sql);
    },
  });
  return { commands, cleared };
};

describe('rows of people who were erased', () => {
  it('go before the tombstones that tell of them, table by table, and that is awaited', async () => {
    const { commands, cleared } = await run((sql) => (sql.includes('FROM person_') ? 2 : 0));
    expect(commands).toEqual([
      expect.stringMatching(/^ALTER TABLE person_rows.*is_deleted = 0.*mutations_sync = 2/s),
      expect.stringMatching(/^ALTER TABLE person_rows.*is_deleted = 1.*mutations_sync = 2/s),
      expect.stringMatching(/^ALTER TABLE person_history_rows.*is_deleted = 0/s),
      expect.stringMatching(/^ALTER TABLE person_history_rows.*is_deleted = 1/s),
    ]);
    expect(cleared).toBe(4);
  });

  it('cost nothing when there are none left', async () => {
    expect((await run(() => 0)).commands).toEqual([]);
  });
});
