import { parseDocument } from 'yaml';
import { z } from 'zod';

/** A system touches come from, as declared by its owner. */
export interface Source {
  readonly id: string;
  /** for people; the id when the file gives none */
  readonly name: string;
  /** epoch ms; what was received before it never routes. null: never live, so nothing of it routes */
  readonly goLive: number | null;
  /** IANA name; gives an offset to dates and times that carry none */
  readonly timeZone: string;
}

/** One thing wrong in a source file: where, what stands there, and what may stand there. */
export interface SourceProblem {
  readonly file: string;
  /** field, or '' for the file as a whole */
  readonly path: string;
  /** JSON text of what was found; 'nothing' when it is missing */
  readonly value: string;
  readonly allowed: string;
}

export type ParsedSource =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** A time zone that nobody declared: what the interchange format falls back to. */
export const DEFAULT_TIME_ZONE = 'UTC';
const ID_MAX_LENGTH = 200;

const ALLOWED = {
  id: `text of 1 to ${ID_MAX_LENGTH} characters without control characters or spaces around it`,
  name: 'text of 1 to 200 characters',
  go_live: 'an RFC 3339 instant with offset, such as 2026-03-01T00:00:00Z; leave it out while the source is not live',
  time_zone: 'an IANA time zone, such as Europe/Berlin; UTC when left out',
} as const;
const FIELDS = Object.keys(ALLOWED).join(', ');

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

const sourceFile = z.strictObject({
  id: z.string().min(1).max(ID_MAX_LENGTH).refine(isCleanId),
  name: z.string().trim().min(1).max(200).optional(),
  go_live: z.iso.datetime({ offset: true }).optional(),
  time_zone: z.string().refine(isIanaZone).default(DEFAULT_TIME_ZONE),
});

const isField = (name: string): name is keyof typeof ALLOWED => Object.hasOwn(ALLOWED, name);

const jsonText = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const valueAt = (content: unknown, field: string): unknown =>
  typeof content === 'object' && content !== null
    ? Object.entries(content).find(([key]) => key === field)?.[1]
    : content;

const problemsOf = (error: z.ZodError, content: unknown, file: string): SourceProblem[] =>
  error.issues.flatMap((issue): SourceProblem[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((path) => ({ file, path, value: jsonText(valueAt(content, path)), allowed: FIELDS }));
    const path = String(issue.path[0] ?? '');
    if (!isField(path)) return [{ file, path: '', value: jsonText(content), allowed: `a mapping with ${FIELDS}` }];
    return [{ file, path, value: jsonText(valueAt(content, path)), allowed: ALLOWED[path] }];
  });

const readYaml = (text: string): { ok: true; content: unknown } | { ok: false; errors: string[] } => {
  const document = parseDocument(text, { logLevel: 'silent' });
  const firstLine = (message: string): string => jsonText(message.split('\n')[0] ?? '');
  if (document.errors.length > 0)
    return { ok: false, errors: document.errors.map(({ message }) => firstLine(message)) };
  try {
    return { ok: true, content: document.toJS({ maxAliasCount: 10 }) };
  } catch (error) {
    // Aliases that expand without end, or to nothing, show only here.
    return { ok: false, errors: [firstLine(String(error))] };
  }
};

/**
 * Reads one source declaration (YAML: id, name?, go_live?, time_zone?).
 * `fileName` only names the file in problems. Never throws for content.
 */
export const parseSource = (text: string, fileName: string): ParsedSource => {
  const yaml = readYaml(text);
  if (!yaml.ok) {
    const allowed = 'one readable YAML document';
    return { ok: false, problems: yaml.errors.map((value) => ({ file: fileName, path: '', value, allowed })) };
  }
  const { content } = yaml;
  const parsed = sourceFile.safeParse(content);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error, content, fileName) };
  const { id, name, go_live, time_zone } = parsed.data;
  const goLive = go_live === undefined ? null : Date.parse(go_live);
  return { ok: true, source: Object.freeze({ id, name: name ?? id, goLive, timeZone: time_zone }) };
};

/** One line for a person: file, path, value, what is allowed. */
export const describeProblem = ({ file, path, value, allowed }: SourceProblem): string =>
  `${file}: ${path === '' ? '' : `${path}: `}found ${value}; allowed: ${allowed}`;
