import { touchTypes } from '@groundswell/interchange';
import { UNDECIDED } from '@groundswell/sources';
import type { GuessedColumn, Role } from './guess-columns.ts';

export interface ProposalOptions {
  readonly id: string;
  /** of the CSV file, as it was given */
  readonly file: string;
  /** of the source file, as it is shown */
  readonly sourceFile: string;
  readonly timeZone: string | undefined;
  readonly rows: number;
}

/** Names and cells come from outside: a line break in one must not end a comment. */
const onOneLine = (line: string): string => line.replaceAll(/[\r\n\u2028\u2029\u0085]+/g, ' ');

const isSimple = (name: string): boolean => /^[A-Za-z0-9_-]+$/.test(name);

/** A text as YAML takes it anywhere. */
const scalar = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9_./@-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);

/** The path of a column. */
const path = (name: string): string => {
  if (isSimple(name)) return `$.${name}`;
  return JSON.stringify(name.includes("'") ? `$["${name}"]` : `$['${name}']`);
};

const TYPES_SHOWN = 'event_attend, webinar_attend, form_fill, content_download, meeting_held, page_view …';

const timeLine = (column: GuessedColumn | undefined): string => {
  if (!column?.date)
    return `time: ${UNDECIDED} # no column looks like a date: put the column that says when it happened, as $.Column`;
  const { formats, epochSeconds, because, misfits, misfitCount } = column.date;
  if (epochSeconds) return `time: { from: ${path(column.name)}, epoch: s }`;
  const [first, second] = formats;
  const odd =
    misfitCount === 0
      ? ''
      : `; ${misfitCount} not written so, as line ${misfits[0]?.line}: ${JSON.stringify(misfits[0]?.text)}`;
  if (first === undefined) return `time: ${path(column.name)}${odd && ` # ${odd.slice(2)}`}`;
  if (second !== undefined) {
    return `time: { from: ${path(column.name)}, date: ${UNDECIDED} } # ${first} or ${second}: no value shows which; line ${column.cells[0]?.line} has ${column.cells[0]?.text}${odd}`;
  }
  const shown = because ? `by line ${because.line}: ${because.text}` : '';
  const comment = [shown, odd.slice(2)].filter((part) => part !== '').join('; ');
  return `time: { from: ${path(column.name)}, date: ${scalar(first)} }${comment && ` # ${comment}`}`;
};

const MAX_TYPES = 30;

const typeLines = (column: GuessedColumn | undefined): string[] => {
  if (!column) return [`type: ${UNDECIDED} # what happened in every row: ${TYPES_SHOWN}`];
  const values = [...new Set(column.cells.map(({ text }) => text.trim()))];
  if (values.every((value) => Object.hasOwn(touchTypes, value))) return [`type: ${path(column.name)}`];
  if (values.length > MAX_TYPES) {
    return [
      `type: ${UNDECIDED} # ${column.name} has ${values.length} values: map them with { from: ${path(column.name)}, map: { … } }, or say one type`,
    ];
  }
  const known = (value: string): string =>
    Object.hasOwn(touchTypes, value) ? value : `${UNDECIDED} # a type: ${TYPES_SHOWN}`;
  return [
    'type:',
    `  from: ${path(column.name)}`,
    '  map:',
    ...values.map((value) => `    ${scalar(value)}: ${known(value)}`),
  ];
};

const PLAIN: readonly Role[] = [
  'person.id',
  'person.title',
  'person.name',
  'account.domain',
  'account.name',
  'product',
  'channel',
  'campaign',
  'content',
];

const touchLines = (columns: readonly GuessedColumn[]): string[] => {
  const of = (role: Role): GuessedColumn | undefined => columns.find((column) => column.role === role);
  const [id, email, person] = [of('id'), of('person.email'), of('person.id')];
  const lines = id
    ? [`id: ${path(id.name)}`]
    : [
        '# No column tells every row apart: rows are told apart by time, type, person, content and campaign,',
        '# so that the same file twice adds nothing.',
      ];
  lines.push(timeLine(of('time')), ...typeLines(of('type')));
  if (email) lines.push(`person.email: ${path(email.name)}`);
  else if (!person) {
    lines.push(
      `person.email: ${UNDECIDED} # no column says who it was: export the e-mail address too (or an id, for person.id)`,
    );
  }
  for (const role of PLAIN) {
    const column = of(role);
    if (column) lines.push(`${role}: ${path(column.name)}`);
  }
  const [first, last] = [of('first name'), of('last name')];
  if (first && last && !of('person.name')) {
    const places = [first, last].map(({ name }) => `{${isSimple(name) ? `$.${name}` : `$['${name}']`}}`);
    lines.push(`person.name: { template: ${JSON.stringify(places.join(' '))} }`);
  }
  for (const { name, role, cells } of columns) {
    const isUsed = role !== null && !(role.endsWith(' name') && !(first && last));
    if (!isUsed && cells.length > 0 && name !== '__proto__')
      lines.push(`${scalar(`properties.${name}`)}: ${path(name)}`);
  }
  return lines;
};

/** The first row without anybody's data in it: source files are kept with code. */
const testLines = (columns: readonly GuessedColumn[], { file }: ProposalOptions): string[] => {
  const email = columns.find(({ role }) => role === 'person.email');
  const line = Math.min(...columns.flatMap(({ cells }) => cells.slice(0, 1).map((cell) => cell.line)));
  const invented: Partial<Record<Role, string>> = {
    'person.email': 'ann@acme.example',
    'person.name': 'Ann Example',
    'first name': 'Ann',
    'last name': 'Example',
    'account.name': 'Acme',
    'account.domain': 'acme.example',
    'person.id': 'p-1',
    id: 'row-1',
  };
  const payload = columns.flatMap(({ name, role, cells }) => {
    const cell = cells.find((one) => one.line === line);
    if (!cell || (role === null && cell.text.includes('@'))) return [];
    return [`      ${scalar(name)}: ${JSON.stringify((role && invented[role]) ?? cell.text)}`];
  });
  const gives = email ? '{ person.email: ann@acme.example }' : '{}';
  return [
    'tests:',
    `  - name: ${scalar(`the first row of ${file}, with invented names`)}`,
    '    payload:',
    ...payload,
    '    gives:',
    `      - touch: ${gives}`,
  ];
};

/** A rule for rows that name nobody, to be taken into use by whoever wants it. */
const nobodyLines = (columns: readonly GuessedColumn[], rows: number): string[] => {
  const email = columns.find(({ role }) => role === 'person.email');
  if (!email || email.cells.length === rows) return [];
  return [
    `  # ${rows - email.cells.length} of ${rows} rows have no ${email.name} and would be rejected. To leave them out instead:`,
    `  # - when: { ${scalar(email.name)}: { exists: false } }`,
    '  #   skip: nobody is named',
  ];
};

/** The text of a source file for a CSV file: what can be seen in it is proposed, what cannot is left to be decided. */
export const proposeSource = (columns: readonly GuessedColumn[], options: ProposalOptions): string => {
  const { id, file, sourceFile, timeZone, rows } = options;
  const time = columns.find(({ role }) => role === 'time');
  const zone =
    timeZone ??
    (time?.date?.hasOffset
      ? 'UTC'
      : `${UNDECIDED} # the zone of the clock that the times were read from, such as Europe/Berlin or America/New_York; UTC if they are in UTC`);
  return [
    `# A proposal for ${file}, made by looking at it. Where it says ${UNDECIDED} only you can know:`,
    '# put your decision in its place. What is left to decide, and what the rows become:',
    `#   groundswell source check ${sourceFile}`,
    `#   groundswell import ${file} --source ${sourceFile} --dry-run`,
    '# Are the rows accounts or people? Then write account: or person: in the place of touch:, with their fields.',
    `id: ${scalar(id)}`,
    '# go_live: 2026-03-01T00:00:00Z     # what was received before it never routes; leave it out for a back-fill',
    `time_zone: ${zone}`,
    'format: csv',
    '# defaults:',
    '#   channel: event     # web, email, event, sales, ads, partner, product, review, social, community',
    'rules:',
    ...nobodyLines(columns, rows),
    '  - name: rows',
    '    touch:',
    ...touchLines(columns).map((line) => `      ${line}`),
    ...testLines(columns, options),
    '',
  ]
    .map(onOneLine)
    .join('\n');
};
