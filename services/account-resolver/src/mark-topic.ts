import type { GlobalTables } from '@groundswell/kafka';
import { MachineMarks } from '@groundswell/resolution';
import { topics } from '@groundswell/schemas';

/** touches.marks: what account-intensity found out about touches of all partitions, kept up with. */
export const openMarkTopic = (tables: Pick<GlobalTables, 'table'>): MachineMarks => {
  const marks = new MachineMarks();
  tables.table({
    topic: topics.touchMarks,
    merge: (_existing, incoming, key) => {
      marks.replace(key, incoming);
      return undefined;
    },
  });
  return marks;
};
