import { parseSource, runSourceTests, UNDECIDED } from '@groundswell/sources';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessColumns } from './guess-columns.ts';
import { proposeSource } from './propose-source.ts';

type Row = Readonly<Record<string, string>>;

const propose = (header: readonly string[], rows: readonly Row[], timeZone?: string): string => {
  const columns = header.map((name) => ({
    name,
    cells: rows.flatMap((row, index) => (row[name] ? [{ line: index + 2, text: row[name] }] : [])),
  }));
  const options = { id: 'scans', file: 'scans.csv', sourceFile: 'scans.yaml', timeZone, rows: rows.length };
  return proposeSource(guessColumns(columns, rows.length), options);
};

const decisions = (text: string): (readonly [string, string])[] => {
  const parsed = parseSource(text, 'scans.yaml');
  return parsed.ok ? [] : parsed.problems.map(({ path, value }) => [path, value] as const);
};

describe('a proposal for a CSV file', () => {
  const row = {
    'Scan date': '25/02/2026',
    'E-mail': 'kim@acme.example',
    'First name': 'Kim',
    'Last name': 'Lee',
    Hall: '5',
  };
  const header = Object.keys(row);

  it('leaves open only what cannot be seen in the file', () => {
    expect(decisions(propose(header, [row]))).toEqual([
      ['time_zone', UNDECIDED],
      ['rules.0.touch.type', UNDECIDED],
    ]);
    const asked = decisions(propose(header, [{ ...row, 'Scan date': '02/02/2026' }], 'UTC'));
    expect(asked).toEqual([
      ['rules.0.touch.time.date', UNDECIDED],
      ['rules.0.touch.type', UNDECIDED],
    ]);
  });

  it('is a source that maps the rows once the decisions are made, and whose test case passes', () => {
    const text = propose(header, [row], 'Europe/Berlin').replace(`type: ${UNDECIDED}`, 'type: event_attend');
    const parsed = parseSource(text, 'scans.yaml');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.source.mapping?.(row)).toMatchObject({
      records: [
        {
          kind: 'touch',
          fields: {
            time: '2026-02-25',
            type: 'event_attend',
            'person.email': 'kim@acme.example',
            'person.name': 'Kim Lee',
            'properties.Hall': '5',
          },
        },
      ],
    });
    expect(runSourceTests(parsed.source)).toEqual([expect.objectContaining({ problems: [] })]);
  });

  it('holds nobody’s name or address', () => {
    const text = propose(header, [row]);
    for (const personal of ['kim@acme.example', 'Kim', 'Lee']) expect(text).not.toContain(personal);
  });

  it('asks for what happened by the values of a column, and takes those of the taxonomy', () => {
    const rows = [
      { ...row, Type: 'webinar_attend' },
      { ...row, Type: 'Booth scan' },
    ];
    expect(decisions(propose([...header, 'Type'], rows, 'UTC'))).toEqual([
      ['rules.0.touch.type.map.Booth scan', UNDECIDED],
    ]);
    expect(decisions(propose([...header, 'Type'], rows.slice(0, 1), 'UTC'))).toEqual([]);
  });

  it('says that no column tells who it was, or when', () => {
    const asked = decisions(propose(['Hall'], [{ Hall: '5' }], 'UTC')).map(([path]) => path);
    expect(asked).toEqual(['rules.0.touch.time', 'rules.0.touch.type', 'rules.0.touch.person.email']);
  });

  it('offers a rule for rows that name nobody', () => {
    const text = propose(header, [row, { ...row, 'E-mail': '' }]);
    expect(text).toContain('1 of 2 rows have no E-mail');
    expect(text).toContain('# - when: { E-mail: { exists: false } }');
  });

  it('is readable YAML with nothing wrong but what is undecided, whatever stands in the file', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('date', 'e-mail', 'type', 'id', "it's", 'a: b', '#'),
    );
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a@b.example', '1/2/2026', '2026-01-02', "'", '"', '\n# x: [', 'yes'),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 8 }),
        fc.array(fc.array(cell, { maxLength: 8 }), { minLength: 1, maxLength: 3 }),
        (names, table) => {
          const rows = table.map((cells) => Object.fromEntries(names.map((one, index) => [one, cells[index] ?? ''])));
          const wrong = decisions(propose(names, rows)).filter(([, value]) => value !== UNDECIDED);
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
