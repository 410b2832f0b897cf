import { describe, expect, it } from 'vitest';
import { SectionReader, SectionWriter } from './sections.ts';

describe('sections of a snapshot', () => {
  it('come back from a Buffer at an odd place in a larger one, as a file gives them', () => {
    const to = new SectionWriter();
    to.json({ name: 'first' });
    to.numbers(Float64Array.of(1.5, -2));
    to.numbers(Uint32Array.of(7, 8, 9));
    const file = Buffer.concat([Buffer.from('odd'), to.take()]);
    const from = new SectionReader(file.subarray(3));
    expect(from.json()).toEqual({ name: 'first' });
    expect(from.floats()).toEqual(Float64Array.of(1.5, -2));
    expect(from.words()).toEqual(Uint32Array.of(7, 8, 9));
  });
});
