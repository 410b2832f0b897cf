import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runAgainst } from '../testing/run-against.ts';

const ID = '11111111-1111-4111-8111-111111111111';

const correction = {
  ...{ correction_id: ID, kind: 'merge', subject: { account: 'acme.example', into: 'globex.example' } },
  ...{ valid_from: null, valid_to: null, revoked: false, reason: 'bought', requested_by: 'ops' },
  received: '2026-03-01T12:00:00.000Z',
};

const windows = (before: [number, number], after: [number, number]) => ({
  before: { touches: before[0], people: before[1] },
  after: { touches: after[0], people: after[1] },
});

const preview = {
  ...{ partitions: [0, 3], touches_held: 1_200, is_cut: false, clock: '2026-03-01T12:00:00.000Z' },
  ...{ touches: 3, people: 2, changes: [] },
  moves: [{ from: 'acme.example', to: null, touches: 3, people: 2 }],
  dispositions: [{ before: 'candidate', after: 'unresolved', touches: 3, people: 2 }],
  accounts: [{ account_id: 'acme.example', days_30: windows([2, 2], [0, 0]), days_90: windows([3, 2], [3, 2]) }],
};

const run = (args: readonly string[], ...answers: [number, unknown][]) =>
  runAgainst({
    args,
    answers,
    environment: (url) => ({ GROUNDSWELL_RESOLVER_URL: url, GROUNDSWELL_RESOLVER_KEY: 'operator' }),
  });

const made = (changes: object = {}): [number, unknown] => [
  200,
  { dry_run: true, correction, warnings: [], ...changes },
];

describe('correct', () => {
  const dry = { dry_run: true, requested_by: userInfo().username };

  it.each([
    [
      ['merge', 'acme.example', '--into', 'globex.example', '--from', '2026-01-01', '--reason', 'bought'],
      {
        kind: 'merge',
        account: 'acme.example',
        into: 'globex.example',
        valid_from: '2026-01-01T00:00:00.000Z',
        reason: 'bought',
      },
    ],
    [['employer', 'kim@acme.example', '--none'], { kind: 'employer', person: 'kim@acme.example', account: null }],
    [['employer', 'web:7', '--account', 'a.example'], { kind: 'employer', person: 'web:7', account: 'a.example' }],
    [['unite', 'a@b.example', '--with', 'web:7'], { kind: 'unite', identity: 'a@b.example', with: 'web:7' }],
    [['split', 'web:7'], { kind: 'split', identity: 'web:7' }],
    [['domain', 'b.example', '--account', 'crm:1'], { kind: 'domain', domain: 'b.example', account: 'crm:1' }],
    [
      ['machine', '--source', 'mailer', '--send-id', 's-1', '--until', '2026-02-01'],
      { kind: 'machine', source: 'mailer', send_id: 's-1', valid_to: '2026-02-01T00:00:00.000Z' },
    ],
    [
      ['replay', '--source', 'shop', '--campaign', 'c', '--from', '2026-02-01'],
      { kind: 'replay', source: 'shop', campaign: 'c', valid_from: '2026-02-01T00:00:00.000Z' },
    ],
    [['erase', 'kim@acme.example'], { kind: 'erase', person: 'kim@acme.example' }],
    [
      ['exclude', 'domain', 'agency.example', '--until', '2026-02-01'],
      { kind: 'exclude', party: 'domain', value: 'agency.example', valid_to: '2026-02-01T00:00:00.000Z' },
    ],
  ])('%j asks for it', async (args, wish) => {
    const { exitCode, asked, stderr } = await run(['correct', ...args, '--dry-run'], made({ preview }));
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/^levels are not told: .*GROUNDSWELL_CLICKHOUSE_URL/),
    ]);
    expect(asked).toEqual([
      { method: 'POST', url: '/v1/corrections', body: { ...wish, ...dry }, key: 'Bearer operator' },
    ]);
  });

  it.each([
    [['erase', 'kim@acme.example'], 'POST /v1/erasures'],
    [['exclude', 'domain', 'agency.example'], 'import exclusions.csv'],
  ])('%j only foretells, and says where it is done', async (args, where) => {
    const { exitCode, asked, stderr } = await run(['correct', ...args], made({ preview }));
    expect([exitCode, asked]).toEqual([2, []]);
    expect(stderr).toContain(where);
  });

  it('shows of a dry run where touches go, what counts then, and both windows of every account', async () => {
    const { stdout, stderr } = await run(
      ['correct', 'merge', 'acme.example', '--into', 'globex.example', '--dry-run'],
      made({ preview, warnings: ['no touch belongs to globex.example'] }),
    );
    expect(stdout).toMatch(/^3 touches of 2 people would change\n/);
    expect(stdout).toMatch(/acme\.example +\(no account\) +3 +2\n/);
    expect(stdout).toMatch(/candidate +unresolved +3 +2\n/);
    expect(stdout).toMatch(/acme\.example +2 → 0 +2 → 0 +3 +2\n/);
    expect(stdout).toMatch(/1,200 touches in 2 partitions/);
    expect(stdout).toMatch(/nothing was written/);
    expect(stderr).toMatch(/^warning: no touch belongs to globex\.example\nlevels are not told/);
  });

  it('says which correction was made, and takes one back', async () => {
    const merged = await run(['correct', 'merge', 'a.example', '--into', 'b.example'], made());
    expect(merged.stdout).toBe(`corrected: ${ID}\n`);
    const revoked = await run(['correct', 'revoke', ID], made());
    expect(revoked).toMatchObject({ stdout: `revoked: ${ID}\n`, asked: [{ url: `/v1/corrections/${ID}/revoke` }] });
  });

  it.each([
    [['employer', 'kim@acme.example'], '--account or --none'],
    [['machine'], 'at least one of'],
  ])('refuses %j before it asks anybody', async (args, why) => {
    const { exitCode, stderr, asked } = await run(['correct', ...args]);
    expect([exitCode, asked]).toEqual([2, []]);
    expect(stderr).toContain(why);
  });

  it('says of a refusal what the catalogue says to do, and of a missing key which variable holds it', async () => {
    const refusal = { reason: 'unknown_person', message: 'person: nobody is known by this', retryable: false };
    const refused = await run(['correct', 'split', 'web:7'], [404, refusal]);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/check the spelling/) });
    const closed = await run(['correct', 'split', 'web:7'], [401, { ...refusal, reason: 'unauthorized' }]);
    expect(closed.stderr).toMatch(/set GROUNDSWELL_RESOLVER_KEY/);
  });
});

describe('corrections', () => {
  it('lists what is in effect, and what was revoked when asked', async () => {
    const list: [number, unknown] = [
      200,
      { corrections: [correction, { ...correction, kind: 'split', revoked: true }] },
    ];
    const standing = await run(['corrections'], list);
    expect(standing.stdout).toMatch(/merge +account=acme\.example into=globex\.example .* ops +bought +in effect\n$/);
    const all = await run(['corrections', '--all'], list);
    expect(all.stdout).toMatch(/split .* revoked\n/);
  });
});

const why = {
  ...{ at: '2026-03-01T12:00:00.000Z', account_id: 'globex.example', rule: 'merge', evidence: `acme.example ${ID}` },
  person: {
    identity: 'email:kim@acme.example',
    is_known: true,
    person_id: ID,
    kind: 'email',
    email: 'kim@acme.example',
  },
  ...{ disposition: 'candidate', disposition_reason: '', role: 'technical', seniority: 'vp' },
  rules: [
    { asks: 'crm_link', decision: null },
    { asks: 'email_domain', decision: { account_id: 'acme.example', rule: 'email_domain', evidence: 'acme.example' } },
  ],
  ...{ corrected: null, corrections: [correction], exclusions: [], employer: null, rows: [] },
};

describe('why-account', () => {
  it('asks as of an instant and shows what each rule said, and the merge after them', async () => {
    const { stdout, asked } = await run(
      ['why-account', 'kim@acme.example', '--at', '2026-03-01T12:00:00Z'],
      [200, why],
    );
    expect(asked[0]?.url).toBe('/v1/why-account?email=kim%40acme.example&at=2026-03-01T12%3A00%3A00.000Z');
    expect(stdout).toMatch(/^account +globex\.example\nrule +merge\n/);
    expect(stdout).toMatch(
      /crm_link +nothing\nemail_domain +email_domain +acme\.example +acme\.example\nmerges +merge +globex/,
    );
    expect(stdout).toContain('bought');
  });

  it('never repeats the address in an error, and wants somebody named', async () => {
    const failed = await run(['why-account', 'kim@acme.example'], [500, {}]);
    expect(failed.exitCode).toBe(2);
    expect(failed.stderr).not.toContain('kim');
    const nobody = await run(['why-account', '--id', '7']);
    expect(nobody).toMatchObject({ exitCode: 2, asked: [], stderr: expect.stringContaining('--source with --id') });
  });
});

describe('why-person', () => {
  it('shows every identity with what ties it', async () => {
    const person = {
      ...why.person,
      ...{ is_shared_mailbox: false, corrections: [], data_versions: { titles: 3 } },
      identities: [
        {
          ...{ identity: 'anonymous:web:7f', identity_id: ID, since: why.at, linked_to: 'kim@acme.example' },
          ...{ linked_since: null, name: null, title: null },
        },
      ],
      rows: [
        {
          ...{ source: 'crm', id: '7', account_id: '1', title: 'CTO', valid_from: why.at, received: why.at },
          ...{ role: 'technical', seniority: 'c_level' },
        },
      ],
    };
    const { stdout } = await run(['why-person', '--source', 'web', '--anonymous-id', '7f'], [200, person]);
    expect(stdout).toMatch(/anonymous:web:7f +2026-03-01T12:00:00.000Z +kim@acme\.example\n/);
    expect(stdout).toMatch(/crm:7 +1 +CTO +technical +c_level/);
  });
});

describe('the lists of what somebody may decide', () => {
  const counted = { partitions: [0], touches_held: 9, is_cut: false };

  it('show counts of what a decision would change', async () => {
    const domains = [
      {
        ...{ domain: 'acme.example', touches: 4, people: 2 },
        accounts: [
          { account_id: 'crm:1', source: 'crm', id: '1', name: 'acme' },
          { account_id: 'crm:2', source: 'crm', id: '2', name: '' },
        ],
      },
    ];
    const ambiguous = await run(['ambiguous'], [200, { ...counted, domains }]);
    expect(ambiguous.stdout).toMatch(/acme\.example +crm:1 \(acme\), crm:2 +4 +2\n/);
    const waits = [
      {
        disposition: 'unresolved',
        evidence: 'free_mail',
        domain: 'gmail.com',
        source: 'web',
        touches: 5,
        people: 3,
        decision: 'correct employer',
      },
    ];
    const unresolved = await run(['unresolved'], [200, { ...counted, touches: 5, people: 3, waits }]);
    expect(unresolved.stdout).toMatch(/unresolved +free_mail +gmail\.com +web +5 +3 +correct employer\n/);
    const candidates = [
      {
        account: 'acme.io',
        into: 'acme.example',
        why: [{ kind: 'name', evidence: 'acme' }],
        touches: 1,
        people: 1,
        into_touches: 4,
        into_people: 2,
      },
    ];
    const merges = await run(['merge-candidates'], [200, { ...counted, candidates }]);
    expect(merges.stdout).toMatch(/acme\.io +acme\.example +name: acme +1 +1\n/);
    const none = await run(['merge-candidates'], [200, { ...counted, candidates: [] }]);
    expect(none.stdout).toMatch(/^no two accounts look like one\n/);
  });
});
