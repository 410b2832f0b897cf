import { createHash } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { AUTH_ALLOWED, authFields, authOf } from './auth.ts';
import { EXPRESSIONS, ExpressionError } from './mapping/expression.ts';
import { readsOf } from './mapping/reads.ts';
import { compileMapping, type Mapping, mappedKinds, type RuleDeclaration } from './mapping/rules.ts';
import { DEFAULT_TIME_ZONE, type Source, type SourceProblem, type SourceTest, sourceFormats } from './source.ts';
import { type LineOf, linesOf, UNDECIDED, undecidedIn } from './yaml-lines.ts';

export type ParsedSource =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

const ID_MAX_LENGTH = 200;

/** Fields of a touch that are the same for all of a source, or for all that say nothing else. */
const DEFAULTED = ['type', 'product', 'channel', 'content', 'campaign', 'direction', 'actor'] as const;

const ALLOWED: Readonly<Record<string, string>> = {
  id: `text of 1 to ${ID_MAX_LENGTH} characters without control characters or spaces around it`,
  name: 'text of 1 to 200 characters',
  go_live: 'an RFC 3339 instant with offset, such as 2026-03-01T00:00:00Z; leave it out while the source is not live',
  time_zone: 'an IANA time zone, such as Europe/Berlin; UTC when left out',
  format: `${sourceFormats.join(', ')}; touches (the interchange format) when left out`,
  ...AUTH_ALLOWED,
  defaults: `a mapping with any of ${DEFAULTED.join(', ')}`,
  rules: `a list of rules, each with perhaps name, when and each, and either skip or any of ${mappedKinds.join(', ')}`,
  'rules.*.skip': 'why such records are left out',
  'rules.*.name': 'text of 1 to 200 characters',
  'rules.*.when': 'a mapping from fields or paths to what they must be',
  'rules.*.each': 'the path of a list: the rule gives its records for every element',
  tests: 'a list of test cases, each with name, payload, and gives (a list), skipped or rejected',
  'tests.*.payload': 'a record as the tool sends it',
  'tests.*.gives': `a list, each with one of ${mappedKinds.join(', ')} and fields it must have`,
};
const FIELDS = 'id, name, go_live, time_zone, format, auth, defaults, rules, tests';

/** Offsets such as +02:00 are legal for Intl, but a source needs a place with its daylight-saving rules. */
const isIanaZone = (zone: string): boolean => {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const isCleanId = (id: string): boolean => id === id.trim() && id.isWellFormed() && !/\p{Cc}/u.test(id);

const anyFields = z.record(z.string(), z.unknown());
const shortText = z.string().trim().min(1).max(200);

const rule = z.strictObject({
  name: shortText.optional(),
  when: anyFields.optional(),
  each: z.string().optional(),
  skip: shortText.optional(),
  ...(Object.fromEntries(mappedKinds.map((kind) => [kind, anyFields.optional()])) as Record<
    (typeof mappedKinds)[number],
    z.ZodOptional<typeof anyFields>
  >),
});

const expected = z.partialRecord(z.enum(mappedKinds), anyFields);

const test = z.strictObject({
  name: shortText,
  payload: z.unknown(),
  gives: z.array(expected).optional(),
  skipped: z.literal(true).optional(),
  rejected: z.string().optional(),
});

const sourceFile = z.strictObject({
  id: z.string().min(1).max(ID_MAX_LENGTH).refine(isCleanId),
  name: shortText.optional(),
  go_live: z.iso.datetime({ offset: true }).optional(),
  time_zone: z.string().refine(isIanaZone).default(DEFAULT_TIME_ZONE),
  format: z.enum(sourceFormats).default('touches'),
  auth: authFields.optional(),
  defaults: z.partialRecord(z.enum(DEFAULTED), shortText).default({}),
  rules: z.array(rule).min(1).optional(),
  tests: z.array(test).default([]),
});

const jsonText = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const valueAt = (content: unknown, path: readonly PropertyKey[]): unknown => {
  let value = content;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
};

/** The words for a path, or for the nearest path above it that has some. */
const allowedAt = (path: readonly PropertyKey[]): string | undefined => {
  for (let length = path.length; length > 0; length -= 1) {
    const key = path
      .slice(0, length)
      .map((step) => (/^\d+$/.test(String(step)) ? '*' : String(step)))
      .join('.');
    const words = ALLOWED[key];
    if (words !== undefined) return words;
  }
  return undefined;
};

/** A file and what it holds, for problems with it. */
interface Content {
  readonly file: string;
  readonly content: unknown;
  readonly lineOf: LineOf;
}

const problemsOf = (error: z.ZodError, { content, file, lineOf }: Content): SourceProblem[] =>
  error.issues.flatMap((issue): SourceProblem[] => {
    const problem = (path: readonly PropertyKey[], allowed: string): SourceProblem => {
      // Whoever writes the key itself in place of its digest must not find it in a log.
      const value = path[0] === 'auth' && path[1] === 'keys' ? 'a value (masked)' : jsonText(valueAt(content, path));
      return { file, line: lineOf(path), path: path.map(String).join('.'), value, allowed };
    };
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => problem([...issue.path, key], allowedAt(issue.path) ?? FIELDS));
    }
    return [problem(issue.path, allowedAt(issue.path) ?? `a mapping with ${FIELDS}`)];
  });

type ReadYaml =
  | {
      readonly ok: true;
      readonly content: unknown;
      readonly lineOf: LineOf;
      readonly problems: readonly SourceProblem[];
    }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

const UNREADABLE = 'one readable YAML document';

const readYaml = (text: string, file: string): ReadYaml => {
  const counter = new LineCounter();
  const document = parseDocument(text, { logLevel: 'silent', lineCounter: counter });
  const unreadable = (message: string, line?: number): SourceProblem => ({
    file,
    ...(line === undefined ? {} : { line }),
    path: '',
    value: jsonText(message.split('\n')[0] ?? ''),
    allowed: UNREADABLE,
  });
  if (document.errors.length > 0) {
    return { ok: false, problems: document.errors.map((error) => unreadable(error.message, error.linePos?.[0].line)) };
  }
  try {
    const content: unknown = document.toJS({ maxAliasCount: 10 });
    const lineOf = linesOf(document, counter);
    const problems = undecidedIn(document).map(({ path, comment }) => {
      const allowed = comment === '' ? 'a decision of yours' : comment;
      return { file, line: lineOf(path), path: path.join('.'), value: UNDECIDED, allowed };
    });
    return { ok: true, content, lineOf, problems };
  } catch (error) {
    // Aliases that expand without end, or to nothing, show only here.
    return { ok: false, problems: [unreadable(String(error))] };
  }
};

const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

type Fields = z.infer<typeof sourceFile>;

const mappingOf = (
  fields: Fields,
  { file, lineOf }: Content,
): { mapping: Mapping | null } | { problem: SourceProblem } => {
  const { format, rules } = fields;
  if (format === 'touches') {
    if (rules === undefined) return { mapping: null };
    const allowed = `no rules with the format touches; another format (${sourceFormats.slice(1).join(', ')}) has them`;
    return { problem: { file, line: lineOf(['rules']), path: 'rules', value: jsonText(rules), allowed } };
  }
  if (rules === undefined) {
    const allowed = `rules, since records of the format ${format} are not touches; \`groundswell source new\` writes ready ones`;
    return { problem: { file, path: 'rules', value: 'nothing', allowed } };
  }
  try {
    return { mapping: compileMapping(rules as readonly RuleDeclaration[]) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const path = ['rules', ...error.path];
    const value = jsonText(valueAt(fields, path));
    const allowed = error.message || EXPRESSIONS;
    return { problem: { file, line: lineOf(path), path: path.join('.'), value, allowed } };
  }
};

/** Reads one source declaration (YAML). `fileName` only names the file in problems. Never throws for content. */
export const parseSource = (text: string, fileName: string): ParsedSource => {
  const yaml = readYaml(text, fileName);
  if (!yaml.ok) return { ok: false, problems: yaml.problems };
  const at: Content = { file: fileName, content: yaml.content, lineOf: yaml.lineOf };
  const parsed = sourceFile.safeParse(yaml.content);
  if (!parsed.success || yaml.problems.length > 0) {
    const undecided = new Set(yaml.problems.map(({ path }) => path));
    const others = parsed.success ? [] : problemsOf(parsed.error, at).filter(({ path }) => !undecided.has(path));
    return { ok: false, problems: [...yaml.problems, ...others] };
  }
  const { id, name, go_live, time_zone, format, auth, defaults, tests } = parsed.data;
  const compiled = mappingOf(parsed.data, at);
  if ('problem' in compiled) return { ok: false, problems: [compiled.problem] };
  const source: Source = {
    id,
    name: name ?? id,
    goLive: go_live === undefined ? null : Date.parse(go_live),
    timeZone: time_zone,
    format,
    version: versionOf(text),
    auth: auth === undefined ? null : authOf(auth),
    defaults: defaults as Readonly<Record<string, string>>,
    mapping: compiled.mapping,
    reads: readsOf((parsed.data.rules ?? []) as readonly RuleDeclaration[]),
    tests: tests as readonly SourceTest[],
  };
  return { ok: true, source: Object.freeze(source) };
};
