import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSource } from './parse-source.ts';
import { describeProblem, type SourceProblem } from './source.ts';
import { anySource } from './testing/any-source.ts';

const problemsIn = (text: string): readonly SourceProblem[] => {
  const parsed = parseSource(text, 'crm.yaml');
  return parsed.ok ? [] : parsed.problems;
};
const linesIn = (text: string): string[] => problemsIn(text).map(describeProblem);

describe('a source file', () => {
  it('declares id, name, go-live instant and time zone', () => {
    const text =
      'id: marketo\nname: Marketo production\ngo_live: 2026-03-01T00:00:00+01:00\ntime_zone: Europe/Berlin\n';
    expect(parseSource(text, 'marketo.yaml')).toMatchObject({
      ok: true,
      source: {
        id: 'marketo',
        name: 'Marketo production',
        goLive: Date.UTC(2026, 1, 28, 23),
        timeZone: 'Europe/Berlin',
      },
    });
  });

  it('is never live without go_live, is in UTC without time_zone, and is called by its id without name', () => {
    const version = expect.stringMatching(/^[0-9a-f]{12}$/);
    expect(parseSource('id: crm', 'crm.yaml')).toEqual({ ok: true, source: { ...anySource('crm'), version } });
  });

  it('lists every problem with path, value and what is allowed', () => {
    const text = 'id: 7\ngo_live: tomorrow\ntime_zone: Mars/Olympus\ngolive: 2026-01-01T00:00:00Z';
    expect(problemsIn(text).map(({ path, value }) => [path, value])).toEqual([
      ['id', '7'],
      ['go_live', '"tomorrow"'],
      ['time_zone', '"Mars/Olympus"'],
      ['golive', '"2026-01-01T00:00:00Z"'],
    ]);
    expect(linesIn(text)[1]).toBe(
      'crm.yaml:2: go_live: found "tomorrow"; allowed: an RFC 3339 instant with offset, such as 2026-03-01T00:00:00Z; leave it out while the source is not live',
    );
    expect(linesIn(text)[3]).toContain('allowed: id, name, go_live, time_zone');
  });

  it('refuses a go-live without offset, since it would mean a different instant in every zone', () => {
    expect(problemsIn('id: crm\ngo_live: 2026-03-01T00:00:00')).toMatchObject([{ path: 'go_live' }]);
    expect(problemsIn('id: crm\ngo_live: 2026-02-30T00:00:00Z')).toMatchObject([{ path: 'go_live' }]);
  });

  it('refuses an offset as time zone, since it knows no daylight-saving rule', () => {
    expect(problemsIn('id: crm\ntime_zone: "+02:00"')).toMatchObject([{ path: 'time_zone', value: '"+02:00"' }]);
  });

  it('refuses a missing id, and an id that could not be part of a record key', () => {
    expect(problemsIn('name: CRM')).toMatchObject([{ path: 'id', value: 'nothing' }]);
    expect(problemsIn('id: "a\\0b"')).toMatchObject([{ path: 'id' }]);
    expect(problemsIn('id: " a"')).toMatchObject([{ path: 'id' }]);
  });

  it('refuses what is not one YAML mapping', () => {
    expect(linesIn('- id: crm')[0]).toContain('allowed: a mapping with id, name, go_live, time_zone');
    expect(linesIn('')[0]).toBe(
      'crm.yaml:1: found null; allowed: a mapping with id, name, go_live, time_zone, format, auth, defaults, rules, tests',
    );
    expect(linesIn('id: [')[0]).toContain('allowed: one readable YAML document');
    expect(linesIn('id: a\nid: b')[0]).toContain('Map keys must be unique');
    expect(linesIn('id: *nobody')[0]).toContain('allowed: one readable YAML document');
    expect(linesIn(`id: &a [x, x]\nname: [${'*a,'.repeat(20)}]`)[0]).toContain('alias');
  });

  it('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'&*:-[]{}!|>#\n id') })), (text) => {
        const parsed = parseSource(text, 'any.yaml');
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
    );
  });
});

describe('what is still to be decided in a source file', () => {
  it('is said with its line and with what the comment beside it offers', () => {
    const text = [
      'id: badges',
      'time_zone: DECIDE # an IANA time zone',
      'format: csv',
      'rules:',
      '  - touch:',
      '      type: event_attend',
      '      time: { from: $.Date, date: DECIDE } # DD/MM/YYYY or MM/DD/YYYY',
    ];
    expect(problemsIn(text.join('\n'))).toEqual([
      { file: 'crm.yaml', line: 2, path: 'time_zone', value: 'DECIDE', allowed: 'an IANA time zone' },
      {
        file: 'crm.yaml',
        line: 7,
        path: 'rules.0.touch.time.date',
        value: 'DECIDE',
        allowed: 'DD/MM/YYYY or MM/DD/YYYY',
      },
    ]);
  });
});

describe('what the rules of a source read', () => {
  it('is told for every field: the columns of a path, a list, a template, a map', () => {
    const text = `
id: crm
format: csv
rules:
  - name: click
    when: { $.Kind: click, Site: { exists: true } }
    touch:
      type: email_click
      person.email: [$.Email, "$['Work e-mail']"]
      content: { template: '{$.Site}/{$.Page}' }
      product: { from: $.Site, map: { a: $.A }, otherwise: $$5 }
      properties: { scalars: $ }
  - skip: the rest`;
    const parsed = parseSource(text, 'crm.yaml');
    expect(parsed.ok && parsed.source.reads).toEqual([
      {
        name: 'click',
        when: ['Kind', 'Site'],
        fields: [
          { kind: 'touch', field: 'type', reads: [] },
          { kind: 'touch', field: 'person.email', reads: ['Email', 'Work e-mail'] },
          { kind: 'touch', field: 'content', reads: ['Site', 'Page'] },
          { kind: 'touch', field: 'product', reads: ['Site', 'A'] },
          { kind: 'touch', field: 'properties', reads: ['*'] },
        ],
      },
      { name: 'rule 2', when: [], fields: [] },
    ]);
  });
});
