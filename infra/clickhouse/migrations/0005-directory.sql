-- The directory: what CRM exports say about accounts, opportunities and excluded parties. People stay in Kafka.
-- ReplacingMergeTree, sorted by the record's key: the topics are compacted by it, so the last record of a key is the row,
-- and a tombstone (is_deleted) takes it away. One partition per topic, so generation and offset order the versions.
CREATE TABLE IF NOT EXISTS account_rows
(
    `record_key` String COMMENT 'Key of the record: source and id',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the account in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `name` String COMMENT 'Name of the company',
    `domains` Array(String) COMMENT 'Its domains',
    `parent_id` String COMMENT 'Id of its parent; empty when none',
    `ultimate_id` String COMMENT 'Id of the top of its tree; empty when none',
    `industry` LowCardinality(String) COMMENT 'Industry',
    `region` LowCardinality(String) COMMENT 'Sales region',
    `country` LowCardinality(String) COMMENT 'Country',
    `employees` Nullable(Int64) COMMENT 'Employees; null when unknown',
    `revenue` Nullable(Float64) COMMENT 'Yearly revenue as the source states it; null when unknown',
    `lifecycle` LowCardinality(String) COMMENT 'prospect, open_opportunity, customer, churned or partner',
    `owner` String COMMENT 'Who owns the account on our side',
    `tier` LowCardinality(String) COMMENT 'Tier',
    `territory` LowCardinality(String) COMMENT 'Territory',
    `technologies` Array(LowCardinality(String)) COMMENT 'Technologies in use',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of accounts',
    `offset` UInt64 COMMENT 'Offset in accounts',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Accounts of the directory, physical. Query the view accounts.';

-- The same engine and key as account_rows, for the same reasons.
CREATE TABLE IF NOT EXISTS opportunity_rows
(
    `record_key` String COMMENT 'Key of the record: source and id',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the opportunity in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `account_id` String COMMENT 'Account the opportunity belongs to',
    `type` LowCardinality(String) COMMENT 'Type: new business, expansion, renewal ...',
    `stage` LowCardinality(String) COMMENT 'Stage, in the words of the CRM',
    `stage_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Since when it is at that stage',
    `created_at` DateTime64(3, 'UTC') COMMENT 'When it was opened',
    `closed_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was closed; null while open',
    `is_won` Nullable(Bool) COMMENT 'Won or lost; null while open',
    `amount` Nullable(Float64) COMMENT 'Amount in its currency',
    `currency` LowCardinality(String) COMMENT 'Currency of the amount',
    `product_line` LowCardinality(String) COMMENT 'Product line',
    `owner` String COMMENT 'Who owns it on our side',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of opportunities',
    `offset` UInt64 COMMENT 'Offset in opportunities',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Opportunities of the directory, physical. Query the view opportunities.';

-- The same engine and key as account_rows, for the same reasons. The value of a person is an identity: it is not stored, and
-- the key is hashed.
CREATE TABLE IF NOT EXISTS exclusion_rows
(
    `record_key` String COMMENT 'SHA-256 of the record''s key (kind and value), hex',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the row in its source',
    `kind` LowCardinality(String) COMMENT 'domain, person or account',
    `value` String COMMENT 'The domain or account id; empty for persons, who stay opaque',
    `reason` LowCardinality(String) COMMENT 'employee, agency, partner, competitor, test or job_seeker',
    `scope` Array(LowCardinality(String)) COMMENT 'What it is excluded from: score, route, metrics, train',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'First instant of the exclusion',
    `valid_to` Nullable(DateTime64(3, 'UTC')) COMMENT 'First instant after it; null: open',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of exclusions',
    `offset` UInt64 COMMENT 'Offset in exclusions',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Excluded parties, physical. Query the view exclusions.';

CREATE OR REPLACE VIEW accounts
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the account in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `name` String COMMENT 'Name of the company',
    `domains` Array(String) COMMENT 'Its domains',
    `parent_id` String COMMENT 'Id of its parent; empty when none',
    `ultimate_id` String COMMENT 'Id of the top of its tree; empty when none',
    `industry` LowCardinality(String) COMMENT 'Industry',
    `region` LowCardinality(String) COMMENT 'Sales region',
    `country` LowCardinality(String) COMMENT 'Country',
    `employees` Nullable(Int64) COMMENT 'Employees; null when unknown',
    `revenue` Nullable(Float64) COMMENT 'Yearly revenue as the source states it; null when unknown',
    `lifecycle` LowCardinality(String) COMMENT 'prospect, open_opportunity, customer, churned or partner',
    `owner` String COMMENT 'Who owns the account on our side',
    `tier` LowCardinality(String) COMMENT 'Tier',
    `territory` LowCardinality(String) COMMENT 'Territory',
    `technologies` Array(LowCardinality(String)) COMMENT 'Technologies in use',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, id, valid_from, name, domains, parent_id, ultimate_id, industry, region, country, employees, revenue, lifecycle,
    owner, tier, territory, technologies, received, ingested_at
FROM account_rows FINAL
COMMENT 'Accounts of the directory as last stated, one row per source and id.';

CREATE OR REPLACE VIEW opportunities
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the opportunity in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `account_id` String COMMENT 'Account the opportunity belongs to',
    `type` LowCardinality(String) COMMENT 'Type: new business, expansion, renewal ...',
    `stage` LowCardinality(String) COMMENT 'Stage, in the words of the CRM',
    `stage_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Since when it is at that stage',
    `created_at` DateTime64(3, 'UTC') COMMENT 'When it was opened',
    `closed_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was closed; null while open',
    `is_won` Nullable(Bool) COMMENT 'Won or lost; null while open',
    `amount` Nullable(Float64) COMMENT 'Amount in its currency',
    `currency` LowCardinality(String) COMMENT 'Currency of the amount',
    `product_line` LowCardinality(String) COMMENT 'Product line',
    `owner` String COMMENT 'Who owns it on our side',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, id, valid_from, account_id, type, stage, stage_at, created_at, closed_at, is_won, amount, currency, product_line,
    owner, received, ingested_at
FROM opportunity_rows FINAL
COMMENT 'Opportunities of the directory as last stated, one row per source and id.';

CREATE OR REPLACE VIEW exclusions
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the row in its source',
    `kind` LowCardinality(String) COMMENT 'domain, person or account',
    `value` String COMMENT 'The domain or account id; empty for persons, who stay opaque',
    `reason` LowCardinality(String) COMMENT 'employee, agency, partner, competitor, test or job_seeker',
    `scope` Array(LowCardinality(String)) COMMENT 'What it is excluded from: score, route, metrics, train',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'First instant of the exclusion',
    `valid_to` Nullable(DateTime64(3, 'UTC')) COMMENT 'First instant after it; null: open',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT source, id, kind, value, reason, scope, valid_from, valid_to, received, ingested_at
FROM exclusion_rows FINAL
COMMENT 'Parties whose touches do not count, one row per kind and value.';
