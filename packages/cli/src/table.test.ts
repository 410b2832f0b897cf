import { describe, expect, it } from 'vitest';
import { cut, printable, renderPairs, renderTable } from './table.ts';
import { plain } from './terminal.ts';

describe('renderTable', () => {
  const columns = [{ header: 'account' }, { header: 'score', align: 'right' as const }, { header: 'level' }];

  it('aligns columns, numbers to the right, with nothing at line ends', () => {
    const text = renderTable(
      columns,
      [
        ['acme.example', '9.50', 'engaged'],
        ['b.example', '83.20', ''],
      ],
      plain,
    );
    expect(text).toBe('account       score  level\nacme.example   9.50  engaged\nb.example     83.20\n');
  });

  it('counts wide characters as two, so that columns stay straight', () => {
    const lines = renderTable(
      [{ header: 'name' }, { header: 'n' }],
      [
        ['株式会社', '1'],
        ['abcdefgh', '2'],
      ],
      plain,
    ).split('\n');
    expect(lines[1]).toBe('株式会社  1');
    expect(lines[2]).toBe('abcdefgh  2');
  });

  it('pads outside of the colour, so that colour does not shift columns', () => {
    const text = renderTable(
      [{ header: 'a' }, { header: 'b' }],
      [[{ text: 'x', tone: 'red' }, 'y']],
      (tone, value) => `<${tone}>${value}</>`,
    );
    expect(text).toBe('<bold>a</>  <bold>b</>\n<red>x</>  y\n');
  });

  it('cuts cells at the width of their column', () => {
    const text = renderTable([{ header: 'n', max: 5 }], [['abcdefgh']], plain);
    expect(text).toBe('n\nabcd…\n');
  });

  it('lets no control character of a name reach the terminal', () => {
    const text = renderTable([{ header: 'n' }], [['evil\u001b[2J\nname\u202e']], plain);
    expect(text).toBe('n\nevil [2J name\n');
  });
});

describe('cut', () => {
  it('never exceeds the width, wide characters included', () => {
    expect(cut('株式会社', 4)).toBe('株…');
    expect(cut('abcd', 4)).toBe('abcd');
  });
});

describe('printable', () => {
  it('keeps everything that can be seen', () => {
    expect(printable('Zoë & Söhne 株式会社')).toBe('Zoë & Söhne 株式会社');
  });
});

describe('renderPairs', () => {
  it('aligns the values', () => {
    expect(
      renderPairs(
        [
          ['a', '1'],
          ['long', { text: '2', tone: 'red' }],
        ],
        plain,
      ),
    ).toBe('a     1\nlong  2\n');
  });
});
