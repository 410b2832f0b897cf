-- Echoes of our own sends: touches that name the send or campaign of ours that caused them, of types that the policy says say
-- nothing then. They are kept and not counted, so whoever counts must leave them out, and whoever looks must find them.
-- A policy from before there were such rules has none: its columns are empty.
ALTER TABLE policy_activation_rows ADD COLUMN IF NOT EXISTS `echo_by_send` Array(LowCardinality(String)) COMMENT 'Touch types that are an echo when they name a send' AFTER `window_days`,
    ADD COLUMN IF NOT EXISTS `echo_by_campaign` Array(LowCardinality(String)) COMMENT 'Touch types that are an echo when they name a campaign' AFTER `echo_by_send`;

-- One row per activation. Two activations at one instant are told apart by their order in the log: the lowest partition
-- that holds them all is as good as any, since control records go to every partition in the same order.
CREATE OR REPLACE VIEW policies
(
    `activated_at` DateTime64(3, 'UTC') COMMENT 'Instant from which accounts are judged by this policy',
    `activation_order` UInt64 COMMENT 'Decides between activations at one instant: the later in the log is the greater',
    `version` String COMMENT 'name@content hash',
    `name` LowCardinality(String) COMMENT 'Name of the policy',
    `content` String COMMENT 'The policy as canonical JSON',
    `activated_by` String COMMENT 'Who activated it',
    `weights` Map(LowCardinality(String), UInt32) COMMENT 'Touch type to weight in hundredths; a type that is not named weighs 0',
    `window_days` Array(UInt16) COMMENT 'Window lengths in days, ascending',
    `echo_by_send` Array(LowCardinality(String)) COMMENT 'Touch types that are an echo when they name a send',
    `echo_by_campaign` Array(LowCardinality(String)) COMMENT 'Touch types that are an echo when they name a campaign',
    `generation` UInt16 COMMENT 'Generation of topics and tables'
)
AS SELECT
    activated_at, argMin(offset, partition) AS activation_order, version, any(name) AS name, any(content) AS content,
    any(activated_by) AS activated_by, any(weights) AS weights, any(window_days) AS window_days,
    any(echo_by_send) AS echo_by_send, any(echo_by_campaign) AS echo_by_campaign, generation
FROM policy_activation_rows FINAL
GROUP BY generation, activated_at, version
COMMENT 'Every policy activation once. In effect at an instant: the last one at or before it.';

CREATE OR REPLACE VIEW account_windows_at AS
WITH
    {as_of:DateTime64(3, 'UTC')} AS as_of_instant,
    policy AS
    (
        SELECT weights, echo_by_send, echo_by_campaign
        FROM policies
        WHERE activated_at <= as_of_instant
        ORDER BY activated_at DESC, activation_order DESC
        LIMIT 1
    ),
    counted AS
    (
        SELECT
            account_id, source, person_id, person_kind, product, role, channel,
            effective_time > as_of_instant - toIntervalDay(30) AS in_30d
        FROM touches
        WHERE effective_time > as_of_instant - toIntervalDay(90)
          AND effective_time <= as_of_instant
          AND account_id != ''
          AND state = 'asserted'
          AND disposition = 'candidate'
          AND type IN (SELECT arrayJoin(mapKeys(mapFilter((touch_type, weight) -> weight > 0, weights))) FROM policy)
          AND NOT (type IN (SELECT arrayJoin(echo_by_send) FROM policy) AND send_id != '')
          AND NOT (type IN (SELECT arrayJoin(echo_by_campaign) FROM policy) AND campaign != '')
    ),
    per_source AS
    (
        SELECT
            account_id,
            source,
            countIf(in_30d) AS touches_30,
            count() AS touches_90,
            uniqExactStateIf(person_id, person_kind = 'email' AND in_30d) AS email_people_30,
            uniqExactStateIf(person_id, person_kind = 'email') AS email_people_90,
            uniqExactIf(person_id, person_kind = 'email' AND in_30d) AS email_here_30,
            uniqExactIf(person_id, person_kind = 'email') AS email_here_90,
            uniqExactIf(person_id, person_kind = 'source_id' AND in_30d) AS source_ids_30,
            uniqExactIf(person_id, person_kind = 'source_id') AS source_ids_90,
            uniqExactStateIf(product, product != '' AND in_30d) AS products_30,
            uniqExactStateIf(product, product != '') AS products_90,
            uniqExactStateIf(role, role != '' AND in_30d) AS roles_30,
            uniqExactStateIf(role, role != '') AS roles_90,
            uniqExactStateIf(channel, channel != '' AND in_30d) AS channels_30,
            uniqExactStateIf(channel, channel != '') AS channels_90
        FROM counted
        GROUP BY account_id, source
    )
SELECT
    account_id,
    toUInt32(sum(touches_30)) AS touches_30d,
    toUInt32(uniqExactMerge(email_people_30) + sum(greatest(toInt64(source_ids_30) - toInt64(email_here_30), 0))) AS people_30d,
    toUInt32(uniqExactMerge(products_30)) AS products_30d,
    toUInt32(uniqExactMerge(roles_30)) AS roles_30d,
    toUInt32(uniqExactMerge(channels_30)) AS channels_30d,
    toUInt32(sum(touches_90)) AS touches_90d,
    toUInt32(uniqExactMerge(email_people_90) + sum(greatest(toInt64(source_ids_90) - toInt64(email_here_90), 0))) AS people_90d,
    toUInt32(uniqExactMerge(products_90)) AS products_90d,
    toUInt32(uniqExactMerge(roles_90)) AS roles_90d,
    toUInt32(uniqExactMerge(channels_90)) AS channels_90d
FROM per_source
GROUP BY account_id
COMMENT 'Windows of every account at an instant, as corrected: account_windows_at(as_of = ''2026-01-31 00:00:00'').';

-- What became of a touch, by the decision's own order: what rejected its record, its state, what the resolver said, then what
-- the policy in effect now says. An echo is one whatever its type weighs.
CREATE OR REPLACE VIEW touch_outcomes
(
    `touch_id` UUID COMMENT 'Identity of the touch: made from source and id',
    `account_id` String COMMENT 'Account the touch belongs to; empty while unresolved',
    `person_id` UUID COMMENT 'Opaque person; all zero when retracted or moved',
    `person_kind` LowCardinality(String) COMMENT 'email, source_id, shared_mailbox or anonymous',
    `type` LowCardinality(String) COMMENT 'Touch type of the taxonomy; empty when retracted or moved',
    `direction` LowCardinality(String) COMMENT 'theirs or ours',
    `campaign` LowCardinality(String) COMMENT 'Campaign it names',
    `send_id` String COMMENT 'The send of ours that it names as its cause',
    `effective_time` DateTime64(3, 'UTC') COMMENT 'Where the touch sits in windows: the earlier of time and received',
    `fate` LowCardinality(String) COMMENT 'counted, zero_weight, ours_or_negative, bot, excluded, echo, anonymous, unresolved, outside_windows, retracted, moved, dead_lettered (by account-intensity); unknown: a disposition that is none of these, which unbalances the books'
)
AS WITH
    (
        SELECT arrayMax(window_days) FROM policies ORDER BY activated_at DESC, activation_order DESC LIMIT 1
    ) AS longest_window,
    policy AS
    (
        SELECT weights, echo_by_send, echo_by_campaign FROM policies ORDER BY activated_at DESC, activation_order DESC LIMIT 1
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
    )
SELECT
    touch_id, account_id, person_id, person_kind, type, direction, campaign, send_id, effective_time,
    multiIf(
        (partition, offset) IN (SELECT assumeNotNull(origin_partition), assumeNotNull(origin_offset) FROM dead_letters WHERE origin_topic = 'touches'), 'dead_lettered',
        state != 'asserted', state,
        disposition IN ('ours', 'negative'), 'ours_or_negative',
        disposition IN ('bot', 'excluded', 'anonymous', 'unresolved'), disposition,
        disposition != 'candidate', 'unknown',
        account_id = '', 'unresolved',
        type IN (SELECT arrayJoin(echo_by_send) FROM policy) AND send_id != '', 'echo',
        type IN (SELECT arrayJoin(echo_by_campaign) FROM policy) AND campaign != '', 'echo',
        type NOT IN (SELECT arrayJoin(mapKeys(mapFilter((touch_type, weight) -> weight > 0, weights))) FROM policy), 'zero_weight',
        (partition, offset) IN (SELECT partition, offset FROM outside), 'outside_windows',
        'counted') AS fate
FROM touches
COMMENT 'Every touch once, with its one current fate; of every accepted record: touch_fates.';

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
        touch_outcomes.fate = '', 'pending',
        touch_outcomes.fate) AS fate
FROM accepted
LEFT JOIN (SELECT touch_id, fate FROM touch_outcomes) AS touch_outcomes ON touch_outcomes.touch_id = accepted.touch_id
COMMENT 'Every record accepted into touches.raw, with its one current fate.';

ALTER TABLE books COMMENT COLUMN `echo` 'Caused by a send or campaign of ours, as the policy in effect says';

-- Raw counts stay visible: everything that names a send or campaign, whether it counts or not, beside how much of it does.
CREATE OR REPLACE VIEW send_echoes
(
    `campaign` LowCardinality(String) COMMENT 'Campaign of ours; empty: the send names none',
    `send_id` String COMMENT 'Send of ours; empty: what names the campaign alone',
    `touches` UInt64 COMMENT 'Touches that name them, whatever became of them; our own sending included',
    `touches_by_type` Map(LowCardinality(String), UInt64) COMMENT 'Of them per touch type',
    `people` UInt64 COMMENT 'Distinct people in those that are theirs; anonymous ones left out',
    `accounts` UInt64 COMMENT 'Distinct accounts in those that are theirs',
    `echo` UInt64 COMMENT 'Touches that the policy now in effect takes for an echo: not counted',
    `counted` UInt64 COMMENT 'Touches that count in windows while inside them',
    `first_at` DateTime64(3, 'UTC') COMMENT 'Effective time of the first of them',
    `last_at` DateTime64(3, 'UTC') COMMENT 'Effective time of the last of them'
)
AS SELECT
    campaign,
    send_id,
    count() AS touches,
    sumMap(map(type, toUInt64(1))) AS touches_by_type,
    uniqExactIf(person_id, direction = 'theirs' AND person_kind != 'anonymous') AS people,
    uniqExactIf(account_id, direction = 'theirs' AND account_id != '') AS accounts,
    countIf(fate = 'echo') AS echo,
    countIf(fate = 'counted') AS counted,
    min(effective_time) AS first_at,
    max(effective_time) AS last_at
FROM touch_outcomes
WHERE send_id != '' OR campaign != ''
GROUP BY campaign, send_id
COMMENT 'Per send and campaign of ours: what came of it, raw, and how much of that is an echo that does not count.';
