-- ReplacingMergeTree, sorted by account: the newest row of an account is the row. Its version compares offsets of one
-- partition only, since an account lives in one partition per generation.
CREATE TABLE IF NOT EXISTS account_intensity_current
(
    `account_id` String COMMENT 'Account' CODEC(ZSTD(1)),
    `version` UInt128 COMMENT 'Generation, then offset, then step: an account lives in one partition per generation, so they order its rows' CODEC(ZSTD(1)),
    `valid_at` DateTime64(3, 'UTC') COMMENT 'Instant the row is true of' CODEC(Delta, ZSTD(1)),
    `clock` DateTime64(3, 'UTC') COMMENT 'Clock of the account''s partition when it was decided' CODEC(Delta, ZSTD(1)),
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
    `last_touch_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of the newest counted touch',
    `sequence` UInt32 COMMENT 'Sequence number of the last transition of the account',
    `policy_version` LowCardinality(String) COMMENT 'Policy it was decided under: name@content hash',
    `engine_version` LowCardinality(String) COMMENT 'Engine that decided it',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches it was decided in',
    `offset` UInt64 COMMENT 'Offset in touches it was decided at',
    `step` UInt32 COMMENT 'Order of rows of one account at one offset',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY account_id
COMMENT 'Current windows, levels and score per account, physical. Query the view account_current.';

-- ReplacingMergeTree, sorted by account, then the instant a row is true of: the questions are "this account over time". The
-- coordinates in the key make a row that is delivered again the same row. Partitioned by month of an instant of the key.
CREATE TABLE IF NOT EXISTS account_intensity_history_rows
(
    `account_id` String COMMENT 'Account' CODEC(ZSTD(1)),
    `valid_at` DateTime64(3, 'UTC') COMMENT 'Instant the row is true of' CODEC(Delta, ZSTD(1)),
    `known_at` DateTime64(3, 'UTC') COMMENT 'Clock of the account''s partition when it was decided' CODEC(Delta, ZSTD(1)),
    `point` LowCardinality(String) COMMENT 'Why there is a row: transition, day_close or policy',
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
    `last_touch_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of the newest counted touch',
    `sequence` UInt32 COMMENT 'Sequence number of the last transition of the account',
    `policy_version` LowCardinality(String) COMMENT 'Policy it was decided under: name@content hash',
    `engine_version` LowCardinality(String) COMMENT 'Engine that decided it',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches it was decided in',
    `offset` UInt64 COMMENT 'Offset in touches it was decided at',
    `step` UInt32 COMMENT 'Order of rows of one account at one offset',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(valid_at)
ORDER BY (account_id, valid_at, generation, partition, offset, step)
COMMENT 'Windows, levels and score over time, physical. Query the view account_intensity_history.';

-- ReplacingMergeTree, sorted by account, then instant: the questions are "when did this account change, and why". A transition
-- is immutable (same id, same bytes), so one that is delivered again is the same row. Partitioned by month of the instant.
CREATE TABLE IF NOT EXISTS intensity_transition_rows
(
    `account_id` String COMMENT 'Account' CODEC(ZSTD(1)),
    `at` DateTime64(3, 'UTC') COMMENT 'Instant of the transition, exact' CODEC(Delta, ZSTD(1)),
    `sequence` UInt32 COMMENT 'Number of the transition within the account, from 1',
    `transition_id` UUID COMMENT 'Identity: made from generation, account and sequence',
    `level` LowCardinality(String) COMMENT 'engaged or high-intensity',
    `kind` LowCardinality(String) COMMENT 'enter, renew or leave',
    `known_at` DateTime64(3, 'UTC') COMMENT 'Clock at which it was decided' CODEC(Delta, ZSTD(1)),
    `cause` LowCardinality(String) COMMENT 'touch, expiry, correction, policy or merge',
    `cause_touch_id` Nullable(UUID) COMMENT 'Touch that caused it; null when none did',
    `cause_source` LowCardinality(String) COMMENT 'Source of that touch; empty when none',
    `cause_time` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of that touch',
    `cause_received` Nullable(DateTime64(3, 'UTC')) COMMENT 'When that touch arrived',
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
    `clock` DateTime64(3, 'UTC') COMMENT 'Clock of the account''s partition when it was decided' CODEC(Delta, ZSTD(1)),
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches it was decided in',
    `offset` UInt64 COMMENT 'Offset in touches it was decided at',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (account_id, at, sequence, transition_id)
COMMENT 'Level transitions, physical. Query the view intensity_transitions.';

CREATE OR REPLACE VIEW account_intensity_history
(
    `account_id` String COMMENT 'Account',
    `valid_at` DateTime64(3, 'UTC') COMMENT 'Instant the row is true of',
    `known_at` DateTime64(3, 'UTC') COMMENT 'Clock of the account''s partition when it was decided',
    `point` LowCardinality(String) COMMENT 'Why there is a row: transition, day_close or policy',
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
    `last_touch_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of the newest counted touch',
    `sequence` UInt32 COMMENT 'Sequence number of the last transition of the account',
    `policy_version` LowCardinality(String) COMMENT 'Policy it was decided under: name@content hash',
    `engine_version` LowCardinality(String) COMMENT 'Engine that decided it',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches it was decided in',
    `offset` UInt64 COMMENT 'Offset in touches it was decided at',
    `step` UInt32 COMMENT 'Order of rows of one account at one offset',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    account_id, valid_at, known_at, point, engaged_since, high_intensity_since, score, contributions, touches_30d,
    people_30d, products_30d, roles_30d, channels_30d, touches_90d, people_90d, products_90d, roles_90d, channels_90d,
    windows, last_touch_at, sequence, policy_version, engine_version, generation, partition, offset, step, ingested_at
FROM account_intensity_history_rows FINAL
COMMENT 'Windows, levels and score of each account at the instants the log determines, as known.';

CREATE OR REPLACE VIEW intensity_transitions
(
    `account_id` String COMMENT 'Account',
    `at` DateTime64(3, 'UTC') COMMENT 'Instant of the transition, exact',
    `sequence` UInt32 COMMENT 'Number of the transition within the account, from 1',
    `transition_id` UUID COMMENT 'Identity: made from generation, account and sequence',
    `level` LowCardinality(String) COMMENT 'engaged or high-intensity',
    `kind` LowCardinality(String) COMMENT 'enter, renew or leave',
    `known_at` DateTime64(3, 'UTC') COMMENT 'Clock at which it was decided',
    `cause` LowCardinality(String) COMMENT 'touch, expiry, correction, policy or merge',
    `cause_touch_id` Nullable(UUID) COMMENT 'Touch that caused it; null when none did',
    `cause_source` LowCardinality(String) COMMENT 'Source of that touch; empty when none',
    `cause_time` Nullable(DateTime64(3, 'UTC')) COMMENT 'Effective time of that touch',
    `cause_received` Nullable(DateTime64(3, 'UTC')) COMMENT 'When that touch arrived',
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
    cause_received, engaged_since, high_intensity_since, score, contributions, touches_30d, people_30d, products_30d,
    roles_30d, channels_30d, touches_90d, people_90d, products_90d, roles_90d, channels_90d, windows, touch_ids, people,
    products, held, policy_version, cool_down_ms, max_people, engine_version, clock, generation, partition, offset,
    ingested_at
FROM intensity_transition_rows FINAL
COMMENT 'Every account entering, renewing or leaving a level, as known, once.';

