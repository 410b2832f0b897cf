import type { Source } from '../source.ts';

/** A source as its shortest file would declare it. */
export const anySource = (id: string, fields: Partial<Source> = {}): Source => ({
  id,
  name: id,
  goLive: null,
  timeZone: 'UTC',
  format: 'touches',
  version: '000000000000',
  auth: null,
  defaults: {},
  mapping: null,
  reads: [],
  tests: [],
  ...fields,
});
