-- ReplacingMergeTree, sorted by id: two stages that reject the same record make the same id, and the books need it once.
-- The record itself and what may quote it are personal data and go after 30 days by column TTL, counted from the broker's
-- stamp (an import carries old received stamps); the row stays, so that the books still balance. Bytes are kept as base64,
-- since they need not be text.
CREATE TABLE IF NOT EXISTS dead_letter_rows
(
    `dead_letter_id` UUID COMMENT 'Identity: made from where the record came from',
    `version` UInt128 COMMENT 'Generation, then offset: decides between rows of one id',
    `stage` LowCardinality(String) COMMENT 'Service that rejected it',
    `reason` LowCardinality(String) COMMENT 'Reason code of the error catalogue',
    `message` String COMMENT 'What was wrong, for people; empty after 30 days' TTL toDateTime(appended_at) + INTERVAL 30 DAY,
    `source` LowCardinality(String) COMMENT 'System it came from; empty when unknown',
    `accepted` Bool COMMENT 'It had been accepted, so it stands in the books',
    `origin_topic` LowCardinality(String) COMMENT 'Topic the record was read from, without namespace; empty when it never reached one',
    `origin_partition` Nullable(UInt16) COMMENT 'Its partition there',
    `origin_offset` Nullable(UInt64) COMMENT 'Its offset there',
    `origin` String COMMENT 'Endpoint or file, with line number or array index',
    `payload_base64` String COMMENT 'The record as it came, cut at 256 KiB, base64; empty after 30 days' CODEC(ZSTD(3)) TTL toDateTime(appended_at) + INTERVAL 30 DAY,
    `record_key_base64` String COMMENT 'Its key, base64; empty after 30 days' TTL toDateTime(appended_at) + INTERVAL 30 DAY,
    `headers` Map(String, String) COMMENT 'Its headers; empty after 30 days' TTL toDateTime(appended_at) + INTERVAL 30 DAY,
    `received` DateTime64(3, 'UTC') COMMENT 'When it was received',
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended the dead letter',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of dead-letters',
    `offset` UInt64 COMMENT 'Offset in dead-letters',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY dead_letter_id
COMMENT 'Dead letters, physical. Query the view dead_letters.';

CREATE OR REPLACE VIEW dead_letters
(
    `dead_letter_id` UUID COMMENT 'Identity: made from where the record came from',
    `stage` LowCardinality(String) COMMENT 'Service that rejected it',
    `reason` LowCardinality(String) COMMENT 'Reason code of the error catalogue',
    `message` String COMMENT 'What was wrong, for people; empty after 30 days',
    `source` LowCardinality(String) COMMENT 'System it came from; empty when unknown',
    `accepted` Bool COMMENT 'It had been accepted, so it stands in the books',
    `origin_topic` LowCardinality(String) COMMENT 'Topic the record was read from, without namespace; empty when it never reached one',
    `origin_partition` Nullable(UInt16) COMMENT 'Its partition there',
    `origin_offset` Nullable(UInt64) COMMENT 'Its offset there',
    `origin` String COMMENT 'Endpoint or file, with line number or array index',
    `payload` String COMMENT 'The record as it came, cut at 256 KiB: personal data; empty after 30 days',
    `record_key` String COMMENT 'Its key; empty after 30 days',
    `headers` Map(String, String) COMMENT 'Its headers; empty after 30 days',
    `received` DateTime64(3, 'UTC') COMMENT 'When it was received',
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended the dead letter',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of dead-letters',
    `offset` UInt64 COMMENT 'Offset in dead-letters',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    dead_letter_id, stage, reason, message, source, accepted, origin_topic, origin_partition, origin_offset, origin,
    base64Decode(payload_base64) AS payload, base64Decode(record_key_base64) AS record_key, headers, received, appended_at,
    generation, partition, offset, ingested_at
FROM dead_letter_rows FINAL
COMMENT 'What could not be processed, as it came, and why; once.';
