-- ReplacingMergeTree, sorted by account, then time: the questions are "this account, this period". A retraction or a move
-- carries account and effective time, so its row has the same key as the assertion it ends and replaces it. The version is
-- revision * 2 + (1 for an assertion): the highest revision wins, and a touch that is moved within one account stays.
-- Partitioned by month of the effective time, which is part of the key: FINAL never looks across partitions, and a
-- window question reads the months it needs.
CREATE TABLE IF NOT EXISTS touch_state
(
    `account_id` String COMMENT 'Account the touch belongs to; empty while unresolved' CODEC(ZSTD(1)),
    `effective_time` DateTime64(3, 'UTC') COMMENT 'Where the touch sits in windows: the earlier of time and received' CODEC(Delta, ZSTD(1)),
    `touch_id` UUID COMMENT 'Identity of the touch: made from source and id' CODEC(ZSTD(1)),
    `version` UInt64 COMMENT 'revision * 2 + (1 when asserted): decides between rows of one key' CODEC(ZSTD(1)),
    `revision` UInt32 COMMENT 'Revision of the touch, from 1; the highest wins' CODEC(ZSTD(1)),
    `state` LowCardinality(String) COMMENT 'asserted, retracted or moved (left this account)',
    `state_reason` LowCardinality(String) COMMENT 'Why it was retracted or moved; empty when asserted',
    `moved_to` String COMMENT 'Account a moved touch went to; else empty' CODEC(ZSTD(1)),
    `account_rule` LowCardinality(String) COMMENT 'Rule that decided the account: explicit_id, explicit_domain, email_domain, none',
    `account_evidence` String COMMENT 'What the rule decided on: a domain, free_mail, no_domain' CODEC(ZSTD(1)),
    `person_id` UUID COMMENT 'Opaque person; all zero when retracted or moved' CODEC(ZSTD(1)),
    `person_kind` LowCardinality(String) COMMENT 'email, source_id, shared_mailbox or anonymous',
    `role` LowCardinality(String) COMMENT 'Buying role as of the touch; empty when unknown',
    `seniority` LowCardinality(String) COMMENT 'Seniority as of the touch; empty when unknown',
    `time` DateTime64(3, 'UTC') COMMENT 'When it happened, as claimed' CODEC(Delta, ZSTD(1)),
    `time_precision` LowCardinality(String) COMMENT 'millisecond, second or day',
    `clock_skew` Bool COMMENT 'Claimed to have happened after it was received' CODEC(ZSTD(1)),
    `received` DateTime64(3, 'UTC') COMMENT 'When it arrived' CODEC(Delta, ZSTD(1)),
    `accepted_at` DateTime64(3, 'UTC') COMMENT 'Broker time at which intake had it acknowledged; 1970 when retracted or moved' CODEC(Delta, ZSTD(1)),
    `type` LowCardinality(String) COMMENT 'Touch type of the taxonomy; empty when retracted or moved',
    `source` LowCardinality(String) COMMENT 'System it came from',
    `product` LowCardinality(String) COMMENT 'Product area; empty when none was given',
    `channel` LowCardinality(String) COMMENT 'web, email, event, sales ...; empty when none was given',
    `content` String COMMENT 'Asset id or URL' CODEC(ZSTD(1)),
    `campaign` LowCardinality(String) COMMENT 'Campaign',
    `send_id` String COMMENT 'The send of ours that caused it' CODEC(ZSTD(1)),
    `direction` LowCardinality(String) COMMENT 'theirs or ours',
    `actor` LowCardinality(String) COMMENT 'Who on our side: rep, presales, support, partner',
    `disposition` LowCardinality(String) COMMENT 'What was decided before any policy: candidate, ours, negative, bot, excluded, anonymous, unresolved; only candidates can count',
    `disposition_reason` LowCardinality(String) COMMENT 'Why that disposition',
    `raw_partition` UInt16 COMMENT 'Partition of touches.raw it was resolved from' CODEC(ZSTD(1)),
    `raw_offset` UInt64 COMMENT 'Offset in touches.raw it was resolved from' CODEC(Delta, ZSTD(1)),
    `generation` UInt16 COMMENT 'Generation of topics and tables' CODEC(ZSTD(1)),
    `partition` UInt16 COMMENT 'Partition of touches the row was read from' CODEC(ZSTD(1)),
    `offset` UInt64 COMMENT 'Offset in touches the row was read from' CODEC(Delta, ZSTD(1)),
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row' CODEC(Delta, ZSTD(1)),
    INDEX corrected_touches revision TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(effective_time)
ORDER BY (account_id, effective_time, touch_id)
COMMENT 'State of each touch per account and time, physical. Query the view touches.';

-- A touch with several revisions may stand under several keys (the account it left, the account it is at; the two rows come
-- from two partitions in any order): of those only the highest version is its state. Corrections are few, and the index on
-- revision finds them without reading the rest.
CREATE OR REPLACE VIEW touches
(
    `touch_id` UUID COMMENT 'Identity of the touch: made from source and id',
    `account_id` String COMMENT 'Account the touch belongs to; empty while unresolved',
    `account_rule` LowCardinality(String) COMMENT 'Rule that decided the account: explicit_id, explicit_domain, email_domain, none',
    `account_evidence` String COMMENT 'What the rule decided on: a domain, free_mail, no_domain',
    `person_id` UUID COMMENT 'Opaque person; all zero when retracted or moved',
    `person_kind` LowCardinality(String) COMMENT 'email, source_id, shared_mailbox or anonymous',
    `role` LowCardinality(String) COMMENT 'Buying role as of the touch; empty when unknown',
    `seniority` LowCardinality(String) COMMENT 'Seniority as of the touch; empty when unknown',
    `time` DateTime64(3, 'UTC') COMMENT 'When it happened, as claimed',
    `effective_time` DateTime64(3, 'UTC') COMMENT 'Where the touch sits in windows: the earlier of time and received',
    `time_precision` LowCardinality(String) COMMENT 'millisecond, second or day',
    `clock_skew` Bool COMMENT 'Claimed to have happened after it was received',
    `received` DateTime64(3, 'UTC') COMMENT 'When it arrived',
    `accepted_at` DateTime64(3, 'UTC') COMMENT 'Broker time at which intake had it acknowledged; 1970 when retracted or moved',
    `type` LowCardinality(String) COMMENT 'Touch type of the taxonomy; empty when retracted or moved',
    `source` LowCardinality(String) COMMENT 'System it came from',
    `product` LowCardinality(String) COMMENT 'Product area; empty when none was given',
    `channel` LowCardinality(String) COMMENT 'web, email, event, sales ...; empty when none was given',
    `content` String COMMENT 'Asset id or URL',
    `campaign` LowCardinality(String) COMMENT 'Campaign',
    `send_id` String COMMENT 'The send of ours that caused it',
    `direction` LowCardinality(String) COMMENT 'theirs or ours',
    `actor` LowCardinality(String) COMMENT 'Who on our side: rep, presales, support, partner',
    `disposition` LowCardinality(String) COMMENT 'What was decided before any policy: candidate, ours, negative, bot, excluded, anonymous, unresolved; only candidates can count',
    `disposition_reason` LowCardinality(String) COMMENT 'Why that disposition',
    `state` LowCardinality(String) COMMENT 'asserted, retracted, or moved (left its account and not asserted elsewhere yet)',
    `state_reason` LowCardinality(String) COMMENT 'Why it was retracted or moved; empty when asserted',
    `moved_to` String COMMENT 'Account a moved touch went to; else empty',
    `revision` UInt32 COMMENT 'Revision of the touch, from 1; the highest wins',
    `raw_partition` UInt16 COMMENT 'Partition of touches.raw it was resolved from',
    `raw_offset` UInt64 COMMENT 'Offset in touches.raw it was resolved from',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches the row was read from',
    `offset` UInt64 COMMENT 'Offset in touches the row was read from',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    touch_id, account_id, account_rule, account_evidence, person_id, person_kind, role, seniority, time, effective_time,
    time_precision, clock_skew, received, accepted_at, type, source, product, channel, content, campaign, send_id, direction,
    actor, disposition, disposition_reason, state, state_reason, moved_to, revision, raw_partition, raw_offset, generation,
    partition, offset, ingested_at
FROM touch_state FINAL
WHERE (touch_id NOT IN (SELECT touch_id FROM touch_state WHERE revision > 1))
   OR ((touch_id, version) IN (SELECT touch_id, max(version) FROM touch_state WHERE revision > 1 GROUP BY touch_id))
COMMENT 'Every touch once, in its current state.';
