import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Policy, parsePolicy, policiesDir, policyFromCanonical } from './index.ts';

const VALID = `
name: test
windows: [90, 7, 30]
levels:
  engaged: { touches: 5, leave_touches: 4 }
  high_intensity: { people: 3, leave_people: 2, products: 2, leave_products: 1 }
renew_after: 36h
weights: { page_view: 1, email_open: 0.2, demo_request: 30.25 }
half_life: 14d
score: { half_saturation: 60, people: 8, products: 4.5, roles: 3, channels: 0.01 }
routing: { cool_down: 90m, max_people: 5 }
`;

const parsed = (text: string): Policy => {
  const result = parsePolicy(text);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.policy;
};

const messages = (text: string): string[] => {
  const result = parsePolicy(text);
  return result.ok ? [] : result.problems.map(({ message }) => message);
};

/** The valid file with one piece of text replaced. */
const changed = (from: string, to: string): string => {
  if (!VALID.includes(from)) throw new Error(`no ${from} in the valid file`);
  return VALID.replace(from, to);
};

const shipped = (name: string): string => readFileSync(new URL(`${name}.yaml`, policiesDir), 'utf8');

describe('a valid policy file', () => {
  it('is normalised to integers, milliseconds and ascending windows', () => {
    expect(parsed(VALID)).toEqual({
      name: 'test',
      version: expect.stringMatching(/^test@[0-9a-f]{12}$/),
      windowDays: [7, 30, 90],
      engaged: { enterTouches: 5, leaveTouches: 4 },
      highIntensity: { enterPeople: 3, leavePeople: 2, enterProducts: 2, leaveProducts: 1 },
      renewAfterMs: 36 * 3_600_000,
      weights: new Map([
        ['page_view', 100],
        ['email_open', 20],
        ['demo_request', 3025],
      ]),
      halfLifeDays: 14,
      score: { halfSaturation: 6000, people: 800, products: 450, roles: 300, channels: 1 },
      coolDownMs: 90 * 60_000,
      maxPeople: 5,
      machines: null,
      echo: new Map(),
    });
  });

  it('cannot be changed afterwards', () => {
    const policy = parsed(VALID);
    for (const part of [policy, policy.windowDays, policy.engaged, policy.highIntensity, policy.score]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('leaves at the threshold to enter, and asks for no product area, where it says nothing', () => {
    const policy = parsed(
      changed('people: 3, leave_people: 2, products: 2, leave_products: 1', 'people: 3').replace(
        ', leave_touches: 4',
        '',
      ),
    );
    expect(policy.engaged).toEqual({ enterTouches: 5, leaveTouches: 5 });
    expect(policy.highIntensity).toEqual({ enterPeople: 3, leavePeople: 3, enterProducts: 0, leaveProducts: 0 });
  });

  it('turns renewal and cool-down off', () => {
    const policy = parsed(changed('36h', 'off').replace('90m', 'off'));
    expect([policy.renewAfterMs, policy.coolDownMs]).toEqual([null, null]);
  });
});

describe('a policy without a half-life', () => {
  it('is read, written and read again as one', () => {
    const text = readFileSync(new URL('plain.yaml', policiesDir), 'utf8').replace('half_life: 14d', 'half_life: off');
    const first = parsePolicy(text);
    if (!first.ok) throw new Error(first.problems.map(({ message }) => message).join());
    expect(first.policy.halfLifeDays).toBe(Number.POSITIVE_INFINITY);
    expect(policyFromCanonical(canonicalJson(first.policy))).toEqual(first);
  });
});

describe('rules about machines', () => {
  const MACHINES = `
machines:
  threshold: 100
  memory: 36h
  head_then_get: { weight: 100, seconds: 10 }
  links_at_once: { weight: 50, seconds: 1 }
  fast_click: { weight: 40, seconds: 2 }
  repeated_link: { weight: 50 }
  repeats: { weight: 50, clicks: 2 }
  domain_history: { weight: 60, clicks: 5, percent: 80 }
`;

  it('are part of what the version is made of, and of the text that the log carries', () => {
    const policy = parsed(VALID + MACHINES);
    expect(policy.machines).toEqual({
      threshold: 100,
      memoryMs: 36 * 3_600_000,
      headThenGet: { weight: 100, withinMs: 10_000 },
      linksAtOnce: { weight: 50, withinMs: 1_000 },
      fastClick: { weight: 40, withinMs: 2_000 },
      repeatedLink: { weight: 50 },
      repeats: { weight: 50, clicks: 2 },
      domainHistory: { weight: 60, clicks: 5, percent: 80 },
    });
    expect(policyFromCanonical(canonicalJson(policy))).toEqual({ ok: true, policy });
    const versions = [VALID, VALID + MACHINES, VALID + MACHINES.replace('weight: 40', 'weight: 41')];
    expect(new Set(versions.map((text) => parsed(text).version)).size).toBe(3);
  });

  it('leave the version of a policy without them as it was before there were any', () => {
    expect(parsed(shipped('plain')).version).toBe('plain@0cf6d316bc11');
  });

  it('must not let one soft sign mark a click', () => {
    const hard = MACHINES.replace('fast_click: { weight: 40', 'fast_click: { weight: 100');
    expect(messages(VALID + hard)).toEqual([
      'machines.fast_click.weight is 100; allowed: a whole number below 100 (the threshold): people do this too',
    ]);
    expect(messages(VALID + MACHINES.replace('36h', '90d'))).toEqual([
      'machines.memory is "90d"; allowed: a duration of whole days, hours or minutes up to 30 days, such as 3d, 36h or 90m',
    ]);
  });
});

describe('a problem in a policy file', () => {
  it.each([
    [
      'name: test',
      'name: My Policy',
      'name is "My Policy"; allowed: up to 40 lower-case letters, digits and hyphens, a letter first',
    ],
    [
      '[90, 7, 30]',
      '[7, 30]',
      'windows is [7,30]; allowed: a list of at most 16 different whole numbers of days from 1 to 730, 30 and 90 among them',
    ],
    [
      '[90, 7, 30]',
      '[30, 90, 30]',
      'windows is [30,90,30]; allowed: a list of at most 16 different whole numbers of days from 1 to 730, 30 and 90 among them',
    ],
    ['touches: 5', 'touches: 0', 'levels.engaged.touches is 0; allowed: a whole number from 1 to 1000000'],
    ['touches: 5', 'touches: 4.5', 'levels.engaged.touches is 4.5; allowed: a whole number from 1 to 1000000'],
    ['touches: 5', 'touches: "5"', 'levels.engaged.touches is "5"; allowed: a whole number from 1 to 1000000'],
    [
      'leave_touches: 4',
      'leave_touches: 6',
      'levels.engaged.leave_touches is 6; allowed: a whole number from 1 to 5 (touches to enter)',
    ],
    [
      'people: 3, leave_people: 2',
      'people: 1, leave_people: 1',
      'levels.high_intensity.people is 1; allowed: a whole number from 2 to 1000 (one person never makes an account high-intensity)',
    ],
    [
      'leave_products: 1',
      'leave_products: 3',
      'levels.high_intensity.leave_products is 3; allowed: a whole number from 0 to 2 (products to enter)',
    ],
    [
      'renew_after: 36h',
      'renew_after: 1 month',
      'renew_after is "1 month"; allowed: a duration of whole days, hours or minutes up to 10 years, such as 14d, 36h or 90m, or off',
    ],
    [
      'page_view: 1',
      'page_view: 100.5',
      'weights.page_view is 100.5; allowed: a number from 0 to 100 with at most 2 decimals',
    ],
    [
      'page_view: 1',
      'page_view: 0.125',
      'weights.page_view is 0.125; allowed: a number from 0 to 100 with at most 2 decimals',
    ],
    [
      'page_view: 1',
      'page_view: .nan',
      'weights.page_view is NaN; allowed: a number from 0 to 100 with at most 2 decimals',
    ],
    [
      'page_view: 1',
      'page_view:',
      'weights.page_view is null; allowed: a number from 0 to 100 with at most 2 decimals',
    ],
    [
      'page_view: 1',
      '" page_view": 1',
      'weights. page_view is 1; allowed: a touch type of 1 to 200 characters without outer spaces',
    ],
    [
      'weights: { page_view: 1, email_open: 0.2, demo_request: 30.25 }',
      'weights: { page_view: 0 }',
      'weights is {"page_view":0}; allowed: at least one touch type with a weight above 0',
    ],
    ['half_life: 14d', 'half_life: 12h', 'half_life is "12h"; allowed: whole days from 1d to 730d, or off'],
    [
      'half_saturation: 60',
      'half_saturation: 0',
      'score.half_saturation is 0; allowed: a number from 0.01 to 100000 with at most 2 decimals',
    ],
    ['max_people: 5', 'max_people: 0', 'routing.max_people is 0; allowed: a whole number from 1 to 1000'],
    [
      'routing: { cool_down: 90m, max_people: 5 }',
      'routing: 5',
      'routing is 5; allowed: a mapping with the keys cool_down, max_people',
    ],
  ])('in %s, written %s, names path, value and what is allowed', (from, to, message) => {
    expect(messages(changed(from, to))).toEqual([message]);
  });

  it('names a key that is missing', () => {
    expect(messages(changed('half_life: 14d', ''))).toEqual([
      'half_life is missing; allowed: whole days from 1d to 730d, or off',
    ]);
  });

  it('suggests the nearest name for an unknown key, and none when nothing is near', () => {
    expect(
      messages(changed('half_life: 14d', 'half_life: 14d\ncolour: red').replace('leave_touches', 'leave_touchs')),
    ).toEqual([
      'levels.engaged.leave_touchs is not a known key (did you mean leave_touches?); allowed: the keys touches, leave_touches',
      'colour is not a known key; allowed: the keys name, windows, levels, renew_after, weights, half_life, score, routing, machines, echo',
    ]);
  });

  it('comes as path, value and what is allowed, for tools', () => {
    expect(parsePolicy(changed('max_people: 5', 'max_people: many'))).toEqual({
      ok: false,
      problems: [
        {
          path: 'routing.max_people',
          value: '"many"',
          allowed: 'a whole number from 1 to 1000',
          message: 'routing.max_people is "many"; allowed: a whole number from 1 to 1000',
        },
      ],
    });
  });

  it('comes together with all others', () => {
    expect(
      messages(changed('touches: 5', 'touches: 0').replace('14d', '0d').replace('max_people: 5', 'max_people: -1')),
    ).toEqual([
      'levels.engaged.touches is 0; allowed: a whole number from 1 to 1000000',
      'half_life is "0d"; allowed: whole days from 1d to 730d, or off',
      'routing.max_people is -1; allowed: a whole number from 1 to 1000',
    ]);
  });

  it('cuts long values short', () => {
    expect(messages(changed('name: test', `name: ${'x'.repeat(100)}`))).toEqual([
      `name is "${'x'.repeat(58)}…; allowed: up to 40 lower-case letters, digits and hyphens, a letter first`,
    ]);
  });
});

describe('a text that is not YAML', () => {
  it('is reported with line and column', () => {
    expect(messages('name: test\nwindows: [30, 90\nhalf_life: 14d\n')).toEqual([
      'line 3, column 1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]);
  });

  it('is reported when a key stands twice, with the line as its value', () => {
    expect(parsePolicy('name: a\nname: b\n')).toEqual({
      ok: false,
      problems: [
        { path: '', value: 'name: b', allowed: 'YAML 1.2', message: 'line 2, column 1: Map keys must be unique' },
      ],
    });
  });

  it('is reported when it refers to what is not there', () => {
    expect(messages('name: *other')).toEqual([expect.stringContaining('other')]);
  });

  it('is reported when it is empty', () => {
    expect(messages('# nothing yet\n')).toEqual([
      'the policy is missing; allowed: a mapping with the keys name, windows, levels, renew_after, weights, half_life, score, routing, machines, echo',
    ]);
  });
});

describe('the canonical JSON of a policy', () => {
  it('leads back to the same policy and version', () => {
    const policy = parsed(VALID);
    expect(policyFromCanonical(canonicalJson(policy))).toEqual({ ok: true, policy });
  });

  it('is a policy file itself', () => {
    const policy = parsed(shipped('default'));
    expect(parsed(canonicalJson(policy))).toEqual(policy);
  });

  it('does not depend on comments, key order, omitted defaults or how a duration is written', () => {
    const other = `
# reordered
routing: { max_people: 5, cool_down: 90m }
score: { channels: 0.01, roles: 3, products: 4.50, people: 8, half_saturation: 60.0 }
half_life: 14d   # two weeks
weights:
  demo_request: 30.25
  email_open: 0.2
  page_view: 1
renew_after: 2160m
levels:
  high_intensity: { leave_products: 1, products: 2, leave_people: 2, people: 3 }
  engaged: { leave_touches: 4, touches: 5 }
windows: [7, 30, 90]
name: test
`;
    expect(canonicalJson(parsed(other))).toBe(canonicalJson(parsed(VALID)));
    expect(parsed(other).version).toBe(parsed(VALID).version);
  });

  it.each([
    ['name: test', 'name: test2'],
    ['[90, 7, 30]', '[90, 8, 30]'],
    ['touches: 5', 'touches: 6'],
    ['leave_touches: 4', 'leave_touches: 3'],
    ['people: 3', 'people: 4'],
    ['leave_people: 2', 'leave_people: 1'],
    ['products: 2', 'products: 3'],
    ['leave_products: 1', 'leave_products: 0'],
    ['renew_after: 36h', 'renew_after: off'],
    ['email_open: 0.2', 'email_open: 0.21'],
    ['email_open: 0.2', 'email_click: 0.2'],
    ['half_life: 14d', 'half_life: 15d'],
    ['half_saturation: 60', 'half_saturation: 61'],
    ['people: 8', 'people: 8.5'],
    ['products: 4.5', 'products: 4'],
    ['roles: 3', 'roles: 2'],
    ['channels: 0.01', 'channels: 0.02'],
    ['cool_down: 90m', 'cool_down: 91m'],
    ['max_people: 5', 'max_people: 6'],
  ])('has another version when %s becomes %s', (from, to) => {
    const other = parsed(changed(from, to));
    expect(other.version.split('@')[1]).not.toBe(parsed(VALID).version.split('@')[1]);
  });

  it('is checked like a file when it comes back from the log', () => {
    const broken = canonicalJson(parsed(VALID)).replace('"max_people":5', '"max_people":0');
    expect(policyFromCanonical(broken)).toMatchObject({
      ok: false,
      problems: [{ message: 'routing.max_people is 0; allowed: a whole number from 1 to 1000' }],
    });
  });

  it('is refused when it is not JSON', () => {
    expect(policyFromCanonical('{')).toMatchObject({ ok: false, problems: [{ allowed: 'JSON' }] });
  });
});

describe('the policies that ship', () => {
  it('are valid and named like their file', () => {
    expect(parsed(shipped('default')).name).toBe('default');
    expect(parsed(shipped('plain')).name).toBe('plain');
  });

  it('have in plain nothing but counting: every type that is theirs at 1, no hysteresis, renewal or cool-down', () => {
    const plain = parsed(shipped('plain'));
    const touchFormat = readFileSync(new URL('../../../../shared/touch-format.md', import.meta.url), 'utf8');
    const taxonomy = /Taxonomy[^`]*`([^`]+)`/.exec(touchFormat)?.[1]?.split(/\s+/) ?? [];
    const notTheirs = ['email_sent', 'email_delivered', 'call', 'bounce', 'unsubscribe'];
    const theirs = taxonomy.filter((type) => !notTheirs.includes(type));
    expect(theirs).toHaveLength(26);
    expect([...plain.weights.keys()].sort()).toEqual(theirs.sort());
    expect(new Set(plain.weights.values())).toEqual(new Set([100]));
    expect(plain).toMatchObject({
      windowDays: [30, 90],
      engaged: { enterTouches: 5, leaveTouches: 5 },
      highIntensity: { enterPeople: 2, leavePeople: 2, enterProducts: 0, leaveProducts: 0 },
      renewAfterMs: null,
      coolDownMs: null,
    });
  });

  it('name in default the same types as plain, none of which is ours or negative', () => {
    const names = (policy: Policy): string[] => [...policy.weights.keys()].sort();
    expect(names(parsed(shipped('default')))).toEqual(names(parsed(shipped('plain'))));
  });
});
