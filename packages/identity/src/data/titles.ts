/** Raise it with every change of the tables: title-seniorities.ts, title-works.ts, title-business-works.ts. */
export const TITLES_VERSION = 2;

export type Role = 'economic_buyer' | 'technical' | 'finance' | 'legal' | 'procurement' | 'user';

export type Seniority = 'c_level' | 'vp' | 'director' | 'head' | 'manager' | 'senior' | 'individual' | 'junior';

/** Kind of work a title names; the role follows from it and from the seniority. */
export type Work = 'general_management' | 'technical' | 'finance' | 'legal' | 'procurement' | 'business';

/**
 * Phrases of whole words, lower case, without accents and punctuation, as titles are read; commas between them. They
 * stand under their language for the reader's sake: a title does not say in which it is written, so all are looked for.
 * In each table the first row with a phrase in the title decides, so what is more special stands first; a value may
 * have several rows. `*` stands for the rest of a word, `+` for a rest that is not empty (German and Dutch
 * compounds), `~` for any words between, and a phrase that begins with `=` is the whole title.
 */
export interface PhraseRow<Value> {
  readonly value: Value;
  readonly phrases: Readonly<Partial<Record<TitleLanguage, string>>>;
}

export type TitleLanguage = 'en' | 'de' | 'fr' | 'es' | 'it' | 'pt' | 'nl';
