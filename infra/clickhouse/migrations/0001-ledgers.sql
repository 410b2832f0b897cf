-- The ledgers: what was read from touches.raw and touches, record by record, so that the books are derived from the logs
-- and never from counters. No personal data. Physical tables end in _rows and may hold a record twice after a
-- re-delivery; the views of the plain names are what people and services query.

-- ReplacingMergeTree, sorted by coordinates: a record that is delivered again is the same row. Readers go through whole
-- partitions in offset order (running clock, duplicates), which is the order of the disk.
CREATE TABLE IF NOT EXISTS raw_log_rows
(
    `generation` UInt16 COMMENT 'Generation of topics and tables the record belongs to' CODEC(ZSTD(1)),
    `partition` UInt16 COMMENT 'Partition of touches.raw' CODEC(ZSTD(1)),
    `offset` UInt64 COMMENT 'Offset in touches.raw' CODEC(DoubleDelta, ZSTD(1)),
    `kind` LowCardinality(String) COMMENT 'RawTouch, Tick, ClockModeSet, PolicyActivated, StandingCorrection; undecodable: accepted, but not a value of the contract',
    `touch_id` UUID COMMENT 'Identity of the touch; all zero for control and undecodable records' CODEC(ZSTD(1)),
    `source` LowCardinality(String) COMMENT 'System the touch came from; empty for control and undecodable records',
    `received` DateTime64(3, 'UTC') COMMENT 'When it arrived (for control records: the instant the clock advances to); broker time for undecodable records' CODEC(Delta, ZSTD(1)),
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended it' CODEC(Delta, ZSTD(1)),
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (generation, partition, offset)
COMMENT 'Ledger of touches.raw, physical. Query the view raw_log.';

-- The same engine and key as raw_log_rows, for the same reasons.
CREATE TABLE IF NOT EXISTS touch_log_rows
(
    `generation` UInt16 COMMENT 'Generation of topics and tables the record belongs to' CODEC(ZSTD(1)),
    `partition` UInt16 COMMENT 'Partition of touches' CODEC(ZSTD(1)),
    `offset` UInt64 COMMENT 'Offset in touches' CODEC(DoubleDelta, ZSTD(1)),
    `kind` LowCardinality(String) COMMENT 'TouchAsserted, TouchRetracted, TouchMoved, Tick, ClockModeSet, PolicyActivated, StandingCorrection, undecodable',
    `touch_id` UUID COMMENT 'Identity of the touch; all zero for control and undecodable records' CODEC(ZSTD(1)),
    `revision` UInt32 COMMENT 'Revision of the touch that the record states; 0 for control and undecodable records' CODEC(ZSTD(1)),
    `account_id` String COMMENT 'Account of the touch (for a move: the one it leaves); empty when unresolved and for control records' CODEC(ZSTD(1)),
    `source` LowCardinality(String) COMMENT 'System the touch came from; empty for control and undecodable records',
    `received` DateTime64(3, 'UTC') COMMENT 'Received stamp: the clock of the partition is its running maximum. 1970 for undecodable records, which advance nothing' CODEC(Delta, ZSTD(1)),
    `effective_time` DateTime64(3, 'UTC') COMMENT 'Where the touch sits in windows; 1970 for control and undecodable records' CODEC(Delta, ZSTD(1)),
    `clock_mode` LowCardinality(String) COMMENT 'For ClockModeSet: live or replay; else empty',
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended it' CODEC(Delta, ZSTD(1)),
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (generation, partition, offset)
COMMENT 'Ledger of touches, control records included, physical. Query the view touch_log.';

CREATE OR REPLACE VIEW raw_log
(
    `generation` UInt16 COMMENT 'Generation of topics and tables the record belongs to',
    `partition` UInt16 COMMENT 'Partition of touches.raw',
    `offset` UInt64 COMMENT 'Offset in touches.raw',
    `kind` LowCardinality(String) COMMENT 'RawTouch, Tick, ClockModeSet, PolicyActivated, StandingCorrection; undecodable: accepted, but not a value of the contract',
    `touch_id` UUID COMMENT 'Identity of the touch; all zero for control and undecodable records',
    `source` LowCardinality(String) COMMENT 'System the touch came from; empty for control and undecodable records',
    `received` DateTime64(3, 'UTC') COMMENT 'When it arrived (for control records: the instant the clock advances to); broker time for undecodable records',
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended it',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT generation, partition, offset, kind, touch_id, source, received, appended_at, ingested_at
FROM raw_log_rows FINAL
COMMENT 'Every record of touches.raw once: the left side of the books.';

CREATE OR REPLACE VIEW touch_log
(
    `generation` UInt16 COMMENT 'Generation of topics and tables the record belongs to',
    `partition` UInt16 COMMENT 'Partition of touches',
    `offset` UInt64 COMMENT 'Offset in touches',
    `kind` LowCardinality(String) COMMENT 'TouchAsserted, TouchRetracted, TouchMoved, Tick, ClockModeSet, PolicyActivated, StandingCorrection, undecodable',
    `touch_id` UUID COMMENT 'Identity of the touch; all zero for control and undecodable records',
    `revision` UInt32 COMMENT 'Revision of the touch that the record states; 0 for control and undecodable records',
    `account_id` String COMMENT 'Account of the touch (for a move: the one it leaves); empty when unresolved and for control records',
    `source` LowCardinality(String) COMMENT 'System the touch came from; empty for control and undecodable records',
    `received` DateTime64(3, 'UTC') COMMENT 'Received stamp: the clock of the partition is its running maximum',
    `effective_time` DateTime64(3, 'UTC') COMMENT 'Where the touch sits in windows; 1970 for control and undecodable records',
    `clock_mode` LowCardinality(String) COMMENT 'For ClockModeSet: live or replay; else empty',
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended it',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT generation, partition, offset, kind, touch_id, revision, account_id, source, received, effective_time, clock_mode, appended_at, ingested_at
FROM touch_log_rows FINAL
COMMENT 'Every record of touches once, control records included.';
