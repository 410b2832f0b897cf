import { boundedMemo } from './bounded-memo.ts';
import {
  joinedLegalForms,
  legalForms,
  noCompanyNames,
  placeholderIds,
  placeholderNames,
} from './data/company-names.ts';

/**
 * What a text in the field of a company says: it names one; `placeholder`: it says nothing; `no_company`: it says that
 * the person works for none.
 */
export type CompanyNameKind = 'name' | 'placeholder' | 'no_company';

export interface CompanyName {
  readonly kind: CompanyNameKind;
  /** two spellings of one name have the same: lower case, without accents and punctuation, words one space apart */
  readonly plain: string;
  /** the same without its legal form: `acme gmbh` → `acme` */
  readonly bare: string;
}

/** Longer text in the field of a company is none. */
const MAX_NAME = 300;

const placeholders: ReadonlySet<string> = new Set(placeholderNames);
const noCompanies: ReadonlySet<string> = new Set(noCompanyNames);

/** `Société Générale S.A.` → `societe generale sa`. Marks of scripts other than Latin are letters, and stay. */
export const plainCompanyName = (text: string): string =>
  text
    .slice(0, MAX_NAME)
    .normalize('NFKD')
    .replaceAll(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('&', ' and ')
    .replaceAll(/(?<![\p{L}\p{N}])(\p{L})\.(?=\p{L}(?![\p{L}\p{N}]))/gu, '$1')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();

const ending = new RegExp(`^(.+?) (?:${legalForms.join('|')})$`);
const joinedEnding = new RegExp(`^(?:${joinedLegalForms.join('|')}) ?(.+)|(.+?) ?(?:${joinedLegalForms.join('|')})$`);

/** A name of legal forms only keeps one. */
const withoutLegalForm = (plain: string): string => {
  let rest = plain;
  for (;;) {
    const found = ending.exec(rest) ?? joinedEnding.exec(rest);
    const before = found?.[1] ?? found?.[2];
    if (before === undefined) return rest;
    rest = before;
  }
};

/** One sign, one sign repeated, or the same few keys hit again and again: `1`, `xxxx`, `dsadsadsad`, `fsfsf`. */
const isMashed = (plain: string): boolean =>
  plain.length <= 1 ||
  /^(.)\1{3,}$/u.test(plain) ||
  /^([a-z]{2,4})\1{2,}[a-z]{0,3}$/.test(plain) ||
  /^([b-df-hj-np-tv-z]{2,3})\1+[b-df-hj-np-tv-z]{1,2}$/.test(plain);

/** People write this word in a hundred ways (`Unaffilated`, `Unafflicated`, `Unalliliated` ...). */
const isUnaffiliated = (plain: string): boolean =>
  /^(?:un|non ?|not )a?[fl]{1,3}[acefilnu]*t(?:e?d|e|ion)?$/.test(plain);

const kindOf = (plain: string): CompanyNameKind => {
  if (placeholders.has(plain) || isMashed(plain)) return 'placeholder';
  return noCompanies.has(plain) || isUnaffiliated(plain) ? 'no_company' : 'name';
};

/** Reads the name of a company, in any language; names come again and again, so answers are kept. */
export const readCompanyName: (text: string) => CompanyName = boundedMemo(20_000, (text) => {
  const plain = plainCompanyName(text);
  return { kind: kindOf(plain), plain, bare: withoutLegalForm(plain) };
});

const placeholderTexts: ReadonlySet<string> = new Set(placeholderIds);
const LONGEST_PLACEHOLDER = Math.max(...placeholderIds.map(({ length }) => length));

/** True for a text in the place of an id that is none: `n/a`, `null`, `(not set)`. */
export const isPlaceholderId = (text: string): boolean =>
  text.length <= LONGEST_PLACEHOLDER && placeholderTexts.has(text.trim().toLowerCase());
