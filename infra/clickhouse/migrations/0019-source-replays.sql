-- A source that is asked to send once more sends records of touches that are known: each takes the place of the one that
-- its touch was made of. In the books the earlier record is a further record of the touch from then on, as any duplicate is.
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
    -- of touches that were decided again: the record that they are made of, which a source may have sent once more
    made_of AS
    (
        SELECT touch_id, raw_partition, raw_offset FROM touches WHERE state = 'asserted' AND revision > 1
    ),
    -- records of one touch share a partition: the one that it is made of carries its fate, else the first that was not rejected
    carried AS
    (
        SELECT touch_id, if(countIf(is_made_of) > 0, minIf(offset, is_made_of), min(offset)) AS carrying_offset
        FROM
        (
            SELECT touch_id, offset, (touch_id, partition, offset) IN (SELECT touch_id, raw_partition, raw_offset FROM made_of) AS is_made_of
            FROM accepted
            WHERE NOT rejected
        )
        GROUP BY touch_id
        HAVING count() > 1
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
        accepted.touch_id IN (SELECT touch_id FROM carried) AND (accepted.touch_id, accepted.offset) NOT IN (SELECT touch_id, carrying_offset FROM carried), 'duplicate',
        touch_outcomes.fate = '', 'pending',
        touch_outcomes.fate) AS fate
FROM accepted
LEFT JOIN (SELECT touch_id, fate FROM touch_outcomes) AS touch_outcomes ON touch_outcomes.touch_id = accepted.touch_id
COMMENT 'Every record accepted into touches.raw, with its one current fate.';
