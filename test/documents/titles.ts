import { identityDataVersions } from '@groundswell/identity';
import { type Accuracy, type Agreement, measureAccuracy, missesOf } from '../titles/accuracy.ts';
import type { ReadTitle } from '../titles/labelled-titles.ts';
import { type Column, plain, table } from './markdown.ts';

const share = ({ titles }: Accuracy, { right }: Agreement): string => `${((100 * right) / titles).toFixed(1)} %`;
const missed = ({ unsaid, wrong }: Agreement): string => `${unsaid} + ${wrong}`;

const accuracyColumns: readonly Column<Accuracy>[] = [
  { title: 'titles of', cell: ({ origin }) => origin },
  { title: 'split', cell: ({ split }) => split },
  { title: 'language', cell: ({ language }) => language },
  { title: 'titles', cell: ({ titles }) => String(titles) },
  { title: 'role right', cell: (row) => share(row, row.role) },
  { title: 'nothing said + wrong', cell: ({ role }) => missed(role) },
  { title: 'seniority right', cell: (row) => share(row, row.seniority) },
  { title: 'nothing said + wrong', cell: ({ seniority }) => missed(seniority) },
];

const reading = ({ role, seniority }: Pick<ReadTitle, 'role' | 'seniority'>): string =>
  `${role || 'nothing'}, ${seniority || 'nothing'}`;

const missColumns: readonly Column<ReadTitle>[] = [
  { title: 'title of', cell: ({ origin }) => origin },
  { title: 'split', cell: ({ split }) => split },
  { title: 'language', cell: ({ language }) => language },
  { title: 'title', cell: ({ title }) => plain(title) },
  { title: 'expected role, seniority', cell: reading },
  { title: 'answered', cell: ({ answer }) => reading(answer) },
];

interface Meaning {
  readonly value: string;
  readonly meaning: string;
}

const meaningColumns = (title: string): readonly Column<Meaning>[] => [
  { title, cell: ({ value }) => `\`${value}\`` },
  { title: 'whose', cell: ({ meaning }) => meaning },
];

const roleMeanings: readonly Meaning[] = [
  {
    value: 'economic_buyer',
    meaning:
      'who decides on money: management of the whole, owners, boards; business as director or above; finance as head or above',
  },
  {
    value: 'technical',
    meaning: 'IT, data, security, engineering, construction, maintenance, research, at any rank',
  },
  { value: 'finance', meaning: 'accounting, controlling, treasury, tax, below head' },
  { value: 'legal', meaning: 'law, contracts, compliance, data protection, at any rank' },
  { value: 'procurement', meaning: 'buying, sourcing, supplies, at any rank' },
  { value: 'user', meaning: 'every other kind of work, below director; and assistants of whomever' },
];

const seniorityMeanings: readonly Meaning[] = [
  {
    value: 'c_level',
    meaning: 'chief officers, managing directors, owners, founders, partners, boards, general counsel',
  },
  { value: 'vp', meaning: 'vice presidents and heads of a division (Bereichsleiter)' },
  { value: 'director', meaning: 'directors, of a site or a country too; authorised signatories (Prokurist)' },
  { value: 'head', meaning: 'leads a department; deputies count as whom they stand in for' },
  { value: 'manager', meaning: 'leads a team, a project, a product or a shift, or is called manager' },
  { value: 'senior', meaning: 'more experience than colleagues, leads nobody: senior, principal, architect' },
  {
    value: 'individual',
    meaning:
      'leads nobody, managers of customers, of a community or of an office among them; the rank of a title that names work only',
  },
  { value: 'junior', meaning: 'learns: trainees, students, apprentices, juniors' },
];

/** docs/titles.md: what titles are read for, how right that is, and every title of the list that is read wrong. */
export const writeTitles = (titles: readonly ReadTitle[]): string => {
  const misses = missesOf(titles);
  return [
    '# Job titles: role and seniority',
    '',
    '<!-- Generated from test/titles/labelled-titles.csv and the tables of packages/identity/src/data: pnpm documents -->',
    '',
    `A title says which part somebody has in a purchase (role) and how much they have to say (seniority). Tables of phrases are read for it (\`packages/identity/src/data/title-seniorities.ts\`, \`title-works.ts\`; version ${identityDataVersions.titles}): the rank, the kind of work, and from both the role. A title does not say in which language it is written, so phrases of all languages are looked for. What no phrase is found for stays empty: a title that says nothing adds no role to an account.`,
    '',
    table(meaningColumns('role'), roleMeanings),
    '',
    table(meaningColumns('seniority'), seniorityMeanings),
    '',
    '`champion` is no role of a title, deliberately: that somebody carries our case inside the account shows in what they do, and any title may hide one. Roles that a CRM gives contacts of an opportunity stay what they are there.',
    '',
    '## How it is measured',
    '',
    `\`test/titles/labelled-titles.csv\` holds ${titles.length} titles as they stand in a CRM: abbreviated, with slashes, both genders, departments before and after the rank, and some that say nothing. Each was labelled by what it means, before the tables were asked.`,
    '',
    '- `own` titles were written for this list, by whom the tables are from. Within each language rows alternate between `tune` and `held_out`.',
    '- Titles of `others` are from contact data, choice lists and staff lists of public projects; one batch is `tune`, a later one from other lists is `held_out`.',
    '',
    'Whoever changes the tables may look at the misses of `tune` only: then `held_out` says what the tables are worth on titles they were not made for. Of the two, the titles of others are the harder and the more honest test, since whoever writes a list has the words of the tables in mind. It is not perfect either: the hand that labelled it extended the tables afterwards, from the misses of `tune` and from the words of further public lists. Neither list is your CRM: titles there repeat, and the common ones are read best. Add titles of your own to the CSV and run `pnpm documents` to see.',
    '',
    '## Accuracy',
    '',
    'Titles whose answer is not the label are those for which nothing was said and those that were read wrong: the first cost breadth, the second mislead.',
    '',
    table(accuracyColumns, measureAccuracy(titles)),
    '',
    '## Misses',
    '',
    misses.length > 0 ? table(missColumns, misses) : 'None.',
    '',
  ].join('\n');
};
