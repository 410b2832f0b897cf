import type { DeadLetter, RawTouch } from '@groundswell/schemas';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';

const NOON = Date.UTC(2026, 10, 20, 12);

/** A letter of intake, holding a record. */
export const letterOf = (record: unknown, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  deadLetterId: '11111111-1111-8111-8111-111111111111',
  stage: 'touch-intake',
  reason: 'missing_field',
  message: 'source: is required',
  source: '',
  accepted: false,
  originTopic: '',
  originPartition: null,
  originOffset: null,
  origin: 'may.ndjson:12',
  recordKind: 'touches',
  bytes: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
  key: null,
  headers: { 'correlation-id': 'r-1' },
  received: NOON,
  ...changes,
});

export const rawTouchOf = (changes: Partial<RawTouch> = {}): RawTouch =>
  rawTouchWith({
    touchId: '22222222-2222-8222-8222-222222222222',
    source: 'web',
    id: 'evt-1',
    time: NOON,
    received: NOON,
    personEmail: 'ada@acme.com',
    origin: 'POST /v1/touches[0]',
    ...changes,
  });
