/** What a parser must be told about where a record comes from. */
export interface ParseContext {
  /** the source of records that name none */
  readonly defaultSource?: string;
  /** epoch ms, wall clock: when intake got the record */
  readonly receivedAt: number;
  /** live: intake stamps `received`; replay: an as-if-live import, which takes it from the record */
  readonly mode: 'live' | 'replay';
  /** IANA zone for times without offset */
  timeZoneOf(source: string): string;
  /** endpoint, or file and line: told to whoever asks where a record came from */
  readonly origin: string;
}
