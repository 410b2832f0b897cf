import type { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { AdobeKeys, judgeAdobe } from './adobe-signature.ts';

const CLIENT = 'b4f2d1a0c9';
const NOW = Date.UTC(2026, 2, 1);
const PATH = '/prod/keys/pub-key-3fVj0Lv0QB.pem';
const body = Buffer.from(JSON.stringify([{ specversion: '1.0', id: 'e-1', recipientclientid: CLIENT }]));

/** Signed by WebCrypto: another implementation than the one that checks. */
const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
let pair: webcrypto.CryptoKeyPair;
let pem: string;

beforeAll(async () => {
  pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey)).toString('base64');
  pem = `-----BEGIN PUBLIC KEY-----\n${spki.replaceAll(/(.{64})/g, '$1\n')}\n-----END PUBLIC KEY-----\n`;
});

const signed = async (over: Buffer, number = 1) => {
  const signature = await crypto.subtle.sign(algorithm.name, pair.privateKey, over);
  return {
    [`x-adobe-digital-signature-${number}`]: Buffer.from(signature).toString('base64'),
    [`x-adobe-public-key${number}-path`]: PATH,
  };
};

const keysOf = (fetchKey: (path: string) => Promise<string>, now = () => NOW): AdobeKeys =>
  new AdobeKeys({ fetchKey, now });
const given = (): AdobeKeys => keysOf(async () => pem);
const judge = (keys: AdobeKeys, headers: Record<string, string>, sent = body, client = CLIENT) =>
  judgeAdobe(keys, client, { method: 'POST', url: '', headers, body: sent, now: NOW });

describe("Adobe's signature", () => {
  it('is right by either of its keys', async () => {
    expect(await judge(given(), await signed(body))).toBe('right');
    const second = {
      ...(await signed(body, 2)),
      'x-adobe-digital-signature-1': 'AAAA',
      'x-adobe-public-key1-path': PATH,
    };
    expect(await judge(given(), second)).toBe('right');
  });

  it('is wrong for another body, and for events of another client', async () => {
    const headers = await signed(body);
    expect(await judge(given(), headers, Buffer.from('[]'))).toBe('wrong');
    expect(await judge(given(), headers, body, 'someone-else')).toBe('wrong');
    const mixed = Buffer.from(JSON.stringify([{ recipientclientid: CLIENT }, {}]));
    expect(await judge(given(), await signed(mixed), mixed)).toBe('wrong');
  });

  it('is missing without headers, and with a key that is not where Adobe has its keys', async () => {
    expect(await judge(given(), {})).toBe('missing');
    const headers = await signed(body);
    for (const path of [
      '/prod/keys/../../x.pem',
      '@evil.example/prod/keys/pub-key-1.pem',
      'https://evil.example/k.pem',
      '/prod/keys/pub-key-1.pem?x',
    ]) {
      expect(await judge(given(), { ...headers, 'x-adobe-public-key1-path': path }), path).toBe('missing');
    }
  });

  it('cannot be judged while its key cannot be had', async () => {
    const headers = await signed(body);
    expect(
      await judge(
        keysOf(() => Promise.reject(new Error('offline'))),
        headers,
      ),
    ).toBe('unverifiable');
    expect(
      await judge(
        keysOf(async () => '<html>'),
        headers,
      ),
    ).toBe('unverifiable');
  });
});

describe("Adobe's public keys", () => {
  it('are asked for once a day', async () => {
    const asked: string[] = [];
    let now = NOW;
    const keys = keysOf(
      async (path) => {
        asked.push(path);
        return pem;
      },
      () => now,
    );
    await keys.at(PATH);
    await keys.at(PATH);
    expect(asked).toEqual([PATH]);
    now += 86_400_000;
    await keys.at(PATH);
    expect(asked.length).toBe(2);
  });

  it('are not asked for again and again by requests that name ever new ones', async () => {
    let asked = 0;
    const keys = keysOf(async () => {
      asked += 1;
      return pem;
    });
    const found = await Promise.all(Array.from({ length: 50 }, (_, n) => keys.at(`/prod/keys/pub-key-${n}.pem`)));
    expect([asked, found.filter((key) => key !== null).length]).toEqual([6, 6]);
  });
});
