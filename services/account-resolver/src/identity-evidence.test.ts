import type { TableSpec } from '@groundswell/kafka';
import type { TouchPerson } from '@groundswell/resolution';
import { type IdentityEvidence, topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { openIdentityEvidence } from './identity-evidence.ts';

const RECEIVED = Date.UTC(2026, 2, 1);

const evidenceOf = (name: string): IdentityEvidence => ({
  ...{ evidenceId: name, source: 'crm', kind: 'identify', time: RECEIVED, received: RECEIVED, origin: 'test' },
  ...{ anonymousId: `visitor-${name}`, email: `${name}@acme.example`, personId: null, previousId: null, name: null },
  ...{ title: null, accountId: null, accountDomain: null, accountName: null },
});

/** identity.evidence, read as far as `read` says; `onClaim` is what happens elsewhere while something is claimed. */
const reader = (onClaim: () => void = () => undefined) => {
  const log: { key: string; value: IdentityEvidence | null }[] = [];
  const claimed: string[] = [];
  const forgotten: string[] = [];
  let merge: TableSpec<IdentityEvidence>['merge'];
  let next = 0;
  const read = (): void => {
    for (; next < log.length; next += 1) merge?.(undefined, log[next]?.value ?? null, log[next]?.key ?? '');
  };
  const evidence = openIdentityEvidence({
    tables: {
      table: (spec) => {
        expect(spec.topic).toBe(topics.identityEvidence);
        merge = spec.merge as typeof merge;
        return {} as never;
      },
      readToEnd: async () => read(),
    },
    book: {
      settle: async (people: readonly TouchPerson[]) => {
        claimed.push(...people.map(({ keys }) => keys.email ?? ''));
        onClaim();
      },
    },
    forget: async (identities) => {
      forgotten.push(...identities);
    },
    everyMs: 1,
    onError: (error) => {
      throw error;
    },
  });
  const append = (key: string, value: IdentityEvidence | null): void => {
    log.push({ key, value });
  };
  return { append, read, evidence, claimed, forgotten };
};

describe('evidence of who is who', () => {
  it('is taken in once, in the order of its log', async () => {
    const { append, read, evidence, claimed, forgotten } = reader();
    append('1', evidenceOf('ann'));
    append('2', evidenceOf('ben'));
    read();
    expect(evidence.waiting()).toBe(2);
    await Promise.all([evidence.settle(), evidence.settle()]);
    expect(claimed).toEqual(['email:ann@acme.example', 'email:ben@acme.example']);
    expect([evidence.waiting(), forgotten]).toEqual([0, []]);
  });

  it('of somebody erased is not taken in again by whoever reads the topic from its start', async () => {
    const { append, read, evidence, claimed } = reader();
    append('1', evidenceOf('ann'));
    append('2', evidenceOf('ben'));
    append('1', null);
    read();
    await evidence.settle();
    expect(claimed).toEqual(['email:ben@acme.example']);
  });

  it('that waits here while another instance erases its person is not taken in', async () => {
    const { append, read, evidence, claimed } = reader();
    append('1', evidenceOf('ann'));
    read();
    append('1', null);
    await evidence.settle();
    expect(claimed).toEqual([]);
  });

  it('that another instance deletes while it is taken in is forgotten again, and the rest stays', async () => {
    const { append, read, evidence, claimed, forgotten } = reader(() => append('1', null));
    append('1', evidenceOf('ann'));
    append('2', evidenceOf('ben'));
    read();
    await evidence.settle();
    expect(claimed).toHaveLength(2);
    expect(forgotten).toEqual(['email:ann@acme.example', 'anonymous:crm:visitor-ann']);
    expect(evidence.waiting()).toBe(0);
  });

  it('that is sent again after the erasure is of somebody new', async () => {
    const { append, read, evidence, claimed } = reader();
    append('1', evidenceOf('ann'));
    append('1', null);
    append('1', evidenceOf('ann'));
    read();
    await evidence.settle();
    expect(claimed).toEqual(['email:ann@acme.example']);
  });
});
