import { type Cell, type DateGuess, guessDate } from './guess-date.ts';

/** A column of the file: its values that are not empty. */
export interface Column {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** What a column is taken for. */
export type Role =
  | 'id'
  | 'time'
  | 'type'
  | 'person.email'
  | 'person.id'
  | 'person.title'
  | 'person.name'
  | 'first name'
  | 'last name'
  | 'account.domain'
  | 'account.name'
  | 'product'
  | 'channel'
  | 'campaign'
  | 'content';

export interface GuessedColumn extends Column {
  /** null: nothing in particular, it goes into the properties */
  readonly role: Role | null;
  readonly date: DateGuess | null;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const share = (cells: readonly Cell[], fits: (text: string) => boolean): number =>
  cells.length === 0 ? 0 : cells.filter(({ text }) => fits(text)).length / cells.length;

const areUnique = ({ cells }: Column, rows: number): boolean =>
  cells.length === rows && new Set(cells.map(({ text }) => text)).size === rows;

/** What headers are called, by role; what columns hold decides first where it can. */
const NAMES: readonly (readonly [Role, RegExp])[] = [
  ['person.title', /^(job)?title$|^jobtitle|^position$|^jobfunction$/],
  ['first name', /^(first|given|fore)name$|^vorname$/],
  ['last name', /^(last|family|sur)name$|^nachname$/],
  ['person.name', /^(full|contact|person|attendee|lead)?name$/],
  ['account.name', /^(company|account|organi[sz]ation|employer|firm)(name)?$/],
  ['account.domain', /^(company|email|account)?(domain|website|web)$/],
  ['type', /^(activity|event|touch|interaction|action)?(type|kind)$|^activity$|^action$/],
  ['product', /^product(area|line|name)?$|^solution$/],
  ['channel', /^channel$/],
  ['campaign', /^(campaign|event|webinar|show|fair)(name)?$/],
  ['content', /^(content|asset|page|url|link|form|session)(name|title|url)?$/],
  ['person.id', /^(contact|lead|person|attendee|badge|user|customer)(id|number|no)$/],
];

const TIMES = /date|time|datum|when|(^|[a-z])at$|^on$/;
/** Times of the row and not of what somebody did. */
const NOT_THE_TIME = /birth|updat|modif|sync|export|import|delet|start|end|expir/;

const roleByValue = (column: Column, rows: number): Role | null => {
  if (share(column.cells, (text) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text.trim())) > 0.5) return 'person.email';
  const name = plain(column.name);
  if (/mail/.test(name) && column.cells.length > 0 && !/status|opt|subject|name|sent/.test(name)) return 'person.email';
  return /id$|uuid|guid|^key$/.test(name) &&
    areUnique(column, rows) &&
    !/^(contact|lead|person|attendee|user|customer)id$/.test(name)
    ? 'id'
    : null;
};

const isTime = ({ name, date }: GuessedColumn): boolean => date !== null && !NOT_THE_TIME.test(plain(name));

/** Tells what each column may be. Every role is given once, to the first column that has it. */
export const guessColumns = (columns: readonly Column[], rows: number): GuessedColumn[] => {
  const dated = columns.map((column): GuessedColumn => ({ ...column, role: null, date: guessDate(column.cells) }));
  const time = dated.find((one) => isTime(one) && TIMES.test(plain(one.name))) ?? dated.find(isTime);
  const given = new Set<Role>();
  return dated.map((column) => {
    const named = NAMES.find(([, names]) => names.test(plain(column.name)))?.[0] ?? null;
    const role = column === time ? 'time' : (roleByValue(column, rows) ?? named);
    if (role === null || given.has(role) || column.cells.length === 0 || (column.date && role !== 'time'))
      return column;
    given.add(role);
    return { ...column, role };
  });
};
