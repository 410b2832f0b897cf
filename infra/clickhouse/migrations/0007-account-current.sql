-- One row per account that ever had a window. The directory's record is found by its id first, else by one of its domains; of
-- several the one stated last. An exclusion covers an account by its id or any domain of its record.
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
    directory AS
    (
        SELECT identity, argMax((name, ultimate_id, owner, tier, territory, lifecycle, industry), (is_id, version)) AS attributes
        FROM
        (
            SELECT
                name, ultimate_id, owner, tier, territory, lifecycle, industry, version,
                arrayJoin(arrayDistinct(arrayConcat([id], domains))) AS identity,
                identity = id AS is_id
            FROM account_rows FINAL
        )
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
            FROM (SELECT arrayConcat([id], domains) AS identities, arrayJoin(identities) AS one FROM accounts) AS record
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
