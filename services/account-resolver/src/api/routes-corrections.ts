import { hostIn, normaliseEmail } from '@groundswell/identity';
import { parsedRequest, RequestRefused, type Turns } from '@groundswell/interchange';
import {
  accountsNamed,
  type CorrectionPreview,
  type CorrectionWish,
  draftCorrection,
  firstTouch,
  type PreviewOptions,
  previewCorrection,
  previewExclusion,
  revocationOf,
  type Sliced,
} from '@groundswell/resolution';
import type { CorrectionRecord, ExclusionRecord } from '@groundswell/schemas';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { correctionView } from './correction-view.ts';
import { inSlices } from './in-slices.ts';
import { instant, isoOf, type ResolverApi } from './resolver-api.ts';

const text = z.string().trim().min(1).max(500);

const about = {
  reason: z.string().max(1_000).default(''),
  requested_by: z.string().max(200).default(''),
  dry_run: z.boolean().default(false),
};
const dated = { ...about, valid_from: instant.nullish(), valid_to: instant.nullish() };

/** What is asked for elsewhere, and foretold here. */
const foretold = (where: string) => ({ ...about, dry_run: z.literal(true, `has to be true: ${where}`) });
const ERASURES = 'an erasure is asked for at intake (POST /v1/erasures)';
const EXCLUSIONS = 'an exclusion is a row of the directory (groundswell import exclusions.csv)';

const touchFields = {
  touch: text.optional(),
  person: text.optional(),
  source: text.optional(),
  type: text.optional(),
  campaign: text.optional(),
  send_id: text.optional(),
};

const { person: _, ...fieldsWithoutPerson } = touchFields;
const replayFields = { ...fieldsWithoutPerson, source: text };

const wishSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('merge'), account: text, into: text, ...dated }),
  z.strictObject({ kind: z.literal('employer'), person: text, account: text.nullable(), ...dated }),
  z.strictObject({ kind: z.literal('unite'), identity: text, with: text, ...about }),
  z.strictObject({ kind: z.literal('split'), identity: text, ...about }),
  z.strictObject({ kind: z.literal('domain'), domain: text, account: text, ...dated }),
  z.strictObject({ kind: z.literal('machine'), ...touchFields, ...dated }),
  z.strictObject({ kind: z.literal('human'), ...touchFields, ...dated }),
  z.strictObject({ kind: z.literal('retract'), ...touchFields, ...dated }),
  z.strictObject({ kind: z.literal('replay'), ...replayFields, ...dated }),
  z.strictObject({ kind: z.literal('erase'), person: text, ...foretold(ERASURES) }),
  z.strictObject({
    ...{ kind: z.literal('exclude'), party: z.enum(['person', 'domain', 'account']), value: text },
    ...{ ...dated, ...foretold(EXCLUSIONS) },
  }),
]);
type Wish = z.infer<typeof wishSchema>;
type ExclusionWish = Extract<Wish, { kind: 'exclude' }>;

const revokeSchema = z.strictObject({ dry_run: about.dry_run, requested_by: about.requested_by, reason: about.reason });
const idSchema = z.object({ id: z.guid('is no id of a correction; they are listed by GET /v1/corrections') });

/** Items of each list of a dry run. */
const MOST_LISTED = 10_000;

const datesOf = (wish: Wish): Pick<CorrectionRecord, 'validFrom' | 'validTo'> => {
  const validFrom = ('valid_from' in wish ? wish.valid_from : null) ?? null;
  const validTo = ('valid_to' in wish ? wish.valid_to : null) ?? null;
  if (validFrom !== null && validTo !== null && validTo <= validFrom)
    throw new RequestRefused('correction_invalid', 'valid_to: must lie after valid_from, or nothing is meant');
  return { validFrom, validTo };
};

const recordOf = async (
  wish: Exclude<Wish, ExclusionWish>,
  api: ResolverApi,
): Promise<{ record: CorrectionRecord; warnings: readonly string[] }> => {
  const asked: CorrectionWish = wish;
  const { identities, corrections, newId, now } = api;
  const rawEnds = wish.kind === 'replay' ? await api.rawEnds() : [];
  const draft = draftCorrection(asked, { identities, corrections, newPersonId: newId, rawEnds });
  if (!draft.ok) throw new RequestRefused(draft.reason, draft.message);
  const { kind, reason, requested_by: requestedBy } = wish;
  const said = { kind, subject: draft.subject, ...datesOf(wish), revoked: false, reason, requestedBy };
  return { record: { correctionId: newId(), ...said, received: now() }, warnings: draft.warnings };
};

const isNamed = ({ party, value }: ExclusionWish): boolean =>
  party === 'account' || (party === 'person' ? normaliseEmail(value) : hostIn(value)) !== null;

/** A row that excludes from scores; it is only looked at. */
const exclusionOf = (wish: ExclusionWish, { newId, now }: ResolverApi): ExclusionRecord => {
  if (!isNamed(wish))
    throw new RequestRefused('correction_invalid', `value: is no ${wish.party} that touches could name`);
  const { validFrom, validTo } = datesOf(wish);
  return {
    ...{ source: '', id: newId(), kind: wish.party, value: wish.value, reason: 'excluded', scope: ['score'] },
    ...{ validFrom: validFrom ?? 0, validTo, received: now() },
  };
};

/** Accounts and personIds that no touch here ever had: allowed, since they may be at another instance or yet to come. */
const unseen = async (wish: CorrectionWish, { subject }: CorrectionRecord, api: ResolverApi): Promise<string[]> => {
  const accounts = new Set(accountsNamed(wish));
  const people = new Set(wish.kind === 'split' || subject['person'] === undefined ? [] : [subject['person']]);
  if (accounts.size + people.size === 0) return [];
  await inSlices(
    firstTouch(api.memories(), ({ accountId, accountRule, accountEvidence, personId }) => {
      if (accountId !== null) accounts.delete(accountId);
      if (accountRule === 'merge') accounts.delete(accountEvidence.split(' ')[0] ?? '');
      people.delete(personId);
      return accounts.size + people.size === 0 ? true : undefined;
    }),
  );
  return [...accounts, ...people].map(
    (one) => `no touch of this instance's partitions belongs to ${one}: is it spelt right?`,
  );
};

/** Dry runs, corrections and their withdrawals. What is written holds opaque ids only. */
export const correctionRoutes = (app: FastifyInstance, api: ResolverApi, turns: Turns): void => {
  const { identities, accounts, people, exclusions, corrections, marks } = api;
  const options = (): PreviewOptions => ({
    known: { identities, accounts, people, exclusions, corrections, marks },
    memories: api.memories(),
    limit: MOST_LISTED,
  });
  const shown = async (work: Sliced<CorrectionPreview>) => {
    const { clock, changes, ...found } = await inSlices(work);
    const dated = changes.map((change) => ({ ...change, effectiveTime: isoOf(change.effectiveTime) }));
    return { ...found, clock: isoOf(clock), changes: dated };
  };
  const foretell = async (wish: ExclusionWish) => {
    const row = exclusionOf(wish, api);
    const { id, kind, value, validFrom, validTo, received } = row;
    const said = { correctionId: id, kind: wish.kind, subject: { [kind]: value }, revoked: false };
    const { reason, requested_by: requestedBy } = wish;
    const correction = correctionView({ ...said, validFrom, validTo, reason, requestedBy, received });
    return { dryRun: true, correction, warnings: [], preview: await shown(previewExclusion(row, options())) };
  };
  const answer = async (record: CorrectionRecord, dryRun: boolean, warnings: readonly string[]) => {
    const common = { dryRun, correction: correctionView(record), warnings };
    if (dryRun) return { ...common, preview: await shown(previewCorrection(record, options())) };
    await api.write(record);
    return { ...common, correctionId: record.correctionId };
  };

  app.get('/v1/corrections', async () => ({
    corrections: [...corrections.records.values()]
      .sort((one, other) => other.received - one.received)
      .map(correctionView),
  }));

  app.post('/v1/corrections', async (request, reply) => {
    const wish = parsedRequest(wishSchema, request.body);
    const made = await turns.take(async () => {
      if (wish.kind === 'exclude') return foretell(wish);
      const { record, warnings } = await recordOf(wish, api);
      return answer(record, wish.dry_run, [...warnings, ...(await unseen(wish, record, api))]);
    });
    return reply.code(wish.dry_run ? 200 : 201).send(made);
  });

  app.post('/v1/corrections/:id/revoke', async (request) => {
    const { id } = parsedRequest(idSchema, request.params);
    const { dry_run: dryRun, ...said } = parsedRequest(revokeSchema, request.body ?? {});
    return turns.take(async () => {
      const standing = corrections.records.get(id);
      if (!standing) throw new RequestRefused('correction_not_found', `there is no correction ${id}`);
      if (standing.kind === 'erase')
        throw new RequestRefused(
          'correction_invalid',
          'an erasure cannot be taken back: nothing is left of the person',
        );
      if (standing.revoked) throw new RequestRefused('correction_invalid', `${id} is revoked already`);
      const requestedBy = said.requested_by === '' ? standing.requestedBy : said.requested_by;
      const reason = said.reason === '' ? standing.reason : said.reason;
      const revocation = revocationOf(
        standing,
        { requestedBy, reason, received: api.now() },
        standing.kind === 'replay' ? await api.rawEnds() : [],
      );
      return answer(revocation, dryRun, []);
    });
  });
};
