import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeInput } from './input.ts';
import { openRecords } from './read-records.ts';
import { sniffText, type TextEncoding } from './text-encoding.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const read = async (content: Buffer, encoding?: TextEncoding) => {
  const path = join(dir, 'scans.csv');
  await writeFile(path, content);
  const opened = await openRecords(await describeInput(path, path), Readable.from([]), encoding);
  const values: unknown[] = [];
  for await (const item of opened.items) values.push('value' in item ? item.value : item.rejection.reason);
  return { values, columns: opened.columns(), ...opened.text };
};

const text = 'Name;Größe\r\nJosé;10 €\r\n';
const rows = [{ Name: 'José', Größe: '10 €' }];
const ansi = Buffer.from(text, 'latin1');
ansi[ansi.indexOf(' ', ansi.indexOf('10')) + 1] = 0x80;
const little = Buffer.from(text, 'utf16le');
const big = Buffer.from(little).swap16();
const mark = Buffer.from([0xfe, 0xff]);

describe('a file of a spreadsheet', () => {
  it.each([
    ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${text}`), 'utf-8', true],
    ['what spreadsheets call ANSI', ansi, 'windows-1252', false],
    ['what they call Unicode', Buffer.concat([Buffer.from([0xff, 0xfe]), little]), 'utf-16le', true],
    ['the same without a mark', little, 'utf-16le', false],
    ['the same the other way round', Buffer.concat([mark, big]), 'utf-16be', true],
  ])('is read in %s', async (_what, content, encoding, byteOrderMark) => {
    const told = { encoding, byteOrderMark, windowsLineEnds: true, delimiter: ';', columns: ['Name', 'Größe'] };
    expect(await read(content)).toEqual({ values: rows, ...told });
  });

  it('is read in the encoding that is given', async () => {
    expect(await read(ansi, 'utf-8')).toMatchObject({ values: ['not_utf8'] });
  });

  it('stays UTF-8 when one of its rows is broken', () => {
    const broken = Buffer.concat([Buffer.from('Name\nJosé\n'), Buffer.from([0xe9, 0x0a])]);
    expect(sniffText(broken).encoding).toBe('utf-8');
    expect(sniffText(Buffer.from('é').subarray(0, 1)).encoding).toBe('utf-8');
    expect(sniffText(Buffer.alloc(0)).encoding).toBe('utf-8');
  });
});
