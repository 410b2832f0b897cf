-- ReplacingMergeTree, sorted by account and decision: the questions start from an account, and a decision that is made again
-- has the same id and replaces itself. Not partitioned: a few rows per transition.
CREATE TABLE IF NOT EXISTS route_decision_rows
(
    `account_id` String COMMENT 'Account' CODEC(ZSTD(1)),
    `decision_id` UUID COMMENT 'Identity: made from transition and route',
    `version` UInt128 COMMENT 'Generation, then offset: decides between rows of one decision' CODEC(ZSTD(1)),
    `transition_id` UUID COMMENT 'Transition it answers',
    `transition_sequence` UInt32 COMMENT 'Number of that transition within the account',
    `route` LowCardinality(String) COMMENT 'Where it is sent: cadence',
    `state` LowCardinality(String) COMMENT 'routed or suppressed',
    `reason` LowCardinality(String) COMMENT 'Why; for suppressed: cool_down, historical, undeclared_source, no_contact',
    `until` Nullable(DateTime64(3, 'UTC')) COMMENT 'End of the cool-down',
    `people` Array(Tuple(person_id UUID, role LowCardinality(String), why String)) COMMENT 'Whom to contact first, and why; opaque ids',
    `score` Decimal(5, 2) COMMENT 'Score at the transition, 0 to 100',
    `cause` LowCardinality(String) COMMENT 'Cause of the transition',
    `cause_touch_id` Nullable(UUID) COMMENT 'Touch that caused it',
    `cause_source` LowCardinality(String) COMMENT 'Source of that touch; empty when none',
    `touch_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of that touch',
    `transition_at` DateTime64(3, 'UTC') COMMENT 'Instant of the transition',
    `decided_at` DateTime64(3, 'UTC') COMMENT 'Clock of the decision' CODEC(Delta, ZSTD(1)),
    `policy_version` LowCardinality(String) COMMENT 'Policy it was decided under: name@content hash',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of route.decisions',
    `offset` UInt64 COMMENT 'Offset in route.decisions',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (account_id, decision_id)
COMMENT 'Route decisions, physical. Query the view route_decisions.';

CREATE OR REPLACE VIEW route_decisions
(
    `account_id` String COMMENT 'Account',
    `decision_id` UUID COMMENT 'Identity: made from transition and route',
    `transition_id` UUID COMMENT 'Transition it answers',
    `transition_sequence` UInt32 COMMENT 'Number of that transition within the account',
    `route` LowCardinality(String) COMMENT 'Where it is sent: cadence',
    `state` LowCardinality(String) COMMENT 'routed or suppressed',
    `reason` LowCardinality(String) COMMENT 'Why; for suppressed: cool_down, historical, undeclared_source, no_contact',
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
