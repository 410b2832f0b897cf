-- The directory's history. Of accounts and people every dated version is kept, and every statement of each version with the
-- instant from which it was known: what was true at an instant, and what was known of it at another, are asked for separately.
-- Then orders, campaigns and the content catalogue: the same engine and key as account_rows, for the same reasons. Of campaigns
-- and content every dated version is a row, too.

CREATE TABLE IF NOT EXISTS order_rows
(
    `record_key` String COMMENT 'Key of the record: source and id',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the order in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `account_id` String COMMENT 'Account that ordered, by its id in the source',
    `product` LowCardinality(String) COMMENT 'Product area',
    `category` LowCardinality(String) COMMENT 'Category, in the words of the source',
    `amount` Nullable(Float64) COMMENT 'Amount in its currency; negative: a refund; null when unknown',
    `currency` LowCardinality(String) COMMENT 'Currency of the amount',
    `at` DateTime64(3, 'UTC') COMMENT 'When it was ordered',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of orders',
    `offset` UInt64 COMMENT 'Offset in orders',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Orders of the directory, physical. Query the view orders.';

CREATE OR REPLACE VIEW orders
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the order in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `account_id` String COMMENT 'Account that ordered, by its id in the source',
    `product` LowCardinality(String) COMMENT 'Product area',
    `category` LowCardinality(String) COMMENT 'Category, in the words of the source',
    `amount` Nullable(Float64) COMMENT 'Amount in its currency; negative: a refund; null when unknown',
    `currency` LowCardinality(String) COMMENT 'Currency of the amount',
    `at` DateTime64(3, 'UTC') COMMENT 'When it was ordered',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, id, valid_from, account_id, product, category, amount, currency, at, received, ingested_at
FROM order_rows FINAL
COMMENT 'What accounts have bought, one row per source and id.';

CREATE TABLE IF NOT EXISTS campaign_rows
(
    `record_key` String COMMENT 'Key of the record: source, id and valid_from',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the campaign in its source, as touches name it',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `name` String COMMENT 'Name',
    `channel` LowCardinality(String) COMMENT 'Channel',
    `cost` Nullable(Float64) COMMENT 'What it cost, in the currency of the source; null when unknown',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of campaigns',
    `offset` UInt64 COMMENT 'Offset in campaigns',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Dated versions of campaigns, physical. Query the view campaigns.';

CREATE OR REPLACE VIEW campaigns
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the campaign in its source, as touches name it',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `name` String COMMENT 'Name',
    `channel` LowCardinality(String) COMMENT 'Channel',
    `cost` Nullable(Float64) COMMENT 'What it cost, in the currency of the source; null when unknown',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, id, valid_from, name, channel, cost, received, ingested_at
FROM campaign_rows FINAL
WHERE valid_from <= now64(3)
ORDER BY valid_from DESC, version DESC
LIMIT 1 BY source, id
COMMENT 'Campaigns and what they cost, as of now, one row per source and id.';

CREATE TABLE IF NOT EXISTS content_rows
(
    `record_key` String COMMENT 'Key of the record: source, id and valid_from',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the asset in its source, as touches may name it',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `url` String COMMENT 'Its address, as touches may name it',
    `title` String COMMENT 'Title',
    `product` LowCardinality(String) COMMENT 'Product area',
    `persona` LowCardinality(String) COMMENT 'Whom it is for',
    `phase` LowCardinality(String) COMMENT 'Phase of the buying process that it is for',
    `language` LowCardinality(String) COMMENT 'Language of its text',
    `retired_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was taken out of use; null: in use',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of content',
    `offset` UInt64 COMMENT 'Offset in content',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Dated versions of the content catalogue, physical. Query the view content.';

CREATE OR REPLACE VIEW content
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the asset in its source, as touches may name it',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `url` String COMMENT 'Its address, as touches may name it',
    `title` String COMMENT 'Title',
    `product` LowCardinality(String) COMMENT 'Product area',
    `persona` LowCardinality(String) COMMENT 'Whom it is for',
    `phase` LowCardinality(String) COMMENT 'Phase of the buying process that it is for',
    `language` LowCardinality(String) COMMENT 'Language of its text',
    `retired_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was taken out of use; null: in use',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, id, valid_from, url, title, product, persona, phase, language, retired_at, received, ingested_at
FROM content_rows FINAL
WHERE valid_from <= now64(3)
ORDER BY valid_from DESC, version DESC
LIMIT 1 BY source, id
COMMENT 'The content catalogue as of now, one row per source and id.';

-- One row per record key, which is a dated version of an account.
ALTER TABLE account_rows ADD COLUMN IF NOT EXISTS aliases Array(String) COMMENT 'Former names and domains, and other spellings' AFTER domains;

ALTER TABLE account_rows MODIFY COLUMN record_key COMMENT 'Key of the record: source, id and valid_from';

ALTER TABLE account_rows MODIFY COMMENT 'Dated versions of accounts, physical. Query the view accounts, or accounts_at.';

-- Every record is a row: whole versions, whose unchanged columns compress to next to nothing.
CREATE TABLE IF NOT EXISTS account_history_rows
(
    `record_key` String COMMENT 'Key of the record: source, id and valid_from',
    `version` UInt128 COMMENT 'Generation, then offset: a later one corrects what was stated under its key before',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone, which withdraws the version',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the account in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `name` String COMMENT 'Name of the company',
    `domains` Array(String) COMMENT 'Its domains',
    `aliases` Array(String) COMMENT 'Former names and domains, and other spellings',
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
    `known_at` DateTime64(3, 'UTC') COMMENT 'When this was stated',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of accounts',
    `offset` UInt64 COMMENT 'Offset in accounts',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree
ORDER BY (record_key, version)
COMMENT 'Every statement about accounts, physical. Query accounts_at, or the view account_history.';

-- What was stored before there was a history: known since it arrived.
INSERT INTO account_history_rows
(
    record_key, version, is_deleted, source, id, valid_from, name, domains, aliases, parent_id, ultimate_id, industry,
    region, country, employees, revenue, lifecycle, owner, tier, territory, technologies, known_at, generation,
    partition, offset, ingested_at
)
SELECT
    record_key, version, is_deleted, source, id, valid_from, name, domains, aliases, parent_id, ultimate_id, industry,
    region, country, employees, revenue, lifecycle, owner, tier, territory, technologies, received, generation,
    partition, offset, ingested_at
FROM account_rows;

CREATE OR REPLACE VIEW accounts
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the account in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `name` String COMMENT 'Name of the company',
    `domains` Array(String) COMMENT 'Its domains',
    `aliases` Array(String) COMMENT 'Former names and domains, and other spellings',
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
    source, id, valid_from, name, domains, aliases, parent_id, ultimate_id, industry, region, country, employees,
    revenue, lifecycle, owner, tier, territory, technologies, received, ingested_at
FROM account_rows FINAL
WHERE valid_from <= now64(3)
ORDER BY valid_from DESC, version DESC
LIMIT 1 BY source, id
COMMENT 'Accounts of the directory as of now, one row per source and id.';

CREATE OR REPLACE VIEW account_history
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `id` String COMMENT 'Id of the account in its source',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `name` String COMMENT 'Name of the company',
    `domains` Array(String) COMMENT 'Its domains',
    `aliases` Array(String) COMMENT 'Former names and domains, and other spellings',
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
    `known_at` DateTime64(3, 'UTC') COMMENT 'When this was stated',
    `known_to` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was corrected or withdrawn; null: it stands',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, id, valid_from, name, domains, aliases, parent_id, ultimate_id, industry, region, country, employees,
    revenue, lifecycle, owner, tier, territory, technologies, known_at, known_to, ingested_at
FROM
(
    SELECT
        *,
        leadInFrame(toNullable(known_at)) OVER
        (
            PARTITION BY record_key ORDER BY version ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS known_to
    FROM account_history_rows FINAL
)
WHERE is_deleted = 0
COMMENT 'Every statement about accounts: since when it is true, when it was stated, and until when it was believed.';

-- What was stated last by known_at of each dated version; of these the youngest that was true at the instant. Versions are read in
-- the order of the table, so that memory grows with accounts and not with statements.
CREATE OR REPLACE VIEW accounts_at
AS WITH
    {at:DateTime64(3, 'UTC')} AS at_instant,
    {known_at:DateTime64(3, 'UTC')} AS known_instant
SELECT
    source, id, valid_from, name, domains, aliases, parent_id, ultimate_id, industry, region, country, employees,
    revenue, lifecycle, owner, tier, territory, technologies, known_at
FROM
(
    SELECT * FROM account_history_rows
    WHERE known_at <= known_instant
    ORDER BY record_key DESC, version DESC
    LIMIT 1 BY record_key
)
WHERE is_deleted = 0 AND valid_from <= at_instant
ORDER BY valid_from DESC, version DESC
LIMIT 1 BY source, id
COMMENT 'Accounts of the directory as of an instant, as known at another: accounts_at(at = ''2026-01-31 00:00:00'', known_at = ''2026-03-01 00:00:00''). Columns as in account_history, without known_to. A row without valid_from is true since ever.';

-- People without names and addresses: those stay in Kafka. Ids are identities, and hashed as in opportunity_contact_rows.
CREATE TABLE IF NOT EXISTS person_rows
(
    `record_key` String COMMENT 'SHA-256 of the record''s key (source, id and valid_from), hex',
    `version` UInt128 COMMENT 'Generation, then offset: the last record of a key wins',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `person_hash` String COMMENT 'SHA-256 of source and id of the person, hex: the same person has the same one, who stays opaque',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `title` String COMMENT 'Job title, in the words of the source; empty when unknown',
    `account_id` String COMMENT 'Account of the person, by its id in the source; empty when none',
    `status` LowCardinality(String) COMMENT 'Status, in the words of the source',
    `consent_purpose` LowCardinality(String) COMMENT 'What the person agreed to; empty: no consent is stated',
    `consent_region` LowCardinality(String) COMMENT 'Region whose law applies',
    `consent_proof` String COMMENT 'What proves it, without addresses',
    `consent_time` String COMMENT 'When it was given, as the source wrote it',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of people',
    `offset` UInt64 COMMENT 'Offset in people',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY record_key
COMMENT 'Dated versions of people, physical. Query the view people, or people_at.';

-- The same engine and key as account_history_rows, for the same reasons.
CREATE TABLE IF NOT EXISTS person_history_rows
(
    `record_key` String COMMENT 'SHA-256 of the record''s key (source, id and valid_from), hex',
    `version` UInt128 COMMENT 'Generation, then offset: a later one corrects what was stated under its key before',
    `is_deleted` UInt8 COMMENT '1: the record was a tombstone, which withdraws the version',
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `person_hash` String COMMENT 'SHA-256 of source and id of the person, hex: the same person has the same one, who stays opaque',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `title` String COMMENT 'Job title, in the words of the source; empty when unknown',
    `account_id` String COMMENT 'Account of the person, by its id in the source; empty when none',
    `status` LowCardinality(String) COMMENT 'Status, in the words of the source',
    `consent_purpose` LowCardinality(String) COMMENT 'What the person agreed to; empty: no consent is stated',
    `consent_region` LowCardinality(String) COMMENT 'Region whose law applies',
    `consent_proof` String COMMENT 'What proves it, without addresses',
    `consent_time` String COMMENT 'When it was given, as the source wrote it',
    `known_at` DateTime64(3, 'UTC') COMMENT 'When this was stated',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of people',
    `offset` UInt64 COMMENT 'Offset in people',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
ENGINE = ReplacingMergeTree
ORDER BY (record_key, version)
COMMENT 'Every statement about people, physical. Query people_at, or the view person_history.';

CREATE OR REPLACE VIEW people
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `person_hash` String COMMENT 'SHA-256 of source and id of the person, hex: the same person has the same one, who stays opaque',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `title` String COMMENT 'Job title, in the words of the source; empty when unknown',
    `account_id` String COMMENT 'Account of the person, by its id in the source; empty when none',
    `status` LowCardinality(String) COMMENT 'Status, in the words of the source',
    `consent_purpose` LowCardinality(String) COMMENT 'What the person agreed to; empty: no consent is stated',
    `consent_region` LowCardinality(String) COMMENT 'Region whose law applies',
    `consent_proof` String COMMENT 'What proves it, without addresses',
    `consent_time` String COMMENT 'When it was given, as the source wrote it',
    `received` DateTime64(3, 'UTC') COMMENT 'When the row arrived',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, person_hash, valid_from, title, account_id, status, consent_purpose, consent_region, consent_proof,
    consent_time, received, ingested_at
FROM person_rows FINAL
WHERE valid_from <= now64(3)
ORDER BY valid_from DESC, version DESC
LIMIT 1 BY source, person_hash
COMMENT 'People of the directory as of now, one row per source and person. Opaque: no names, no addresses.';

CREATE OR REPLACE VIEW person_history
(
    `source` LowCardinality(String) COMMENT 'System the row came from',
    `person_hash` String COMMENT 'SHA-256 of source and id of the person, hex: the same person has the same one, who stays opaque',
    `valid_from` DateTime64(3, 'UTC') COMMENT 'Since when the row is true',
    `title` String COMMENT 'Job title, in the words of the source; empty when unknown',
    `account_id` String COMMENT 'Account of the person, by its id in the source; empty when none',
    `status` LowCardinality(String) COMMENT 'Status, in the words of the source',
    `consent_purpose` LowCardinality(String) COMMENT 'What the person agreed to; empty: no consent is stated',
    `consent_region` LowCardinality(String) COMMENT 'Region whose law applies',
    `consent_proof` String COMMENT 'What proves it, without addresses',
    `consent_time` String COMMENT 'When it was given, as the source wrote it',
    `known_at` DateTime64(3, 'UTC') COMMENT 'When this was stated',
    `known_to` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was corrected or withdrawn; null: it stands',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS SELECT
    source, person_hash, valid_from, title, account_id, status, consent_purpose, consent_region, consent_proof,
    consent_time, known_at, known_to, ingested_at
FROM
(
    SELECT
        *,
        leadInFrame(toNullable(known_at)) OVER
        (
            PARTITION BY record_key ORDER BY version ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS known_to
    FROM person_history_rows FINAL
)
WHERE is_deleted = 0
COMMENT 'Every statement about people: since when it is true, when it was stated, and until when it was believed.';

-- The same as accounts_at, for the same reasons.
CREATE OR REPLACE VIEW people_at
AS WITH
    {at:DateTime64(3, 'UTC')} AS at_instant,
    {known_at:DateTime64(3, 'UTC')} AS known_instant
SELECT
    source, person_hash, valid_from, title, account_id, status, consent_purpose, consent_region, consent_proof,
    consent_time, known_at
FROM
(
    SELECT * FROM person_history_rows
    WHERE known_at <= known_instant
    ORDER BY record_key DESC, version DESC
    LIMIT 1 BY record_key
)
WHERE is_deleted = 0 AND valid_from <= at_instant
ORDER BY valid_from DESC, version DESC
LIMIT 1 BY source, person_hash
COMMENT 'People of the directory as of an instant, as known at another: people_at(at = ''2026-01-31 00:00:00'', known_at = ''2026-03-01 00:00:00''). Columns as in person_history, without known_to. Opaque: no names, no addresses.';

-- As before, but of an account with several dated versions the one that is true now, and found by what the resolver names an
-- account by besides: its source and id (in that spelling), or a former domain among its aliases.
CREATE OR REPLACE VIEW account_current
(
    `account_id` String COMMENT 'Account',
    `name` String COMMENT 'Name of the company; empty when the directory has none',
    `ultimate_id` String COMMENT 'Top of its tree in the directory; empty when none',
    `level` LowCardinality(String) COMMENT 'high-intensity, engaged or empty',
    `since` Nullable(DateTime64(3, 'UTC')) COMMENT 'Since when it is at that level',
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
    `owner` String COMMENT 'Who owns the account on our side',
    `tier` LowCardinality(String) COMMENT 'Tier',
    `territory` LowCardinality(String) COMMENT 'Territory',
    `lifecycle` LowCardinality(String) COMMENT 'prospect, open_opportunity, customer, churned or partner',
    `industry` LowCardinality(String) COMMENT 'Industry',
    `excluded` Bool COMMENT 'Excluded from scores or routes at the account''s clock',
    `valid_at` DateTime64(3, 'UTC') COMMENT 'Instant the row is true of',
    `clock` DateTime64(3, 'UTC') COMMENT 'Clock of the account''s partition when it was decided',
    `sequence` UInt32 COMMENT 'Sequence number of the last transition of the account',
    `policy_version` LowCardinality(String) COMMENT 'Policy it was decided under: name@content hash',
    `engine_version` LowCardinality(String) COMMENT 'Engine that decided it',
    `generation` UInt16 COMMENT 'Generation of topics and tables',
    `partition` UInt16 COMMENT 'Partition of touches it was decided in',
    `offset` UInt64 COMMENT 'Offset in touches it was decided at',
    `ingested_at` DateTime64(3, 'UTC') COMMENT 'When the sink wrote this row'
)
AS WITH
    known_accounts AS
    (
        SELECT
            name, ultimate_id, owner, tier, territory, lifecycle, industry, version,
            [id, concat(replaceAll(replaceAll(source, '%', '%25'), ':', '%3A'), ':', id)] AS ids,
            arrayDistinct(arrayConcat(ids, domains, arrayMap(alias -> lower(alias), arrayFilter(alias -> alias LIKE '%_.__%' AND alias NOT LIKE '% %', aliases)))) AS identities
        FROM account_rows FINAL
        WHERE valid_from <= now64(3)
        ORDER BY valid_from DESC, version DESC
        LIMIT 1 BY source, id
    ),
    directory AS
    (
        SELECT
            identity,
            argMax((name, ultimate_id, owner, tier, territory, lifecycle, industry), (has(ids, identity), version)) AS attributes
        FROM (SELECT *, arrayJoin(identities) AS identity FROM known_accounts)
        GROUP BY identity
    ),
    excluded_parties AS
    (
        SELECT value AS identity, (valid_from, valid_to) AS period
        FROM exclusions
        WHERE kind IN ('account', 'domain') AND hasAny(scope, ['score', 'route'])
    ),
    excluded_identities AS
    (
        SELECT identity, groupArray(period) AS periods
        FROM
        (
            SELECT identity, period FROM excluded_parties
            UNION ALL
            SELECT arrayJoin(record.identities) AS identity, excluded_parties.period AS period
            FROM (SELECT identities, arrayJoin(identities) AS one FROM known_accounts) AS record
            INNER JOIN excluded_parties ON excluded_parties.identity = record.one
        )
        GROUP BY identity
    )
SELECT
    current.account_id AS account_id,
    directory.attributes.1 AS name,
    directory.attributes.2 AS ultimate_id,
    multiIf(isNotNull(current.high_intensity_since), 'high-intensity', isNotNull(current.engaged_since), 'engaged', '') AS level,
    coalesce(current.high_intensity_since, current.engaged_since) AS since,
    current.engaged_since AS engaged_since,
    current.high_intensity_since AS high_intensity_since,
    current.score AS score,
    current.contributions AS contributions,
    current.touches_30d AS touches_30d,
    current.people_30d AS people_30d,
    current.products_30d AS products_30d,
    current.roles_30d AS roles_30d,
    current.channels_30d AS channels_30d,
    current.touches_90d AS touches_90d,
    current.people_90d AS people_90d,
    current.products_90d AS products_90d,
    current.roles_90d AS roles_90d,
    current.channels_90d AS channels_90d,
    current.windows AS windows,
    current.last_touch_at AS last_touch_at,
    directory.attributes.3 AS owner,
    directory.attributes.4 AS tier,
    directory.attributes.5 AS territory,
    directory.attributes.6 AS lifecycle,
    directory.attributes.7 AS industry,
    toBool(arrayExists(period -> period.1 <= current.clock AND (isNull(period.2) OR current.clock < period.2), excluded_identities.periods)) AS excluded,
    current.valid_at AS valid_at,
    current.clock AS clock,
    current.sequence AS sequence,
    current.policy_version AS policy_version,
    current.engine_version AS engine_version,
    current.generation AS generation,
    current.partition AS partition,
    current.offset AS offset,
    current.ingested_at AS ingested_at
FROM (SELECT * FROM account_intensity_current FINAL) AS current
LEFT JOIN directory ON directory.identity = current.account_id
LEFT JOIN excluded_identities ON excluded_identities.identity = current.account_id
COMMENT 'One row per account: its windows, level and score now, with what the directory says about it.';
