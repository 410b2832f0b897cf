import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlaceholderId, plainCompanyName, readCompanyName } from './company-name.ts';
import {
  joinedLegalForms,
  legalForms,
  noCompanyNames,
  placeholderIds,
  placeholderNames,
} from './data/company-names.ts';

describe('the name of a company', () => {
  it.each([
    ['Société Générale S.A.', 'SOCIETE GENERALE, SA', 'societe generale'],
    ['Müller GmbH & Co. KG', 'Muller GmbH and Co KG', 'muller'],
    ['Grupa Allegro Sp. z o.o.', 'grupa allegro sp z o.o.', 'grupa allegro'],
    ['Acme, Inc.', 'ACME INC', 'acme'],
    ['AT&T', 'AT & T', 'at and t'],
    ['华为技术有限公司', '华为技术有限公司', '华为技术'],
    ['株式会社日立製作所', '株式会社 日立製作所', '日立製作所'],
    ['Ａｃｍｅ', 'acme', 'acme'],
  ])('%s is %s, without its legal form %s', (one, other, bare) => {
    expect(readCompanyName(one)).toMatchObject({ kind: 'name', bare });
    expect(readCompanyName(other).bare).toBe(bare);
  });

  it('keeps what only looks like a legal form', () => {
    expect(readCompanyName('Cisco').bare).toBe('cisco');
    expect(readCompanyName('Co. Ltd.').bare).toBe('co');
    expect(readCompanyName('有限公司').bare).toBe('有限公司');
  });

  it.each([
    '',
    ' ',
    '-',
    '****',
    '1',
    'n/a',
    'N.A.',
    'k.A.',
    'None',
    '没有',
    'xxxx',
    'dsadsadsadsad',
    'fsfsf',
    'test',
    'Null',
  ])('is none in %j, which says nothing', (text) => {
    expect(readCompanyName(text).kind).toBe('placeholder');
  });

  it.each([
    ...[
      'Self',
      'self-employed',
      'Freelancer',
      'Student',
      'étudiant',
      'Selbständig',
      'Autónomo',
      'libero professionista',
    ],
    ...[
      'Unaffiliated',
      'Unaffilaited',
      'Unalliliated',
      'Not Affiliated',
      '学生',
      '自由职业者',
      'フリーランス',
      'фрилансер',
    ],
  ])('is none in %j, which says that there is none', (text) => {
    expect(readCompanyName(text).kind).toBe('no_company');
  });

  it.each([
    'Tata',
    'TomTom',
    'BMW',
    'KPMG',
    'AAA',
    '1&1',
    '360',
    'Unallocated Assets',
    'United Airlines',
    'Test Equity',
    'Box',
  ])('is one in %j', (text) => {
    expect(readCompanyName(text).kind).toBe('name');
  });

  it('has lists that are written as they are looked up', () => {
    for (const list of [placeholderNames, noCompanyNames, legalForms, joinedLegalForms]) {
      expect(list.filter((text) => plainCompanyName(text) !== text)).toEqual([]);
    }
    expect(placeholderNames.filter((text) => noCompanyNames.includes(text))).toEqual([]);
    expect(placeholderIds.filter((text) => text.trim().toLowerCase() !== text)).toEqual([]);
  });

  it('is read in no time whatever the text, and twice the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constant('co '.repeat(200))), (text) => {
        const { plain, bare } = readCompanyName(text);
        expect(plainCompanyName(plain)).toBe(plain);
        expect(plain.includes(bare)).toBe(true);
        expect(bare === '' && plain !== '').toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('an id of an account', () => {
  it('is none where a tool had nothing to write', () => {
    expect(['n/a', ' NULL ', '-', '(not set)', '[object Object]'].filter((text) => !isPlaceholderId(text))).toEqual([]);
    expect(['1', '0', 'test', 'self', 'acme.com', '0015g00000XyZ'].filter(isPlaceholderId)).toEqual([]);
  });
});
