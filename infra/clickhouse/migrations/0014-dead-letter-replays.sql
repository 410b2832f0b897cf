-- Replays of dead letters, and what they mean for the books. A replayed record of touches.raw was appended once more, and the
-- new record carries the fate of the touch: the old one is a further record of it, as any duplicate is. Records stay
-- dead_lettered as long as nobody has replayed them, so that the column says what is left to do.
CREATE TABLE IF NOT EXISTS dead_letter_replay_rows
(
    `dead_letter_id` UUID COMMENT 'The dead letter',
    `version` UInt128 COMMENT 'Generation, then offset: decides between rows of one id',
    `replayed_at` DateTime64(3, 'UTC') COMMENT 'When its record was accepted',
    `edited` Bool COMMENT 'It was put right first',
    `record_kind` LowCardinality(String) COMMENT 'touches, accounts ...: what it was read as',
    `records` UInt32 COMMENT 'Records that it held',
    `touch_ids` Array(UUID) COMMENT 'The touches it became; none for rows of the directory',
    `request_id` String COMMENT 'Request that asked for it',
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended the record',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of dead-letters.replays',
    `offset` UInt64 COMMENT 'Offset in dead-letters.replays',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY dead_letter_id
COMMENT 'Replays of dead letters, physical. Query the view dead_letter_replays.';

CREATE OR REPLACE VIEW dead_letter_replays
(
    `dead_letter_id` UUID COMMENT 'The dead letter',
    `replayed_at` DateTime64(3, 'UTC') COMMENT 'When its record was accepted',
    `edited` Bool COMMENT 'It was put right first',
    `record_kind` LowCardinality(String) COMMENT 'touches, accounts ...: what it was read as',
    `records` UInt32 COMMENT 'Records that it held',
    `touch_ids` Array(UUID) COMMENT 'The touches it became; none for rows of the directory',
    `request_id` String COMMENT 'Request that asked for it'
)
AS SELECT dead_letter_id, replayed_at, edited, record_kind, records, touch_ids, request_id
FROM dead_letter_replay_rows FINAL
COMMENT 'Which dead letters were replayed, when and as which touches; once.';

CREATE OR REPLACE VIEW touch_fates
(
    `partition` UInt16 COMMENT 'Partition of touches.raw',
    `offset` UInt64 COMMENT 'Offset in touches.raw',
    `touch_id` UUID COMMENT 'Identity of the touch; all zero for undecodable records',
    `source` LowCardinality(String) COMMENT 'System the touch came from; empty when undecodable',
    `received` DateTime64(3, 'UTC') COMMENT 'When it arrived',
    `fate` LowCardinality(String) COMMENT 'counted, zero_weight, ours_or_negative, bot, excluded, echo, anonymous, unresolved, outside_windows, retracted, moved, duplicate, dead_lettered (until it is replayed); pending: not through the resolver yet; unknown: a disposition that is none of these, which unbalances the books'
)
AS WITH
    (
        SELECT arrayMax(window_days) FROM policies ORDER BY activated_at DESC, activation_order DESC LIMIT 1
    ) AS longest_window,
    counted_types AS
    (
        SELECT arrayJoin(mapKeys(mapFilter((touch_type, weight) -> weight > 0, weights))) AS type
        FROM (SELECT weights FROM policies ORDER BY activated_at DESC, activation_order DESC LIMIT 1)
    ),
    -- the clock of a partition is the running maximum of the received stamps, control records included
    outside AS
    (
        SELECT partition, offset
        FROM
        (
            SELECT
                partition, offset, kind, effective_time,
                max(received) OVER (PARTITION BY partition ORDER BY offset ROWS UNBOUNDED PRECEDING) AS clock
            FROM touch_log_rows
        )
        WHERE kind = 'TouchAsserted' AND effective_time <= clock - toIntervalDay(ifNull(longest_window, 90))
    ),
    fate_of_touch AS
    (
        SELECT
            touch_id,
            multiIf(
                (partition, offset) IN (SELECT assumeNotNull(origin_partition), assumeNotNull(origin_offset) FROM dead_letters WHERE origin_topic = 'touches'), 'dead_lettered',
                state != 'asserted', state,
                disposition IN ('ours', 'negative'), 'ours_or_negative',
                disposition IN ('bot', 'excluded', 'echo', 'anonymous', 'unresolved'), disposition,
                disposition != 'candidate', 'unknown',
                account_id = '', 'unresolved',
                type NOT IN (SELECT type FROM counted_types), 'zero_weight',
                (partition, offset) IN (SELECT partition, offset FROM outside), 'outside_windows',
                'counted') AS fate
        FROM touches
    ),
    accepted AS
    (
        SELECT
            partition, offset, touch_id, source, received,
            kind = 'undecodable'
                OR (partition, offset) IN (SELECT assumeNotNull(origin_partition), assumeNotNull(origin_offset) FROM dead_letters WHERE origin_topic = 'touches.raw') AS rejected,
            (partition, offset) IN
            (
                SELECT assumeNotNull(origin_partition), assumeNotNull(origin_offset)
                FROM dead_letters
                WHERE origin_topic = 'touches.raw' AND dead_letter_id IN (SELECT dead_letter_id FROM dead_letter_replay_rows)
            ) AS replayed
        FROM raw_log
        WHERE kind IN ('RawTouch', 'undecodable')
    ),
    -- records of one touch share a partition: the first that was not rejected carries its fate
    carried AS
    (
        SELECT touch_id, min(offset) AS first_offset FROM accepted WHERE NOT rejected GROUP BY touch_id HAVING count() > 1
    )
SELECT
    accepted.partition AS partition,
    accepted.offset AS offset,
    accepted.touch_id AS touch_id,
    accepted.source AS source,
    accepted.received AS received,
    multiIf(
        accepted.rejected AND accepted.replayed, 'duplicate',
        accepted.rejected, 'dead_lettered',
        accepted.touch_id IN (SELECT touch_id FROM carried) AND (accepted.touch_id, accepted.offset) NOT IN (SELECT touch_id, first_offset FROM carried), 'duplicate',
        fate_of_touch.fate = '', 'pending',
        fate_of_touch.fate) AS fate
FROM accepted
LEFT JOIN fate_of_touch ON fate_of_touch.touch_id = accepted.touch_id
COMMENT 'Every record accepted into touches.raw, with its one current fate.';
