import {
  MAX_RECORD_BYTES,
  OrdinalCounter,
  parseAccount,
  parseCampaign,
  parseContent,
  parseErasure,
  parseExclusion,
  parseIdentity,
  parseOpportunity,
  parseOpportunityContact,
  parseOpportunityStage,
  parseOrder,
  parsePerson,
  parseTouch,
  type ReadItem,
  readCsv,
  readNdjson,
  type TouchContext,
} from '@groundswell/interchange';
import { createCodec, readSchema, topics } from '@groundswell/schemas';
import { expect, it } from 'vitest';
import { fuzz, type Random } from './fuzz.ts';

const TOUCHES = [
  '{"id":"a-1","time":"2026-03-01T09:30:00Z","type":"page_view","source":"web","person":{"email":"ada@acme.example"},"properties":{"a":1}}',
  '{"time":1772357400000,"type":"email_click","source":"crm","person.id":"7","account":{"domain":"acme.example"},"bot":"no","x":{"y":[1]}}',
  '{"time":"2026-03-01","received":"2026-03-02 10:00:00","type":"form_fill","person":{"anonymous_id":"q"},"direction":"ours"}',
];
const ROWS = [
  '{"source":"crm","id":"1","name":"Acme","domains":["acme.example","acme.test"],"employees":"120","valid_from":"2026-01-01"}',
  '{"source":"crm","id":"p1","email":"ada@acme.example","title":"CTO","account_id":"1","valid_from":"2026-01-01"}',
  '{"source":"crm","id":"o1","account_id":"1","stage":"won","amount":"1e3","is_won":true,"valid_from":"2026-01-01"}',
  '{"source":"shop","id":"r1","account_id":"1","product":"storage","amount":"12.5","currency":"EUR","at":"2026-01-01"}',
  '{"source":"cms","id":"g1","url":"https://acme.example/g","name":"Guide","channel":"web","cost":"1e3","retired_at":1772357400000}',
  '{"source":"web","time":1772357400000,"kind":"alias","person":{"id":"u","previous_id":"a"},"account.domain":"acme.example"}',
  '{"kind":"domain","value":"us.example","reason":"employee","scope":["score"],"valid_from":"2026-01-01"}',
];
const CSV = [
  '\ufefftime,type,person.email\r\n2026-03-01,page_view,ada@acme.example\r\n"2026-03-02","say ""hi""","a@b.example"\r\n',
  'a;b\n1;2\n"x\ny";3\n',
];

const context = (): TouchContext => ({
  receivedAt: Date.UTC(2026, 2, 3),
  mode: 'live',
  timeZoneOf: () => 'Europe/Berlin',
  origin: 'fuzz',
  ordinals: new OrdinalCounter(),
});

/** The bytes cut into pieces at random, as a network delivers them. */
async function* inPieces(bytes: Buffer, random: Random): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random(bytes.length);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const itemsOf = async (items: AsyncIterable<ReadItem>): Promise<ReadItem[]> => {
  const all: ReadItem[] = [];
  for await (const item of items) all.push(item);
  for (const { bytes } of all) expect(bytes.length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
  return all;
};

/** What is taken must fit its contract; what is not must say why. */
const judge = (parsed: { ok: boolean }, encode: () => unknown): void => {
  if (parsed.ok) encode();
  else expect(parsed).toMatchObject({ reason: expect.any(String), message: expect.stringMatching(/./) });
};

const codecs = new Map<string, ReturnType<typeof createCodec<unknown>>>();
const codecOf = (schema: string) => {
  const codec = codecs.get(schema) ?? createCodec<unknown>(readSchema(schema));
  codecs.set(schema, codec);
  return codec;
};
const touchCodec = codecOf(topics.touchesRaw.schema);

const judgeTouch = (value: unknown): void => {
  const parsed = parseTouch(value, context());
  judge(parsed, () => {
    if (!parsed.ok) return;
    const record = { record: { kind: 'RawTouch', body: parsed.touch } };
    expect(touchCodec.decode(touchCodec.encode(record))).toEqual(record);
  });
};

it('touches as NDJSON, in pieces: every line is taken or says why', async () => {
  await fuzz({
    corpus: [...TOUCHES, TOUCHES.join('\n'), TOUCHES.join('\r\n')],
    run: async (bytes, random) => {
      for (const item of await itemsOf(readNdjson(inPieces(bytes, random))))
        if ('value' in item) judgeTouch(item.value);
    },
  });
});

it('touches as CSV, in pieces', async () => {
  await fuzz({
    corpus: CSV,
    run: async (bytes, random) => {
      const delimiter = random(2) === 0 ? ',' : ';';
      for (const item of await itemsOf(readCsv(inPieces(bytes, random), { delimiter }))) {
        if ('value' in item) judgeTouch(item.value);
      }
    },
  });
});

const directory = [
  ['accounts', parseAccount, topics.accounts],
  ['people', parsePerson, topics.people],
  ['opportunities', parseOpportunity, topics.opportunities],
  ['opportunity_contacts', parseOpportunityContact, topics.opportunityContacts],
  ['opportunity_stages', parseOpportunityStage, topics.opportunityStages],
  ['orders', parseOrder, topics.orders],
  ['campaigns', parseCampaign, topics.campaigns],
  ['content', parseContent, topics.content],
  ['exclusions', parseExclusion, topics.exclusions],
  ['identities', parseIdentity, topics.identityEvidence],
  ['erasures', parseErasure, topics.erasureRequests],
] as const;

it.each(directory)('%s', async (_name, parse, topic) => {
  await fuzz({
    corpus: ROWS,
    share: 0.5,
    run: async (bytes, random) => {
      for (const item of await itemsOf(readNdjson(inPieces(bytes, random)))) {
        if (!('value' in item)) continue;
        const parsed = parse(item.value, context());
        judge(parsed, () => parsed.ok && codecOf(topic.schema).encode(parsed.row));
      }
    },
  });
});
