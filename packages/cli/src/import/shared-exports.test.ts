import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseSource, templatesDir } from '@groundswell/sources';
import { sharedData } from '@groundswell/test';
import { describe, expect, it } from 'vitest';
import { type DryRunReport, dryRun } from './dry-run.ts';
import { describeInput } from './input.ts';
import { hasMapping } from './map-rows.ts';

const rehearse = async (template: string, file: string): Promise<DryRunReport> => {
  const parsed = parseSource(readFileSync(new URL(`${template}.yaml`, templatesDir), 'utf8'), `${template}.yaml`);
  if (!parsed.ok || !hasMapping(parsed.source)) throw new Error(JSON.stringify(parsed));
  const path = join(sharedData() ?? '', template, file);
  const mapping = parsed.source;
  return dryRun(
    {
      file: await describeInput(path, file),
      kind: undefined,
      source: mapping.id,
      mapping,
      encoding: undefined,
      sample: 0,
      asIfLive: false,
    },
    { now: Date.UTC(2026, 0, 1), timeZoneOf: () => 'UTC', stdin: Readable.from([]) },
  );
};

const leftOut = ({ skipped }: DryRunReport): number => skipped.reduce((sum, { count }) => sum + count, 0);

/** Rows of each file, what they become, what is left out, and every rejection. */
type Expected = readonly [
  template: string,
  file: string,
  rows: number,
  taken: Readonly<Record<string, number>>,
  skipped: number,
  rejected?: readonly string[],
];

const files: readonly Expected[] = [
  ['fivetran-marketo', 'marketo_activity_send_email_data.csv', 100, { touches: 98 }, 2],
  ['fivetran-marketo', 'marketo_activity_email_delivered_data.csv', 100, { touches: 100 }, 0],
  // One row of it has quotes in a cell that is not quoted.
  ['fivetran-marketo', 'marketo_activity_email_bounced_data.csv', 100, { touches: 99 }, 0, ['unreadable_csv, line 91']],
  ['fivetran-marketo', 'marketo_activity_unsubscribe_email_data.csv', 100, { touches: 100 }, 0],
  ['fivetran-marketo', 'marketo_activity_open_email_data.csv', 100, { touches: 100 }, 0],
  ['fivetran-marketo', 'marketo_activity_click_email_data.csv', 100, { touches: 100 }, 0],
  ['fivetran-marketo', 'marketo_lead_data.csv', 100, { people: 100, identities: 100 }, 0],
  ['fivetran-marketo', 'marketo_activity_change_data_value_data.csv', 100, {}, 100],
  ['fivetran-marketo', 'marketo_activity_delete_lead_data.csv', 31, {}, 31],
  ['fivetran-marketo', 'marketo_activity_merge_leads_data.csv', 100, {}, 100],
  ['fivetran-marketo', 'marketo_campaign_data.csv', 100, { campaigns: 100 }, 0],
  ['fivetran-marketo', 'marketo_program_data.csv', 100, { campaigns: 100 }, 0],
  ['fivetran-marketo', 'marketo_email_template_history_data.csv', 100, { content: 100 }, 0],
  ['fivetran-marketo', 'marketo_lead_describe_data.csv', 100, {}, 100],
  ['fivetran-hubspot', 'email_event_data.csv', 100, { touches: 97 }, 3],
  ['fivetran-hubspot', 'email_campaign_data.csv', 100, { campaigns: 100, content: 100 }, 0],
  ['fivetran-hubspot', 'contact_form_submission_data.csv', 5, { touches: 5 }, 0],
  ['fivetran-hubspot', 'contact_data.csv', 22, { people: 22, identities: 22 }, 0],
  ['fivetran-hubspot', 'company_data.csv', 24, { accounts: 24 }, 0],
  ['fivetran-hubspot', 'deal_data.csv', 44, {}, 44],
  ['fivetran-hubspot', 'deal_stage_data.csv', 14, { opportunity_stages: 14 }, 0],
  ['fivetran-hubspot', 'deal_contact_data.csv', 11, { opportunity_contacts: 11 }, 0],
  ['fivetran-hubspot', 'deal_company_data.csv', 2, {}, 2],
  ['fivetran-hubspot', 'email_event_click_data.csv', 100, {}, 100],
  ['fivetran-hubspot', 'contact_merge_audit_data.csv', 4, { identities: 4 }, 0],
];

const cases = files.map((expected) => ({ file: expected[1], expected }));

describe('the ready mapping of real exports', () => {
  it.runIf(sharedData() !== null).each(cases)('takes $file', async ({ expected }) => {
    const [template, file, rows, taken, skipped, rejected = []] = expected;
    const report = await rehearse(template, file);
    expect(report.problems.map(({ reason, lines }) => `${reason}, line ${lines}`)).toEqual(rejected);
    expect({ rows: report.rows, taken: report.taken, skipped: leftOut(report) }).toEqual({ rows, taken, skipped });
  });
});
