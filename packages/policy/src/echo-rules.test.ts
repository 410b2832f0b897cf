import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Policy, parsePolicy, policiesDir, policyFromCanonical } from './index.ts';

const shipped = (name: string): string => readFileSync(new URL(`${name}.yaml`, policiesDir), 'utf8');
const PLAIN = shipped('plain');

const parsed = (text: string): Policy => {
  const result = parsePolicy(text);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.policy;
};

const messages = (echo: string): string[] => {
  const result = parsePolicy(`${PLAIN}\necho: ${echo}\n`);
  return result.ok ? [] : result.problems.map(({ message }) => message);
};

describe('rules about echoes', () => {
  it('say of each touch type what it must name', () => {
    const policy = parsed(`${PLAIN}
echo:
  - { types: [reply, email_click], needs: either }
  - { types: [email_open], needs: send_id }
  - { types: [chat], needs: campaign }
`);
    expect([...policy.echo].sort()).toEqual([
      ['chat', 'campaign'],
      ['email_click', 'either'],
      ['email_open', 'send_id'],
      ['reply', 'either'],
    ]);
    expect(policyFromCanonical(canonicalJson(policy))).toEqual({ ok: true, policy });
    expect(parsed(canonicalJson(policy))).toEqual(policy);
  });

  it('are the same rules however they are divided up and ordered, and others where a type or a need is', () => {
    const version = (echo: string): string => parsed(`${PLAIN}\necho: ${echo}\n`).version;
    const base = version('[{ types: [reply, chat], needs: either }, { types: [email_open], needs: send_id }]');
    expect(
      version(
        '[{ types: [email_open], needs: send_id }, { types: [chat], needs: either }, { needs: either, types: [reply] }]',
      ),
    ).toBe(base);
    const others = [
      version('[{ types: [reply, chat], needs: either }, { types: [email_open], needs: campaign }]'),
      version('[{ types: [reply], needs: either }, { types: [email_open], needs: send_id }]'),
      version('[]'),
    ];
    expect(new Set([base, ...others]).size).toBe(4);
  });

  it('leave the version of a policy without them as it was before there were any, and none is as good as not there', () => {
    expect(parsed(PLAIN).version).toBe('plain@0cf6d316bc11');
    expect(parsed(`${PLAIN}\necho: []\n`).version).toBe('plain@0cf6d316bc11');
    expect(parsed(PLAIN).echo.size).toBe(0);
  });

  it('are in the default policy for replies to our mails and for opens of a send, and for no click', () => {
    expect([...parsed(shipped('default')).echo].sort()).toEqual([
      ['email_open', 'send_id'],
      ['reply', 'either'],
    ]);
  });

  it.each([
    ['reply', 'echo is "reply"; allowed: a list of rules with the keys types and needs'],
    [
      '[{ types: reply, needs: either }]',
      'echo.0.types is "reply"; allowed: a list of different touch types, each of 1 to 200 characters without outer spaces',
    ],
    [
      '[{ types: [], needs: either }]',
      'echo.0.types is []; allowed: a list of different touch types, each of 1 to 200 characters without outer spaces',
    ],
    [
      '[{ types: [reply, reply], needs: either }]',
      'echo.0.types is ["reply","reply"]; allowed: a list of different touch types, each of 1 to 200 characters without outer spaces',
    ],
    [
      '[{ types: [" reply"], needs: either }]',
      'echo.0.types is [" reply"]; allowed: a list of different touch types, each of 1 to 200 characters without outer spaces',
    ],
    ['[{ types: [reply], needs: both }]', 'echo.0.needs is "both"; allowed: send_id, campaign or either'],
    ['[{ types: [reply] }]', 'echo.0.needs is missing; allowed: send_id, campaign or either'],
    [
      '[{ types: [reply], needs: send_id }, { types: [chat, reply], needs: campaign }]',
      'echo.1.types is ["chat","reply"]; allowed: each touch type in one rule (reply stands in an earlier one too; both: needs either)',
    ],
    [
      '[{ type: [reply], types: [reply], needs: either }]',
      'echo.0.type is not a known key (did you mean types?); allowed: the keys types, needs',
    ],
    ['[reply]', 'echo.0 is "reply"; allowed: a mapping with the keys types, needs'],
  ])('written %s are refused with what is allowed', (echo, message) => {
    expect(messages(echo)).toEqual([message]);
  });
});
