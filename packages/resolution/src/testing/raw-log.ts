import { createHash } from 'node:crypto';
import type { RawRecord, RawTouch } from '@groundswell/schemas';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';

/** UUID-shaped text that stands for `name`, as intake makes touch ids. */
export const touchIdOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
};

/** A touch of anna@acme.com unless told otherwise. */
export const rawTouch = (changes: Partial<RawTouch> = {}): RawTouch =>
  rawTouchWith({
    touchId: touchIdOf(changes.id ?? '1'),
    source: 'hubspot',
    id: '1',
    time: 1_000,
    received: 1_000,
    personEmail: 'anna@acme.com',
    ...changes,
  });

export const touchRecord = (changes: Partial<RawTouch> = {}): RawRecord => ({
  record: { kind: 'RawTouch', body: rawTouch(changes) },
});

export const tickRecord = (received: number): RawRecord => ({
  record: { kind: 'Tick', body: { received, origin: 'importer' } },
});

export const modeRecord = (mode: 'live' | 'replay', received: number): RawRecord => ({
  record: { kind: 'ClockModeSet', body: { received, mode, reason: 'test' } },
});

export const policyRecord = (received: number, version = 'plain@1'): RawRecord => ({
  record: { kind: 'PolicyActivated', body: { received, name: 'plain', version, content: '{}', activatedBy: '' } },
});

/** null: a record that controls the log */
export const touchOfRecord = ({ record }: RawRecord): RawTouch | null =>
  record.kind === 'RawTouch' ? record.body : null;
