-- Reports of erasures: what was removed, and what ages out until when. No personal data. The dead letters that a report names
-- are emptied by the sink; their rows stay, so that the books balance.
CREATE TABLE IF NOT EXISTS erasure_report_rows
(
    `request_id` UUID COMMENT 'Request that was carried out',
    `version` UInt128 COMMENT 'Generation, then offset: the last report of a request wins',
    `correction_id` String COMMENT 'Correction that retracts the touches, and the reason of their retraction; empty: nobody was known',
    `source` LowCardinality(String) COMMENT 'System that handed the request on',
    `requested_at` DateTime64(3, 'UTC') COMMENT 'When it was asked for',
    `begun_at` DateTime64(3, 'UTC') COMMENT 'When the resolver began',
    `completed_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When every tombstone was acknowledged; null: under way',
    `identities` UInt32 COMMENT 'Identities removed',
    `people_rows` UInt32 COMMENT 'Rows of people removed',
    `evidence_rows` UInt32 COMMENT 'Rows of identity.evidence removed',
    `contact_rows` UInt32 COMMENT 'Rows of opportunity_contacts removed',
    `exclusion_rows` UInt32 COMMENT 'Rows of exclusions removed',
    `dead_letter_ids` Array(UUID) COMMENT 'Dead letters that named the person',
    `compacted_by` DateTime64(3, 'UTC') COMMENT 'When the broker has dropped what was deleted, at the latest',
    `raw_until` Nullable(DateTime64(3, 'UTC')) COMMENT 'When the last record of the person has left touches.raw, at the latest; null: never',
    `dead_letters_until` Nullable(DateTime64(3, 'UTC')) COMMENT 'The same of dead-letters',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of erasure.reports',
    `offset` UInt64 COMMENT 'Offset in erasure.reports',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY request_id
COMMENT 'Reports of erasures, physical. Query the view erasures.';

-- A part that a mutation has replaced stays on the disk for eight minutes by default, with what was deleted from it.
ALTER TABLE dead_letter_rows MODIFY SETTING old_parts_lifetime = 10, cleanup_delay_period = 5, max_cleanup_delay_period = 10;
ALTER TABLE person_rows MODIFY SETTING old_parts_lifetime = 10, cleanup_delay_period = 5, max_cleanup_delay_period = 10;
ALTER TABLE person_history_rows MODIFY SETTING old_parts_lifetime = 10, cleanup_delay_period = 5, max_cleanup_delay_period = 10;
ALTER TABLE opportunity_contact_rows MODIFY SETTING old_parts_lifetime = 10, cleanup_delay_period = 5, max_cleanup_delay_period = 10;

CREATE OR REPLACE VIEW erasures
(
    `request_id` UUID COMMENT 'Request that was carried out',
    `source` LowCardinality(String) COMMENT 'System that handed the request on',
    `requested_at` DateTime64(3, 'UTC') COMMENT 'When it was asked for',
    `begun_at` DateTime64(3, 'UTC') COMMENT 'When the resolver began',
    `completed_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When every tombstone was acknowledged; null: under way',
    `identities` UInt32 COMMENT 'Identities removed',
    `touches_retracted` UInt64 COMMENT 'Touches of the person that count no more',
    `people_rows` UInt32 COMMENT 'Rows of people removed',
    `evidence_rows` UInt32 COMMENT 'Rows of identity.evidence removed',
    `contact_rows` UInt32 COMMENT 'Rows of opportunity_contacts removed',
    `exclusion_rows` UInt32 COMMENT 'Rows of exclusions removed',
    `dead_letters` UInt64 COMMENT 'Dead letters that named the person',
    `dead_letters_left` UInt64 COMMENT 'Of them not emptied here yet',
    `compacted_by` DateTime64(3, 'UTC') COMMENT 'When the broker has dropped what was deleted, at the latest',
    `raw_until` Nullable(DateTime64(3, 'UTC')) COMMENT 'When the last record of the person has left touches.raw, at the latest; null: never',
    `dead_letters_until` Nullable(DateTime64(3, 'UTC')) COMMENT 'The same of dead-letters'
)
AS SELECT
    reports.request_id AS request_id,
    reports.source AS source,
    reports.requested_at AS requested_at,
    reports.begun_at AS begun_at,
    reports.completed_at AS completed_at,
    reports.identities AS identities,
    retracted.n AS touches_retracted,
    reports.people_rows AS people_rows,
    reports.evidence_rows AS evidence_rows,
    reports.contact_rows AS contact_rows,
    reports.exclusion_rows AS exclusion_rows,
    length(reports.dead_letter_ids) AS dead_letters,
    arrayCount(id -> has((SELECT groupUniqArray(dead_letter_id) FROM dead_letter_rows
        WHERE dead_letter_id IN (SELECT arrayJoin(dead_letter_ids) FROM erasure_report_rows) AND payload_base64 != ''), id),
        reports.dead_letter_ids) AS dead_letters_left,
    reports.compacted_by AS compacted_by,
    reports.raw_until AS raw_until,
    reports.dead_letters_until AS dead_letters_until
FROM (SELECT * FROM erasure_report_rows FINAL) AS reports
LEFT JOIN
(
    SELECT toString(state_reason) AS correction_id, count() AS n
    FROM touches
    WHERE state = 'retracted' AND state_reason IN (SELECT correction_id FROM erasure_report_rows)
    GROUP BY correction_id
) AS retracted ON retracted.correction_id = reports.correction_id AND reports.correction_id != ''
COMMENT 'Erasures of people: what was removed, and what ages out until when. Without personal data.';
