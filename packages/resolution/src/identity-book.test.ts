import type { IdentityEvidence, RawTouch } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StandingCorrections } from './standing-corrections.ts';
import { IdentityLog, type IdentityReader } from './testing/identity-log.ts';
import { rawTouch } from './testing/raw-log.ts';
import { personOfEvidence, personOfTouch, type TouchPerson } from './touch-person.ts';

const person = (changes: Partial<RawTouch>): TouchPerson => personOfTouch(rawTouch({ personEmail: null, ...changes }));
const byEmail = (personEmail: string, more: Partial<RawTouch> = {}) => person({ personEmail, ...more });
const byId = (personId: string, more: Partial<RawTouch> = {}) => person({ personId, ...more });

/** Without the name that led there. */
const who = ({ book }: IdentityReader, one: TouchPerson, replayed = false) => {
  const known = book.person(one, replayed);
  return known && { personId: known.personId, kind: known.kind, email: known.email };
};
const settled = async (reader: IdentityReader, ...people: TouchPerson[]) => {
  await reader.book.settle(people);
  return people.map((one) => who(reader, one));
};
const idsOf = async (reader: IdentityReader, ...people: TouchPerson[]) =>
  (await settled(reader, ...people)).map((known) => known?.personId);

describe('the person of a touch', () => {
  it('is unknown before it is claimed, and the same ever after, also for a new instance', async () => {
    const log = new IdentityLog();
    const first = log.open();
    expect(first.book.person(byEmail('anna@acme.com'), false)).toBeUndefined();
    const [anna] = await settled(first, byEmail('anna@acme.com'));
    expect(anna).toMatchObject({ kind: 'email', email: { address: 'anna@acme.com' } });
    expect(await settled(first, byEmail('Anna+trial@acme.com'))).toEqual([anna]);
    expect(await settled(log.open(), byEmail('anna@acme.com'))).toEqual([anna]);
    expect(log.records).toHaveLength(1);
  });

  it('is one per address, per id of a source, per anonymous id of a source', async () => {
    const ids = await idsOf(
      new IdentityLog().open(),
      ...[byEmail('anna@acme.com'), byEmail('bert@acme.com'), byId('7'), byId('8'), byId('7', { source: 'marketo' })],
      ...[person({ anonymousId: '7' }), person({ anonymousId: '7', source: 'marketo' })],
    );
    expect(new Set(ids).size).toBe(7);
  });

  it('has the kind that its strongest identity gives', async () => {
    const kinds = (
      await settled(
        new IdentityLog().open(),
        ...[byEmail('anna@acme.com', { personId: '1', anonymousId: 'c' }), byEmail('info@acme.com')],
        ...[byId('7', { anonymousId: 'd' }), person({ anonymousId: 'e' })],
      )
    ).map((known) => known?.kind);
    expect(kinds).toEqual(['email', 'shared_mailbox', 'source_id', 'anonymous']);
  });

  it('claims nothing twice within a batch', async () => {
    const log = new IdentityLog();
    await settled(log.open(), byId('7'), byId('7'), byEmail('anna@acme.com'), byEmail('anna@acme.com'));
    expect(log.records.map(({ key }) => key)).toEqual(['source:hubspot:7', 'email:anna@acme.com']);
  });

  it('must exist', () => {
    expect(() => person({})).toThrow('names no person');
  });
});

describe('an id that came with an e-mail address', () => {
  const anna = byEmail('anna@acme.com', { personId: '7' });

  it('stands for the person of that address from then on, in that source only', async () => {
    const reader = new IdentityLog().open();
    const [known] = await settled(reader, anna);
    expect(await settled(reader, byId('7'))).toEqual([known]);
    expect(await settled(reader, byId('7', { source: 'marketo' }))).not.toEqual([known]);
  });

  it('keeps its personId when it was known before the address', async () => {
    const reader = new IdentityLog().open();
    const [before] = await settled(reader, byId('7'));
    const [after] = await settled(reader, anna);
    expect(before).toMatchObject({ kind: 'source_id', email: null });
    expect(after).toEqual({ personId: before?.personId, kind: 'email', email: anna.email });
    expect(await settled(reader, byId('7'))).toEqual([after]);
  });

  it('follows the address when both were known apart', async () => {
    const reader = new IdentityLog().open();
    const [id, address] = await idsOf(reader, byId('7'), byEmail('anna@acme.com'));
    expect(id).not.toBe(address);
    expect(await idsOf(reader, anna, byId('7'))).toEqual([address, address]);
  });

  it('makes two addresses one person', async () => {
    const reader = new IdentityLog().open();
    const ids = await idsOf(
      reader,
      anna,
      byEmail('a.muster@acme.com', { personId: '7' }),
      byEmail('a.muster@acme.com'),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('does not make one person of everybody when a source sends a constant', async () => {
    const everybody = Array.from({ length: 30 }, (_, i) => byEmail(`p${i}@acme.com`, { personId: '0' }));
    const together = await idsOf(new IdentityLog().open(), ...everybody);
    expect(new Set(together).size).toBe(26);
    const reader = new IdentityLog().open();
    const oneByOne: (string | undefined)[] = [];
    for (const one of everybody) oneByOne.push(...(await idsOf(reader, one)));
    expect(new Set(oneByOne).size).toBe(26);
  });

  it('is not the shared mailbox it was first seen with', async () => {
    const reader = new IdentityLog().open();
    const [info, id] = await settled(reader, byEmail('info@acme.com', { personId: '7' }), byId('7'));
    expect(info?.kind).toBe('shared_mailbox');
    expect(id?.kind).toBe('source_id');
    expect(id?.personId).not.toBe(info?.personId);
    const [known] = await settled(reader, anna);
    expect(await settled(reader, byId('7'))).toEqual([known]);
  });
});

describe('an anonymous id', () => {
  const visitor = person({ anonymousId: 'c' });

  it('stands for whoever it came with: the address, or else the id, and then the address of that id', async () => {
    const reader = new IdentityLog().open();
    const [before] = await settled(reader, visitor);
    expect(before?.kind).toBe('anonymous');
    const [known] = await settled(reader, byId('7', { anonymousId: 'c' }));
    expect(await settled(reader, visitor)).toEqual([known]);
    expect(known?.kind).toBe('source_id');
    const [anna] = await settled(reader, byEmail('anna@acme.com', { personId: '7' }));
    expect(await settled(reader, visitor)).toEqual([anna]);
  });

  it('is what it was in a replay for what was received before the link', async () => {
    const reader = new IdentityLog().open();
    const early = person({ anonymousId: 'c', received: 10 });
    const late = person({ anonymousId: 'c', received: 30 });
    await reader.book.settle([early, byEmail('anna@acme.com', { anonymousId: 'c', received: 20 }), late]);
    expect(reader.book.person(early, true)?.kind).toBe('anonymous');
    expect(reader.book.person(late, true)?.kind).toBe('email');
    expect(reader.book.person(early, false)?.kind).toBe('email');
  });

  it('stays with the first whom it came with, and is nobody of a shared mailbox', async () => {
    const reader = new IdentityLog().open();
    const at = { anonymousId: 'c' };
    await settled(reader, byEmail('info@acme.com', at));
    expect((await settled(reader, visitor))[0]?.kind).toBe('anonymous');
    const [anna] = await settled(reader, byEmail('anna@acme.com', at), byEmail('bert@acme.com', at));
    expect(await settled(reader, visitor)).toEqual([anna]);
  });

  it('is known to all instances alike, whatever was compacted', async () => {
    const log = new IdentityLog();
    const [anna] = await settled(log.open(), byEmail('anna@acme.com', { anonymousId: 'c' }));
    log.compact();
    expect(await settled(log.open(), visitor)).toEqual([anna]);
  });
});

describe('evidence of who is who', () => {
  const read = (changes: Partial<IdentityEvidence>) =>
    personOfEvidence({
      ...{ evidenceId: 'e', source: 'hubspot', kind: 'identify', time: 1, received: 1, origin: 'test' },
      ...{ personId: null, email: null, anonymousId: null, previousId: null, name: null, title: null },
      ...{ accountId: null, accountDomain: null, accountName: null },
      ...changes,
    });

  const evidence = (changes: Partial<IdentityEvidence>): TouchPerson => {
    const said = read(changes);
    if (!said) throw new Error('the evidence says nothing');
    return said;
  };

  it('ties ids to the address they belong to, before or after a touch named them', async () => {
    const reader = new IdentityLog().open();
    const [before] = await settled(reader, byId('7'));
    await settled(reader, evidence({ personId: '7', email: 'anna@acme.com', anonymousId: 'c' }));
    const [byAddress, id, visitor] = await settled(
      reader,
      ...[byEmail('anna@acme.com'), byId('7'), person({ anonymousId: 'c' })],
    );
    expect([id, visitor]).toEqual([byAddress, byAddress]);
    expect(byAddress?.personId).toBe(before?.personId);
  });

  it('makes an earlier id, of a person or anonymous, another name of the person', async () => {
    const reader = new IdentityLog().open();
    await settled(reader, evidence({ kind: 'alias', personId: '8', previousId: '7' }));
    const [eight] = await settled(reader, byId('8'));
    expect(await settled(reader, byId('7'), person({ anonymousId: '7' }))).toEqual([eight, eight]);
    expect(await settled(reader, byId('7', { source: 'marketo' }))).not.toEqual([eight]);
  });

  it('survives ids that are said to be names of each other', async () => {
    const reader = new IdentityLog().open();
    await settled(reader, evidence({ personId: '8', previousId: '7' }));
    await settled(reader, evidence({ personId: '7', previousId: '8' }));
    expect((await settled(reader, byId('7')))[0]?.kind).toBe('source_id');
  });

  it('of one identifier alone, or of none that can be read, says nothing', () => {
    expect(read({ personId: '7' })).toBeNull();
    expect(read({ anonymousId: 'c', accountId: 'a' })).toBeNull();
    expect(read({ personId: '7', previousId: ' ' })).toBeNull();
  });
});

describe('names and titles', () => {
  it('are kept for reading: the first that is given', async () => {
    const log = new IdentityLog();
    const reader = log.open();
    await settled(reader, byEmail('anna@acme.com'));
    await settled(reader, byEmail('anna@acme.com', { personName: 'Anna' }));
    await settled(reader, byEmail('anna@acme.com', { personName: 'A.', personTitle: 'CFO' }));
    expect(log.open().rows.get('email:anna@acme.com')).toMatchObject({ name: 'Anna', title: 'CFO' });
    expect(log.records).toHaveLength(3);
  });
});

describe('a race of two instances', () => {
  it('is won by the first claim in the log, and the loser writes the winner once more', async () => {
    const log = new IdentityLog();
    const [anna] = [byEmail('anna@acme.com', { personId: '7' })];
    const rival = log.open();
    let raced = false;
    const loser = log.open(async () => {
      if (raced) return;
      raced = true;
      await rival.book.settle([anna]);
    });
    const [lost] = await settled(loser, anna);
    expect(lost).toEqual(who(rival, anna));
    log.compact();
    expect(who(log.open(), anna)).toEqual(lost);
    expect(who(log.open(), byId('7'))).toEqual(lost);
  });

  it('is settled by whoever comes next when the loser died', async () => {
    const log = new IdentityLog();
    const [winner, loser] = [log.open(), log.open()];
    const anna = byEmail('anna@acme.com');
    await winner.book.settle([anna]);
    const row = winner.rows.get('email:anna@acme.com');
    if (row) log.append([{ ...row, personId: 'of-the-loser' }]);
    const next = log.open();
    await next.book.settle([byEmail('bert@acme.com')]);
    log.compact();
    loser.readOn();
    expect(log.open().book.person(anna, false)?.personId).toBe(row?.personId);
    expect(loser.book.person(anna, false)?.personId).toBe(row?.personId);
  });

  const identities = fc.record({
    email: fc.option(fc.constantFrom('a@acme.com', 'b@acme.com', 'info@acme.com', 'c@globex.com')),
    id: fc.option(fc.constantFrom('1', '2')),
    anonymousId: fc.option(fc.constantFrom('c', 'd')),
    title: fc.option(fc.constantFrom('CEO', 'CFO')),
  });
  const people = identities
    .filter(({ email, id, anonymousId }) => email !== null || id !== null || anonymousId !== null)
    .map(({ email, id, anonymousId, title }) =>
      person({ personEmail: email, personId: id, anonymousId, personTitle: title }),
    );

  it('never leaves instances apart, however claims interleave, instances restart and the log is compacted', async () => {
    const batch = fc.array(people, { minLength: 1, maxLength: 4 });
    const turns = fc.array(fc.record({ instance: fc.nat(2), batch, readsFirst: fc.boolean(), restarts: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(turns, async (steps) => {
        const log = new IdentityLog();
        const underWay: (() => void)[] = [];
        // What one instance wrote arrives once more, behind what the next one writes: a claim that came too late.
        const open = () =>
          log.open((records) => {
            underWay.pop()?.();
            underWay.push(() => log.append(records.map((row) => ({ ...row, personId: log.newPersonId() }))));
            return Promise.resolve();
          });
        const readers = [open(), open(), open()];
        const addresses = new Map<string, string | undefined>();
        for (const step of steps) {
          if (step.restarts) readers[step.instance] = open();
          const reader = readers[step.instance] ?? open();
          if (step.readsFirst) reader.readOn();
          await reader.book.settle(step.batch);
          for (const one of step.batch) {
            const known = reader.book.person(one, false);
            expect(known).toBeDefined();
            if (one.keys.email === null) continue;
            // Whoever asks, and whenever: an address is one person for good.
            expect(known?.personId).toBe(addresses.get(one.keys.email) ?? known?.personId);
            addresses.set(one.keys.email, known?.personId);
          }
        }
        for (const write of underWay) write();
        const last = log.open();
        await last.book.settle([byEmail('last@acme.com')]);
        for (const reader of readers) reader.readOn();
        log.compact();
        const fresh = log.open();
        for (const reader of [...readers, last])
          expect(Object.fromEntries(reader.rows.entries())).toEqual(Object.fromEntries(fresh.rows.entries()));
      }),
      { numRuns: 300 },
    );
  });
});

describe('an identity that was deleted', () => {
  it('is forgotten: the address is a new person', async () => {
    const log = new IdentityLog();
    const reader = log.open();
    const [before] = await idsOf(reader, byEmail('anna@acme.com'));
    log.records.push({ key: 'email:anna@acme.com', value: null });
    reader.readOn();
    const [after] = await idsOf(reader, byEmail('anna@acme.com'));
    expect(after).not.toBe(before);
    log.compact();
    expect(await idsOf(log.open(), byEmail('anna@acme.com'))).toEqual([after]);
  });
});

describe('somebody who is forgotten', () => {
  const forget = (log: IdentityLog, identity: string): void => {
    log.records.push({ key: identity, value: null });
  };

  it('is claimed anew when that happens while others are being claimed', async () => {
    const log = new IdentityLog();
    const anna = byEmail('anna@acme.com');
    await log.open().book.settle([anna]);
    let isForgotten = false;
    const reader = log.open(async () => {
      if (!isForgotten) forget(log, 'email:anna@acme.com');
      isForgotten = true;
    });
    await reader.book.settle([anna, byEmail('bert@acme.com')]);
    expect(who(reader, anna)?.kind).toBe('email');
  });

  it('leaves those who were united with it to be themselves, and that is told', async () => {
    const log = new IdentityLog();
    const corrections = new StandingCorrections();
    const reader = log.open(undefined, corrections);
    const anna = byEmail('anna@acme.com');
    await reader.book.settle([anna, byEmail('bert@acme.com')]);
    const [own, other] = log.rows();
    const subject = { identity: own?.identityId ?? '', with: other?.identityId ?? '' };
    const none = { validFrom: null, validTo: null, revoked: false, reason: '', requestedBy: '', received: 0 };
    corrections.replace('c', { correctionId: 'c', kind: 'unite', subject, ...none });
    expect(who(reader, anna)?.personId).toBe(other?.personId);
    const told: string[] = [];
    reader.book.onChange((identityIds) => told.push(...identityIds));
    forget(log, 'email:bert@acme.com');
    reader.readOn();
    expect(told).toContain(own?.identityId);
    expect(who(reader, anna)?.personId).toBe(own?.personId);
  });
});
