import { describe, expect, it } from 'vitest';
import { parseSource } from './parse-source.ts';
import { runSourceTests } from './source-test.ts';

const problemsOf = (tests: string): (readonly string[])[] => {
  const rules = `
id: web
format: json
defaults: {channel: web}
rules:
  - when: {event: page}
    touch: {type: page_view, time: $.at, person.id: $.user}
  - when: {event: ping}
    skip: a heartbeat
tests:
${tests}`;
  const parsed = parseSource(rules, 'web.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runSourceTests(parsed.source).map(({ problems }) => problems);
};

describe('the test cases of a source file', () => {
  it('pass when the records are as they say, defaults and ids as text included', () => {
    expect(
      problemsOf(`
  - name: a page
    payload: {event: page, at: 2026-03-01T00:00:00Z, user: 7}
    gives: [{touch: {type: page_view, channel: web, person.id: "7", source: web}}]
  - {name: a heartbeat, payload: {event: ping}, skipped: true}
  - {name: something else, payload: {event: pong}, rejected: not_mapped}
  - {name: nobody, payload: {event: page, at: 2026-03-01T00:00:00Z}, rejected: no_person}`),
    ).toEqual([[], [], [], []]);
  });

  it('say what is different', () => {
    expect(
      problemsOf(`
  - name: type
    payload: {event: page, at: 2026-03-01T00:00:00Z, user: 7}
    gives: [{touch: {type: pricing_view}}]
  - {name: none, payload: {event: page, at: 2026-03-01T00:00:00Z, user: 7}, gives: []}
  - {name: kind, payload: {event: page, at: 2026-03-01T00:00:00Z, user: 7}, gives: [{person: {}}]}
  - {name: taken, payload: {event: page, at: 2026-03-01T00:00:00Z, user: 7}, skipped: true}
  - {name: refused, payload: {event: page, user: 7}, gives: [{touch: {}}]}
  - {name: other reason, payload: {event: page, user: 7}, rejected: no_person}
  - {name: left out, payload: {event: ping}, gives: [{touch: {}}]}`).flat(),
    ).toEqual([
      'gives[0].touch.type is "page_view", expected "pricing_view"',
      'gives 1 records (touch), expected 0',
      'gives[0] is a touch, expected a person',
      'is taken, expected to be left out',
      'is rejected: missing_field, time: is required',
      'is rejected as missing_field, expected no_person',
      'is left out (a heartbeat), expected to be taken',
    ]);
  });
});
