import { message } from '@groundswell/kafka';
import { type CorrectionRecord, topics } from '@groundswell/schemas';
import type { Pipeline } from './pipeline.ts';
import { openPipelineTopics } from './pipeline-topics.ts';

/** Puts a correction into effect, or takes it back, as the resolver's own interface does. */
export const putCorrection = async (
  pipeline: Pipeline,
  correction: Pick<CorrectionRecord, 'correctionId' | 'kind' | 'subject'> & Partial<CorrectionRecord>,
): Promise<void> => {
  const record: CorrectionRecord = {
    ...{ validFrom: null, validTo: null, revoked: false, reason: '', requestedBy: 'test', received: Date.now() },
    ...correction,
  };
  const broker = await openPipelineTopics(pipeline);
  await broker.send([message(topics.corrections, record.correctionId, record)]);
  await broker.close();
};
