-- ReplacingMergeTree, sorted by coordinates: an activation stands in every partition of touches, and each copy is the same
-- row when it is delivered again. A handful of rows.
CREATE TABLE IF NOT EXISTS policy_activation_rows
(
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches the activation was read from',
    `offset` UInt64 COMMENT 'Offset in touches',
    `activated_at` DateTime64(3, 'UTC') COMMENT 'Instant from which accounts are judged by this policy',
    `version` String COMMENT 'name@content hash',
    `name` LowCardinality(String) COMMENT 'Name of the policy',
    `content` String COMMENT 'The policy as canonical JSON' CODEC(ZSTD(3)),
    `activated_by` String COMMENT 'Who activated it',
    `weights` Map(LowCardinality(String), UInt32) COMMENT 'Touch type to weight in hundredths; a type that is not named weighs 0',
    `window_days` Array(UInt16) COMMENT 'Window lengths in days, ascending',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree
ORDER BY (generation, partition, offset)
COMMENT 'Policy activations of every partition, physical. Query the view policies.';

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
    `generation` UInt16 COMMENT 'Generation of topics and tables'
)
AS SELECT
    activated_at, argMin(offset, partition) AS activation_order, version, any(name) AS name, any(content) AS content,
    any(activated_by) AS activated_by, any(weights) AS weights, any(window_days) AS window_days, generation
FROM policy_activation_rows FINAL
GROUP BY generation, activated_at, version
COMMENT 'Every policy activation once. In effect at an instant: the last one at or before it.';
