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
    action: 'send application/json or application/x-ndjson, uncompressed',
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

export type ItemReason = keyof typeof itemReasons;
export type RequestReason = keyof typeof requestReasons;
export type RejectionReason = ItemReason | RequestReason;

/** Every reason for which intake, or the import, refuses something: the one catalogue. */
export const rejectionCatalogue: Readonly<Record<RejectionReason, CatalogueEntry>> = Object.freeze({
  ...itemReasons,
  ...requestReasons,
});

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
`;
