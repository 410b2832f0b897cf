CREATE OR REPLACE VIEW account_windows_at AS
WITH
    {as_of:DateTime64(3, 'UTC')} AS as_of_instant,
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
          AND type IN
          (
              SELECT arrayJoin(mapKeys(mapFilter((touch_type, weight) -> weight > 0, weights)))
              FROM (SELECT weights FROM policies WHERE activated_at <= as_of_instant ORDER BY activated_at DESC, activation_order DESC LIMIT 1)
          )
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
