-- The books: every accepted record by its one current fate, derived from the ledgers. What could not be decoded counts as
-- accepted too. Fates follow the decision's own order: what rejected the record, what became of the touch, what the resolver
-- said, then what the policy in effect now says.
CREATE OR REPLACE VIEW touch_fates
(
    `partition` UInt16 COMMENT 'Partition of touches.raw',
    `offset` UInt64 COMMENT 'Offset in touches.raw',
    `touch_id` UUID COMMENT 'Identity of the touch; all zero for undecodable records',
    `source` LowCardinality(String) COMMENT 'System the touch came from; empty when undecodable',
    `received` DateTime64(3, 'UTC') COMMENT 'When it arrived',
    `fate` LowCardinality(String) COMMENT 'counted, zero_weight, ours_or_negative, bot, excluded, echo, anonymous, unresolved, outside_windows, retracted, moved, duplicate, dead_lettered; pending: not through the resolver yet; unknown: a disposition that is none of these, which unbalances the books'
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
                OR (partition, offset) IN (SELECT assumeNotNull(origin_partition), assumeNotNull(origin_offset) FROM dead_letters WHERE origin_topic = 'touches.raw') AS rejected
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
        accepted.rejected, 'dead_lettered',
        accepted.touch_id IN (SELECT touch_id FROM carried) AND (accepted.touch_id, accepted.offset) NOT IN (SELECT touch_id, first_offset FROM carried), 'duplicate',
        fate_of_touch.fate = '', 'pending',
        fate_of_touch.fate) AS fate
FROM accepted
LEFT JOIN fate_of_touch ON fate_of_touch.touch_id = accepted.touch_id
COMMENT 'Every record accepted into touches.raw, with its one current fate.';

CREATE OR REPLACE VIEW books
(
    `source` LowCardinality(String) COMMENT 'System the records came from; empty: undecodable, so unknown',
    `accepted` UInt64 COMMENT 'Records accepted, counted in the ledger of touches.raw',
    `counted` UInt64 COMMENT 'Counts in windows while inside them',
    `zero_weight` UInt64 COMMENT 'The policy gives its type no weight',
    `ours_or_negative` UInt64 COMMENT 'Our own action, a bounce or an unsubscribe',
    `bot` UInt64 COMMENT 'Suspected machine',
    `excluded` UInt64 COMMENT 'By an excluded party',
    `echo` UInt64 COMMENT 'Reply to our own cadence',
    `anonymous` UInt64 COMMENT 'Nobody known yet',
    `unresolved` UInt64 COMMENT 'No account known yet',
    `outside_windows` UInt64 COMMENT 'Outside every window when it arrived; counts in the as-corrected views',
    `retracted` UInt64 COMMENT 'No longer true',
    `moved` UInt64 COMMENT 'Left its account and not asserted elsewhere yet',
    `duplicate` UInt64 COMMENT 'A further record of a touch',
    `dead_lettered` UInt64 COMMENT 'Could not be processed; see dead_letters',
    `pending` UInt64 COMMENT 'Not through the resolver yet',
    `balance` Int64 COMMENT 'accepted minus all fates: 0, or something vanished or has no known fate'
)
AS SELECT
    ledger.source AS source,
    ledger.accepted AS accepted,
    fates.counted AS counted,
    fates.zero_weight AS zero_weight,
    fates.ours_or_negative AS ours_or_negative,
    fates.bot AS bot,
    fates.excluded AS excluded,
    fates.echo AS echo,
    fates.anonymous AS anonymous,
    fates.unresolved AS unresolved,
    fates.outside_windows AS outside_windows,
    fates.retracted AS retracted,
    fates.moved AS moved,
    fates.duplicate AS duplicate,
    fates.dead_lettered AS dead_lettered,
    fates.pending AS pending,
    toInt64(ledger.accepted) - toInt64(counted + zero_weight + ours_or_negative + bot + excluded + echo + anonymous
        + unresolved + outside_windows + retracted + moved + duplicate + dead_lettered + pending) AS balance
FROM
(
    SELECT source, uniqExact(partition, offset) AS accepted
    FROM raw_log_rows
    WHERE kind IN ('RawTouch', 'undecodable')
    GROUP BY source
) AS ledger
LEFT JOIN
(
    SELECT
        source,
        countIf(fate = 'counted') AS counted,
        countIf(fate = 'zero_weight') AS zero_weight,
        countIf(fate = 'ours_or_negative') AS ours_or_negative,
        countIf(fate = 'bot') AS bot,
        countIf(fate = 'excluded') AS excluded,
        countIf(fate = 'echo') AS echo,
        countIf(fate = 'anonymous') AS anonymous,
        countIf(fate = 'unresolved') AS unresolved,
        countIf(fate = 'outside_windows') AS outside_windows,
        countIf(fate = 'retracted') AS retracted,
        countIf(fate = 'moved') AS moved,
        countIf(fate = 'duplicate') AS duplicate,
        countIf(fate = 'dead_lettered') AS dead_lettered,
        countIf(fate = 'pending') AS pending
    FROM touch_fates
    GROUP BY source
) AS fates ON fates.source = ledger.source
COMMENT 'Accepted records per source by their one current fate. Balanced when balance is 0 everywhere.';
