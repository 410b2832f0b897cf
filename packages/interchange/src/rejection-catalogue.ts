/** What a reason means for the one who sent the record and for the one who runs the system. */
export interface CatalogueEntry {
  /** HTTP status of a request that was refused for it alone */
  readonly status: number;
  /** true: the same request may succeed later, unchanged */
  readonly retryable: boolean;
  /** what it says about the record or request */
  readonly meaning: string;
  /** what the operator does */
  readonly action: string;
}

const SENT_WRONG = { status: 400, retryable: false } as const;

/** Why a single record is rejected. The rest of its batch or file goes on; the record becomes a dead letter. */
const itemReasons = {
  unreadable_json: {
    ...SENT_WRONG,
    meaning: 'the text is not JSON',
    action: 'correct the sender; a line of NDJSON is one whole JSON object',
  },
  unreadable_csv: {
    ...SENT_WRONG,
    meaning: 'a CSV row has an open or misplaced quote, or not as many cells as the header',
    action: 'correct the export: cells with commas, quotes or line breaks are quoted, quotes inside are doubled',
  },
  not_utf8: {
    ...SENT_WRONG,
    meaning: 'the bytes are not UTF-8',
    action: 'export the file as UTF-8',
  },
  line_too_long: {
    ...SENT_WRONG,
    meaning: 'a record is longer than 256 KiB',
    action: 'leave out what is not needed, mostly page or mail bodies in properties',
  },
  missing_field: {
    ...SENT_WRONG,
    meaning: 'a required field is absent or blank',
    action: 'have the sender fill the field named in the message',
  },
  wrong_type: {
    ...SENT_WRONG,
    meaning: 'a field holds another type than the format says',
    action: 'have the sender correct the field named in the message',
  },
  invalid_value: {
    ...SENT_WRONG,
    meaning: 'a field has the right type but a value the format does not allow',
    action: 'have the sender correct the field named in the message',
  },
  time_unparseable: {
    ...SENT_WRONG,
    meaning: 'a time is neither RFC 3339, nor epoch milliseconds, nor a date',
    action: 'have the sender write RFC 3339 with offset; declare the time zone of a source whose times carry none',
  },
  time_before_2000: {
    ...SENT_WRONG,
    meaning: 'a time lies before 2000-01-01T00:00:00Z',
    action: 'look for epoch seconds sent as milliseconds, or for an empty date',
  },
  received_in_future: {
    ...SENT_WRONG,
    meaning: 'an as-if-live record claims an arrival after now, which would drive the clock beyond the wall clock',
    action: 'correct `received`, or `time` where there is no `received`; check the clock of this machine',
  },
  no_person: {
    ...SENT_WRONG,
    meaning: 'a touch has neither a valid person.email, nor person.id, nor person.anonymous_id',
    action: 'have the sender add one of the three',
  },
  not_mapped: {
    ...SENT_WRONG,
    meaning: 'no rule of the source is meant for a record like this one',
    action: 'add a rule to the source file, or one that skips such records and says why; then replay',
  },
  mapping_failed: {
    ...SENT_WRONG,
    meaning: 'a rule of the source is meant for the record and cannot be applied to it',
    action: 'correct the expression that the message names in the source file; then replay',
  },
  event_invalid: {
    ...SENT_WRONG,
    meaning: 'the envelope breaks CloudEvents 1.0: an attribute is missing, empty, misnamed or of the wrong form',
    action: 'have the sender correct the attribute named in the message',
  },
  source_not_allowed: {
    status: 403,
    retryable: false,
    meaning: 'the record names a source that the key does not belong to, or one that nobody sends to without its key',
    action: 'give the sender a key of that source, or have it name its own',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** Why a whole request is refused. Nothing of it was accepted. */
const requestReasons = {
  unreadable_body: {
    ...SENT_WRONG,
    meaning: 'the body of the request is not JSON; it became one dead letter',
    action: 'correct the sender; for one object a line use content type application/x-ndjson',
  },
  empty_body: {
    ...SENT_WRONG,
    meaning: 'the request holds no record',
    action: 'nothing is lost; correct the sender if it meant to send something',
  },
  nothing_accepted: {
    ...SENT_WRONG,
    meaning: 'every record of the request was rejected, each for its own reason',
    action: 'see the reason of each result',
  },
  invalid_request: {
    ...SENT_WRONG,
    meaning: 'a query parameter or a field of a control request is not as documented',
    action: 'correct what the message names',
  },
  body_too_large: {
    status: 413,
    retryable: false,
    meaning: 'the body is larger than the configured limit',
    action: 'send smaller batches, or raise GROUNDSWELL_INTAKE_MAX_BODY_BYTES',
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    meaning: 'the content type or content encoding is not one the endpoint reads',
    action: 'send application/json or application/x-ndjson, as it is or gzipped; tools as docs/sources.md says',
  },
  unauthorized: {
    status: 401,
    retryable: false,
    meaning: 'there is no key or signature, or it is not a right one (any more)',
    action: 'compare with the source file, or its file of secrets; `groundswell source rotate-key` gives a new key',
  },
  signature_expired: {
    status: 401,
    retryable: false,
    meaning:
      'the request was signed more than five minutes ago, or in the future: it may be a recorded one, sent again',
    action: 'check the clock of this machine; the vendor signs anew when it tries again',
  },
  unknown_source: {
    status: 404,
    retryable: false,
    meaning: 'no source of this id is declared, or what it sends has another endpoint',
    action: 'put its file into GROUNDSWELL_SOURCES_DIR, or correct the URL in the tool',
  },
  clock_in_future: {
    status: 422,
    retryable: false,
    meaning: 'a tick or an activation lies after now: no clock runs ahead of the wall clock',
    action: 'correct the instant; check the clock of this machine',
  },
  policy_invalid: {
    status: 422,
    retryable: false,
    meaning: 'the policy has problems, listed in the answer',
    action: 'correct the policy; `groundswell policy check FILE` says the same before activation',
  },
  not_replayable: {
    status: 409,
    retryable: false,
    meaning: 'the dead letter cannot be replayed as it is; the message says why and what would help',
    action: 'see the message: mostly the record has to be given anew, corrected',
  },
  dead_letter_not_found: {
    status: 404,
    retryable: false,
    meaning: 'there is no dead letter with this id: retention has dropped it, or it never was',
    action: 'list what there is: `groundswell dead-letters list`',
  },
  correction_invalid: {
    status: 422,
    retryable: false,
    meaning: 'the correction says nothing, contradicts itself or one that stands, or is about something that is none',
    action: 'correct what the message names; a dry run says what a correction would do',
  },
  correction_not_found: {
    status: 404,
    retryable: false,
    meaning: 'there is no correction with this id',
    action: 'list what there is: `groundswell corrections`',
  },
  unknown_person: {
    status: 404,
    retryable: false,
    meaning: 'nobody is known by this address or id: no touch and no identification ever named it',
    action: 'check the spelling; the id of a source is written SOURCE:ID, a visitor anonymous:SOURCE:ID',
  },
  too_much_in_flight: {
    status: 429,
    retryable: true,
    meaning: 'more bytes wait for the broker than the configured bound',
    action: 'senders wait as Retry-After says; if it lasts look at the broker, then add an intake instance',
  },
  not_acknowledged: {
    status: 503,
    retryable: true,
    meaning: 'the broker did not acknowledge in time; nothing was promised, sending again is harmless',
    action: 'look at the broker; senders repeat the request',
  },
  signature_unverifiable: {
    status: 503,
    retryable: true,
    meaning:
      "the source is signed, and intake has no secret to check it by, or cannot get the vendor's public key; nothing was promised",
    action:
      'put the secret into the file of that source in GROUNDSWELL_SECRETS_DIR; for Adobe I/O let intake reach static.adobeioevents.com; the vendor sends again',
  },
  log_unreadable: {
    status: 503,
    retryable: true,
    meaning: 'the broker did not give the dead letters to read; nothing was changed',
    action: 'look at the broker; `groundswell doctor` says what is reachable',
  },
  not_found: {
    status: 404,
    retryable: false,
    meaning: 'there is no such endpoint',
    action: 'see the README for the endpoints of touch-intake',
  },
  internal_error: {
    status: 500,
    retryable: true,
    meaning: 'a defect of intake; nothing was promised',
    action: 'report it with the log lines of the request id',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** What a reason means where there is no request to answer. */
type Explanation = Pick<CatalogueEntry, 'meaning' | 'action'>;

const CORRUPT = 'find out who wrote it: only the services of the pipeline may write its topics';
const NEWER = 'bring all services to the same version, then replay';

/** Why a stage behind intake gives a record up: its dead letter carries one of these. */
const stageReasons = {
  bad_header: { meaning: 'the bytes do not begin as a record of the pipeline does', action: CORRUPT },
  unknown_schema: { meaning: 'the registry does not know the schema that the record names', action: CORRUPT },
  incompatible_schema: {
    meaning: 'the record was written with a schema that this version of the service cannot read',
    action: NEWER,
  },
  undecodable: { meaning: 'the bytes are no value of the schema that they name', action: CORRUPT },
  no_value: { meaning: 'the record is empty where it must say something', action: CORRUPT },
  unresolvable: {
    meaning: 'the resolver could not decide about the touch: who it names could not be worked out',
    action: 'see the message; put the person right and replay, or report it when nothing is wrong with the record',
  },
  unmappable: {
    meaning: 'a value of the record does not fit its column in ClickHouse',
    action: 'have the sender correct the value that the message names, and replay the corrected record',
  },
  refused_by_clickhouse: {
    meaning: 'ClickHouse refused the rows of the record, though each value fits its column',
    action: 'report it with the message; the record itself is safe in its topic',
  },
  unknown_generation: {
    meaning: 'the record belongs to another generation of topics and tables',
    action: 'have every service run with the same GROUNDSWELL_GENERATION; the record is of no use to this one',
  },
  unknown_clock_mode: { meaning: 'a control record sets a clock mode that is neither live nor replay', action: NEWER },
  unsupported_correction: {
    meaning: 'a standing correction is of a kind that this engine does not apply yet',
    action: 'nothing is lost: it stays in the log for an engine that does',
  },
  invalid_policy: {
    meaning: 'the policy of an activation record cannot be read; the one before it stays in effect',
    action: 'activate it again: `groundswell policy activate FILE` checks it first',
  },
} as const satisfies Record<string, Explanation>;

export type ItemReason = keyof typeof itemReasons;
export type RequestReason = keyof typeof requestReasons;
export type RejectionReason = ItemReason | RequestReason;

/** Every reason for which intake, or the import, refuses something: the one catalogue. */
export const rejectionCatalogue: Readonly<Record<RejectionReason, CatalogueEntry>> = Object.freeze({
  ...itemReasons,
  ...requestReasons,
});

const explanations: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  ...Object.entries(rejectionCatalogue),
  ...Object.entries(stageReasons),
]);

/** What the reason of a dead letter means and what to do, whichever stage gave it; null: of a version that knows more. */
export const explanationOf = (reason: string): Explanation | null => {
  const found = explanations.get(reason);
  return found === undefined ? null : { meaning: found.meaning, action: found.action };
};

const table = (reasons: Readonly<Record<string, CatalogueEntry>>): string =>
  Object.entries(reasons)
    .map(
      ([code, { status, retryable, meaning, action }]) =>
        `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} | ${action} |`,
    )
    .join('\n');

const HEAD = '| reason | status | retry | meaning | what the operator does |\n|---|---|---|---|---|';

/** The catalogue as the Markdown document that stands beside this package. */
export const describeCatalogue = (): string => `# Why something is refused

Generated from src/rejection-catalogue.ts; a test holds the two together.

## A single record
It becomes a dead letter with its line number or array index; the rest of the batch or file goes on.
The status is the one of a request in which nothing was accepted.

${HEAD}
${table(itemReasons)}

## A whole request

${HEAD}
${table(requestReasons)}

## A record that a later stage gives up
It had been taken, and becomes a dead letter on its way through the pipeline.

| reason | meaning | what the operator does |
|---|---|---|
${Object.entries(stageReasons)
  .map(([code, { meaning, action }]) => `| \`${code}\` | ${meaning} | ${action} |`)
  .join('\n')}
`;
