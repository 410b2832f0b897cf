-- What a CRM says about opportunities beside their last state. The same engine and key as account_rows, for the same reasons.
-- Ids of people are identities: they are hashed, and so is the key, which may hold one.
CREATE TABLE IF NOT EXISTS opportunity_contact_rows
(
    `record_key` String COMMENT 'SHA-256 of the record''s key (source and id), hex',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `opportunity_id` String COMMENT 'Id of the opportunity in its source',
    `person_hash` String COMMENT 'SHA-256 of source and id of the person, hex: the same person has the same one, who stays opaque',
    `role` LowCardinality(String) COMMENT 'Role in the opportunity, in the words of the CRM',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of opportunity_contacts',
    `offset` UInt64 COMMENT 'Offset in opportunity_contacts',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Contact roles of opportunities, physical. Query the view opportunity_contacts.';

CREATE OR REPLACE VIEW opportunity_contacts
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `opportunity_id` String COMMENT 'Id of the opportunity in its source',
    `person_hash` String COMMENT 'SHA-256 of source and id of the person, hex: the same person has the same one, who stays opaque',
    `role` LowCardinality(String) COMMENT 'Role in the opportunity, in the words of the CRM',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT source, valid_from, opportunity_id, person_hash, role, received, ingested_at
FROM opportunity_contact_rows FINAL
COMMENT 'Who takes part in which opportunity, as last stated, one row per source and id.';

-- Every arrival of an opportunity at a stage; opportunity_rows has the last one only.
CREATE TABLE IF NOT EXISTS opportunity_stage_rows
(
    `record_key` String COMMENT 'Key of the record: source and id',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the row in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `opportunity_id` String COMMENT 'Id of the opportunity in its source',
    `stage` LowCardinality(String) COMMENT 'Stage that was reached, in the words of the CRM',
    `stage_at` DateTime64(3, 'UTC') COMMENT 'When it was reached',
    `amount` Nullable(Float64) COMMENT 'Amount at that time, in its currency',
    `currency` LowCardinality(String) COMMENT 'Currency of the amount',
    `close_expected_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was expected to close, at that time',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of opportunity_stages',
    `offset` UInt64 COMMENT 'Offset in opportunity_stages',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'History of opportunities, physical. Query the view opportunity_stages.';

CREATE OR REPLACE VIEW opportunity_stages
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the row in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `opportunity_id` String COMMENT 'Id of the opportunity in its source',
    `stage` LowCardinality(String) COMMENT 'Stage that was reached, in the words of the CRM',
    `stage_at` DateTime64(3, 'UTC') COMMENT 'When it was reached',
    `amount` Nullable(Float64) COMMENT 'Amount at that time, in its currency',
    `currency` LowCardinality(String) COMMENT 'Currency of the amount',
    `close_expected_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was expected to close, at that time',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT source, id, valid_from, opportunity_id, stage, stage_at, amount, currency, close_expected_at, received, ingested_at
FROM opportunity_stage_rows FINAL
COMMENT 'Opportunities arriving at a stage, one row per source and id.';
