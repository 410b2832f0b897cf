-- What changed a touch is said of every revision, and of the transitions that it caused: not of moves and retractions only. A
-- transition of an account that is half moved says so.
ALTER TABLE touch_state ADD COLUMN IF NOT EXISTS `cause` LowCardinality(String) COMMENT 'What became known, of a touch that was decided again: identity, directory, machine, takeover, owner, or the id of a correction; empty: as it was decided first' AFTER `moved_to`;

ALTER TABLE touch_log_rows ADD COLUMN IF NOT EXISTS `cause` LowCardinality(String) COMMENT 'What became known, of a touch that was decided again, or of a large correction that begins or ends: identity, directory, machine, takeover, owner, or the id of a correction; else empty' AFTER `clock_mode`;

ALTER TABLE intensity_transition_rows ADD COLUMN IF NOT EXISTS `cause_evidence` LowCardinality(String) COMMENT 'Of a correction, what became known: identity, directory, machine, takeover, owner, or the id of a correction; else empty' AFTER `cause_received`,
    ADD COLUMN IF NOT EXISTS `during_move` LowCardinality(String) COMMENT 'What became known, of a large correction that had concerned the account and was under way: its windows may be half moved, and it does not route; else empty' AFTER `cause_evidence`;

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
    `cause` LowCardinality(String) COMMENT 'What became known, of a touch that was decided again: identity, directory, machine, takeover, owner, or the id of a correction; empty: as it was decided first',
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
    actor, disposition, disposition_reason, state, state_reason, moved_to, cause, revision, raw_partition, raw_offset, generation,
    partition, offset, ingested_at
FROM touch_state FINAL
WHERE (touch_id NOT IN (SELECT touch_id FROM touch_state WHERE revision > 1))
   OR ((touch_id, version) IN (SELECT touch_id, max(version) FROM touch_state WHERE revision > 1 GROUP BY touch_id))
COMMENT 'Every touch once, in its current state.';

CREATE OR REPLACE VIEW touch_log
(
    `generation` UInt16 COMMENT 'Generation of topics and tables the record belongs to',
    `partition` UInt16 COMMENT 'Partition of touches',
    `offset` UInt64 COMMENT 'Offset in touches',
    `kind` LowCardinality(String) COMMENT 'TouchAsserted, TouchRetracted, TouchMoved, Tick, ClockModeSet, PolicyActivated, StandingCorrection, MoveMark, undecodable',
    `touch_id` UUID COMMENT 'Identity of the touch; all zero for control and undecodable records',
    `revision` UInt32 COMMENT 'Revision of the touch that the record states; 0 for control and undecodable records',
    `account_id` String COMMENT 'Account of the touch (for a move: the one it leaves); empty when unresolved and for control records',
    `source` LowCardinality(String) COMMENT 'System the touch came from; empty for control and undecodable records',
    `received` DateTime64(3, 'UTC') COMMENT 'Received stamp: the clock of the partition is its running maximum',
    `effective_time` DateTime64(3, 'UTC') COMMENT 'Where the touch sits in windows; 1970 for control and undecodable records',
    `clock_mode` LowCardinality(String) COMMENT 'For ClockModeSet: live or replay; else empty',
    `cause` LowCardinality(String) COMMENT 'What became known, of a touch that was decided again, or of a large correction that begins or ends: identity, directory, machine, takeover, owner, or the id of a correction; else empty',
    `appended_at` DateTime64(3, 'UTC') COMMENT 'When the broker appended it',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT generation, partition, offset, kind, touch_id, revision, account_id, source, received, effective_time, clock_mode, cause, appended_at, ingested_at
FROM touch_log_rows FINAL
COMMENT 'Every record of touches once, control records included.';

CREATE OR REPLACE VIEW intensity_transitions
(
    `account_id` String COMMENT 'Account',
    `at` DateTime64(3, 'UTC') COMMENT 'Instant of the transition, exact',
    `sequence` UInt32 COMMENT 'Number of the transition within the account, from 1',
    `transition_id` UUID COMMENT 'Identity: made from generation, account and sequence',
    `level` LowCardinality(String) COMMENT 'engaged or high-intensity',
    `kind` LowCardinality(String) COMMENT 'enter, renew or leave; confirm: a large correction is through, and the account stands at high intensity that it entered or renewed by a live touch meanwhile',
    `known_at` DateTime64(3, 'UTC') COMMENT 'Clock at which it was decided',
    `cause` LowCardinality(String) COMMENT 'touch, expiry, correction, policy or merge',
    `cause_touch_id` Nullable(UUID) COMMENT 'Touch that caused it; null when none did',
    `cause_source` LowCardinality(String) COMMENT 'Source of that touch; empty when none',
    `cause_time` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of that touch',
    `cause_received` Nullable(DateTime64(3, 'UTC')) COMMENT 'When that touch arrived',
    `cause_evidence` LowCardinality(String) COMMENT 'Of a correction, what became known: identity, directory, machine, takeover, owner, or the id of a correction; else empty',
    `during_move` LowCardinality(String) COMMENT 'What became known, of a large correction that had concerned the account and was under way: its windows may be half moved, and it does not route; else empty',
    `engaged_since` Nullable(DateTime64(3, 'UTC')) COMMENT 'Since when the account is engaged; null: it is not',
    `high_intensity_since` Nullable(DateTime64(3, 'UTC')) COMMENT 'Since when the account is at high intensity; null: it is not',
    `score` Decimal(5, 2) COMMENT 'Score, 0 to 100',
    `contributions` Array(Tuple(component LowCardinality(String), count UInt32, points Decimal(5, 2))) COMMENT 'What the score is made of; the points sum to it',
    `touches_30d` UInt32 COMMENT 'Counted touches of the 30 days up to the instant',
    `people_30d` UInt32 COMMENT 'Confirmed-distinct people among them',
    `products_30d` UInt32 COMMENT 'Distinct product areas among them',
    `roles_30d` UInt32 COMMENT 'Distinct roles among them',
    `channels_30d` UInt32 COMMENT 'Distinct channels among them',
    `touches_90d` UInt32 COMMENT 'Counted touches of the 90 days up to the instant',
    `people_90d` UInt32 COMMENT 'Confirmed-distinct people among them',
    `products_90d` UInt32 COMMENT 'Distinct product areas among them',
    `roles_90d` UInt32 COMMENT 'Distinct roles among them',
    `channels_90d` UInt32 COMMENT 'Distinct channels among them',
    `windows` Map(UInt16, Tuple(touches UInt32, people UInt32, products UInt32, roles UInt32, channels UInt32)) COMMENT 'Further windows of the policy by their days',
    `touch_ids` Array(UUID) COMMENT 'Newest counted touches of the 30-day window, at most 50',
    `people` Array(Tuple(person_id UUID, person_kind LowCardinality(String), role LowCardinality(String), touches UInt32, last_time DateTime64(3, 'UTC'), last_type LowCardinality(String))) COMMENT 'Active people, most active first, at most 20; opaque ids',
    `products` Array(LowCardinality(String)) COMMENT 'Product areas of the 30-day window',
    `held` Bool COMMENT 'Our log is shorter than the window: leave is withheld',
    `policy_version` LowCardinality(String) COMMENT 'Policy it was decided under: name@content hash',
    `cool_down_ms` Nullable(UInt64) COMMENT 'Cool-down the policy asks of the router; null: none',
    `max_people` UInt32 COMMENT 'People the policy lets one route decision name, at most',
    `engine_version` LowCardinality(String) COMMENT 'Engine that decided it',
    `clock` DateTime64(3, 'UTC') COMMENT 'Clock of the account''s partition when it was decided',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches it was decided in',
    `offset` UInt64 COMMENT 'Offset in touches it was decided at',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    account_id, at, sequence, transition_id, level, kind, known_at, cause, cause_touch_id, cause_source, cause_time,
    cause_received, cause_evidence, during_move, engaged_since, high_intensity_since, score, contributions, touches_30d, people_30d, products_30d,
    roles_30d, channels_30d, touches_90d, people_90d, products_90d, roles_90d, channels_90d, windows, touch_ids, people,
    products, held, policy_version, cool_down_ms, max_people, engine_version, clock, generation, partition, offset,
    ingested_at
FROM intensity_transition_rows FINAL
COMMENT 'Every account entering, renewing, confirming or leaving a level, as known, once.';

CREATE OR REPLACE VIEW route_decisions
(
    `account_id` String COMMENT 'Account',
    `decision_id` UUID COMMENT 'Identity: made from transition and route',
    `transition_id` UUID COMMENT 'Transition it answers',
    `transition_sequence` UInt32 COMMENT 'Number of that transition within the account',
    `route` LowCardinality(String) COMMENT 'Where it is sent: cadence',
    `state` LowCardinality(String) COMMENT 'routed or suppressed',
    `reason` LowCardinality(String) COMMENT 'Why; for suppressed: large_move, correction, no_touch_cause, undeclared_source, historical, cool_down, no_contact',
    `until` Nullable(DateTime64(3, 'UTC')) COMMENT 'End of the cool-down',
    `people` Array(Tuple(person_id UUID, role LowCardinality(String), why String)) COMMENT 'Whom to contact first, and why; opaque ids',
    `score` Decimal(5, 2) COMMENT 'Score at the transition, 0 to 100',
    `cause` LowCardinality(String) COMMENT 'Cause of the transition',
    `cause_touch_id` Nullable(UUID) COMMENT 'Touch that caused it',
    `cause_source` LowCardinality(String) COMMENT 'Source of that touch; empty when none',
    `touch_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of that touch',
    `transition_at` DateTime64(3, 'UTC') COMMENT 'Instant of the transition',
    `decided_at` DateTime64(3, 'UTC') COMMENT 'Clock of the decision',
    `policy_version` LowCardinality(String) COMMENT 'Policy it was decided under: name@content hash',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of route.decisions',
    `offset` UInt64 COMMENT 'Offset in route.decisions',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    account_id, decision_id, transition_id, transition_sequence, route, state, reason, until, people, score, cause,
    cause_touch_id, cause_source, touch_at, transition_at, decided_at, policy_version, generation, partition, offset,
    ingested_at
FROM route_decision_rows FINAL
COMMENT 'Where each account was sent, or why it was suppressed, once.';
