import { describe, expect, it } from 'vitest';
import { type Row, rowBinaryWriter, UnfitValue } from './row-binary.ts';
import { RowBytes } from './row-bytes.ts';

const bytesOf = (type: string, value: unknown): string => {
  const write = rowBinaryWriter([{ name: 'x', type }]);
  if (!write) throw new Error(`${type} is not known`);
  const out = new RowBytes();
  write(out, { x: value });
  return out.written.toString('hex');
};

describe('a row in RowBinary', () => {
  it.each([
    ['UInt16', 513, '0102'],
    ['UInt32', 4_294_967_295, 'ffffffff'],
    ['UInt64', 2 ** 40 + 1, '0100000000010000'],
    ['Int64', -2, 'feffffffffffffff'],
    ['UInt128', String(2n ** 96n + 5n), '05000000000000000000000001000000'],
    ['UInt128', 5, '05000000000000000000000000000000'],
    ['Bool', true, '01'],
    ['Float64', 1, '000000000000f03f'],
    ['Decimal(5, 2)', -0.01, 'ffffffff'],
    ["DateTime64(3, 'UTC')", -1, 'ffffffffffffffff'],
    ['String', 'é', '02c3a9'],
    ['LowCardinality(String)', 'web', '03776562'],
    ['UUID', '00112233-4455-6677-8899-aabbccddeeff', '7766554433221100ffeeddccbbaa9988'],
    ['Nullable(UInt8)', null, '01'],
    ['Nullable(UInt8)', 0, '0000'],
    ['Array(UInt8)', [1, 2], '020102'],
    ['Map(UInt16, UInt8)', { 7: 1 }, '01070001'],
    ['Array(Tuple(name String, count UInt8))', [{ count: 2, name: 'a' }], '01016102'],
  ])('%s has the bytes that ClickHouse documents', (type, value, hex) => {
    expect(bytesOf(type, value)).toBe(hex);
  });

  it('takes the default of its type for what is absent', () => {
    expect(bytesOf('String', undefined)).toBe('00');
    expect(bytesOf('UUID', null)).toBe('0'.repeat(32));
    expect(bytesOf('Map(String, UInt8)', undefined)).toBe('00');
    expect(bytesOf('Nullable(UInt8)', undefined)).toBe('01');
  });

  it.each([
    ['UInt8', 256],
    ['UInt8', 1.5],
    ['UInt64', -1],
    ['UInt32', '1'],
    ['UInt128', '-1'],
    ['UInt128', -1],
    ['UInt128', 2 ** 60],
    ['UInt128', String(2n ** 128n)],
    ['Bool', 'yes'],
    ['String', 5],
    ['UUID', '0011223344556677-8899-aabbccddeeff----'],
    ['UUID', '00112233-4455-6677-8899-aabbccddeefg'],
    ['UUID', '00112233-4455-6677-8899-aabbccddeef\u0130'],
    ['Decimal(5, 2)', 1000],
    ['Decimal(5, 2)', Number.NaN],
    ["DateTime64(3, 'UTC')", 9e15],
    ['Array(UInt8)', 'no'],
    ['Map(UInt16, UInt8)', { days: 1 }],
    ['Array(UInt8)', [1, -1]],
  ])('%s does not take %j, and says in which column', (type, value) => {
    expect(() => bytesOf(type, value)).toThrow(UnfitValue);
    expect(() => bytesOf(type, value)).toThrow(/^x: /);
  });

  it('is not written when a type is not known', () => {
    for (const type of ['Float32', 'Array(Float32)', 'Tuple(UInt8, UInt8)', 'Map(String, Date)', 'Nullable(IPv4)']) {
      expect(rowBinaryWriter([{ name: 'x', type }])).toBeNull();
    }
  });

  it('grows with texts of any length', () => {
    const write = rowBinaryWriter([{ name: 'x', type: 'String' }]);
    const out = new RowBytes();
    const texts = ['', 'a'.repeat(40), 'ü'.repeat(40), 'a'.repeat(41), 'b'.repeat(200_000), `${'a'.repeat(39)}é`];
    for (const x of texts) write?.(out, { x } satisfies Row);
    const read: string[] = [];
    for (let at = 0; at < out.length; ) {
      let size = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = out.written[at++] ?? 0;
        size |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      read.push(out.written.toString('utf8', at, at + size));
      at += size;
    }
    expect(read).toEqual(texts);
  });
});
