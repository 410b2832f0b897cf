import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** A click in a mail out of an automation tool's export. */
export interface MarketoClick {
  readonly id: string;
  readonly lead: string;
  /** as exported: `2020-04-28 16:38:08.000` */
  readonly time: string;
  readonly link: string;
  /** one mail, sent once */
  readonly send: string;
  /** empty: none was recorded */
  readonly userAgent: string;
}

/** The clicks of the export, in the order they were made. */
export const marketoClicks = (dataFolder: string): MarketoClick[] => {
  const file = join(dataFolder, 'fivetran-marketo', 'marketo_activity_click_email_data.csv');
  const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true, bom: true });
  const clicks = rows.map((row) => ({
    id: row['id'] ?? '',
    lead: row['lead_id'] ?? '',
    time: row['activity_date'] ?? '',
    link: row['link'] ?? '',
    send: `${row['campaign_id']}-${row['campaign_run_id']}`,
    userAgent: row['user_agent'] ?? '',
  }));
  return clicks.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : Number(a.id) - Number(b.id)));
};

/** The account that a lead gets: the export names none. */
export const accountOfLead = (lead: string): string => `lead-${lead}.example`;

/** The click in the interchange format, received as it happened. */
export const clickTouch = (click: MarketoClick): Record<string, unknown> => {
  const time = click.time.replace(' ', 'T').replace(/\.000$/, 'Z');
  return {
    id: click.id,
    time,
    received: time,
    type: 'email_click',
    source: 'marketo',
    'person.email': `lead@${accountOfLead(click.lead)}`,
    channel: 'email',
    content: click.link,
    send_id: click.send,
    ...(click.userAgent === '' ? {} : { 'properties.user_agent': click.userAgent }),
  };
};
