import type { ClickHouse } from '@groundswell/clickhouse';
import { repeatedly } from '@groundswell/service';
import { clearErasedPeople } from './erased-people.ts';

export interface ErasedLettersOptions {
  readonly clickhouse: Pick<ClickHouse, 'query' | 'command'>;
  /** ms between two looks */
  readonly everyMs: number;
  /** told how many dead letters, or rows of people, were cleared */
  readonly onCleared: (rows: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Which dead letters an erasure names and still have contents: whichever of the two came later. */
const REMAINING = `SELECT DISTINCT toString(dead_letter_id) AS id FROM dead_letter_rows
  WHERE dead_letter_id IN (SELECT arrayJoin(dead_letter_ids) FROM erasure_report_rows)
    AND (payload_base64 != '' OR message != '' OR record_key_base64 != '' OR origin != '' OR notEmpty(headers))`;

/** By their ids: the text of a mutation is kept on the disk, and must not name anybody. Resolves when it is done. */
const CLEAR = `ALTER TABLE dead_letter_rows
  UPDATE payload_base64 = '', message = '', record_key_base64 = '', origin = '', headers = map()
  WHERE dead_letter_id IN {ids:Array(UUID)} SETTINGS mutations_sync = 2`;

/** Empties dead letters that erasures name. The rows stay, so that the books balance. */
export const clearErasedLetters = async ({
  clickhouse,
  onCleared,
}: Pick<ErasedLettersOptions, 'clickhouse' | 'onCleared'>): Promise<void> => {
  const ids = (await clickhouse.query<{ id: string }>(REMAINING)).map(({ id }) => id);
  if (ids.length === 0) return;
  await clickhouse.command(CLEAR, { ids });
  onCleared(ids.length);
};

const clearAll = async (options: ErasedLettersOptions): Promise<void> => {
  await clearErasedLetters(options);
  const people = await clearErasedPeople(options.clickhouse);
  if (people > 0) options.onCleared(people);
};

/** Looks for what is left of erased people now and then: letters, and rows of the directory. The result stops it. */
export const keepClearing = (options: ErasedLettersOptions): (() => Promise<void>) => {
  const { everyMs, onError } = options;
  return repeatedly({ work: () => clearAll(options), everyMs, onError });
};
