-- Which touches were taken for a machine's, and why. The reason of such a touch is `evidence score rules`: names joined by +,
-- what they came to, and the version of the rules (of the policy, or of what one touch can say by itself).
CREATE OR REPLACE VIEW machine_touches
(
    `touch_id` UUID COMMENT 'Identity of the touch',
    `account_id` String COMMENT 'Account the touch belongs to; empty while unresolved',
    `person_id` UUID COMMENT 'Opaque person',
    `source` LowCardinality(String) COMMENT 'System it came from',
    `type` LowCardinality(String) COMMENT 'Touch type of the taxonomy',
    `effective_time` DateTime64(3, 'UTC') COMMENT 'When it happened, or was received if that was earlier',
    `received` DateTime64(3, 'UTC') COMMENT 'When it arrived',
    `evidence` Array(String) COMMENT 'What spoke for a machine: source, user_agent, head_request, head_then_get, links_at_once, fast_click, repeated_link, repeats, domain_history',
    `score` UInt32 COMMENT 'What the evidence came to; the threshold is in the rules',
    `rules` String COMMENT 'Version of the rules: of a policy, or signs-N+list',
    `from_several` Bool COMMENT 'Revealed by several touches together, and not by itself'
)
AS SELECT
    touch_id, account_id, person_id, source, type, effective_time, received,
    splitByChar('+', splitByChar(' ', toString(disposition_reason))[1]) AS evidence,
    toUInt32OrZero(splitByChar(' ', toString(disposition_reason))[2]) AS score,
    splitByChar(' ', toString(disposition_reason))[3] AS rules,
    CAST(revision > 1, 'Bool') AS from_several
FROM touches
WHERE state = 'asserted' AND disposition = 'bot'
COMMENT 'Touches taken for a machine''s: kept, not counted, with the evidence.';

-- As before, with the rate of machines; freshness without touches that were decided anew.
CREATE OR REPLACE VIEW source_day
(
    `source` LowCardinality(String) COMMENT 'System the records came from; empty: undecodable, so unknown',
    `day` Date COMMENT 'UTC day of the received stamp',
    `received` UInt64 COMMENT 'Records accepted into touches.raw, duplicates included',
    `counted` UInt64 COMMENT 'Of them counted in windows while inside them',
    `bot` UInt64 COMMENT 'Of them suspected machines',
    `unresolved` UInt64 COMMENT 'Of them without a known account',
    `duplicate` UInt64 COMMENT 'Of them further records of a known touch',
    `rejected` UInt64 COMMENT 'Dead letters: turned away at the door (those are not in received) or given up later',
    `null_product` UInt64 COMMENT 'Touches as they stand that name no product area',
    `p99_fresh_s` Nullable(Float64) COMMENT 'Seconds from accepted by intake to written here, 99th percentile, live touches only; null: none were live, or all were decided anew since',
    `bot_rate` Nullable(Float64) COMMENT 'Share of suspected machines among the touches, duplicates left out; null: no touches'
)
AS WITH
    modes AS
    (
        SELECT partition, arraySort(groupUniqArray((offset, clock_mode))) AS changes
        FROM touch_log_rows
        WHERE kind = 'ClockModeSet'
        GROUP BY partition
    ),
    arrived AS
    (
        SELECT
            touches.source AS source,
            toDate(touches.received) AS day,
            touches.product = '' AS without_product,
            -- a touch that was decided anew was written anew: how long that took says nothing of how fresh it came
            touches.revision = 1 AND arrayLast(change -> change.1 <= touches.offset, modes.changes).2 != 'replay' AS is_live,
            (toUnixTimestamp64Milli(touches.ingested_at) - toUnixTimestamp64Milli(touches.accepted_at)) / 1000 AS fresh_s
        FROM touches
        LEFT JOIN modes ON modes.partition = touches.partition
        WHERE touches.state = 'asserted'
    )
SELECT
    source,
    day,
    sum(rows_received) AS received,
    sum(rows_counted) AS counted,
    sum(rows_bot) AS bot,
    sum(rows_unresolved) AS unresolved,
    sum(rows_duplicate) AS duplicate,
    sum(rows_rejected) AS rejected,
    sum(rows_null_product) AS null_product,
    max(fresh) AS p99_fresh_s,
    if(received = duplicate, NULL, bot / (received - duplicate)) AS bot_rate
FROM
(
    SELECT
        source,
        toDate(received) AS day,
        count() AS rows_received,
        countIf(fate = 'counted') AS rows_counted,
        countIf(fate = 'bot') AS rows_bot,
        countIf(fate = 'unresolved') AS rows_unresolved,
        countIf(fate = 'duplicate') AS rows_duplicate,
        0 AS rows_rejected,
        0 AS rows_null_product,
        CAST(NULL, 'Nullable(Float64)') AS fresh
    FROM touch_fates
    GROUP BY source, day
    UNION ALL
    SELECT source, toDate(received) AS day, 0, 0, 0, 0, 0, count(), 0, NULL
    FROM dead_letters
    GROUP BY source, day
    UNION ALL
    SELECT source, day, 0, 0, 0, 0, 0, 0, countIf(without_product), if(countIf(is_live) = 0, NULL, quantileExactIf(0.99)(fresh_s, is_live))
    FROM arrived
    GROUP BY source, day
)
GROUP BY source, day
COMMENT 'Per source and UTC day: how much arrived, what became of it, how fresh it was.';
