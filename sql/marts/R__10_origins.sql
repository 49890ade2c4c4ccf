-- Traffic source of a session: source, medium and channel, by the rule tables.
-- Functions only. The merge calls origin_of for each distinct origin of the sessions it writes.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE FUNCTION reporting_zone() RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT (SELECT reporting_zone FROM warehouse_settings)
$$;

COMMENT ON FUNCTION reporting_zone IS
  'Returns the time zone of reporting days. Write (SELECT reporting_zone()), which is evaluated'
  ' once per query instead of once per row.';

CREATE OR REPLACE FUNCTION source_category(source TEXT)
RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  WITH named AS MATERIALIZED (SELECT '.' || lower(source_category.source) || '.' AS labels)
  SELECT known.category
  FROM named CROSS JOIN channel_sources known
  WHERE position('.' || known.source || '.' IN named.labels) > 0
  ORDER BY length(known.source) DESC, known.source
  LIMIT 1
$$;

COMMENT ON FUNCTION source_category IS
  'Returns the category of a source (name or host) by the longest matching row of'
  ' channel_sources; NULL without a match.';

CREATE OR REPLACE FUNCTION channel_of(source TEXT, medium TEXT, campaign TEXT)
RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  -- MATERIALIZED: the category is looked up once, not once per rule.
  WITH kind AS MATERIALIZED (SELECT source_category(channel_of.source) AS category)
  SELECT coalesce((
    SELECT rule.channel
    FROM channel_rules rule
    WHERE (rule.source_pattern IS NULL OR lower(channel_of.source) ~ rule.source_pattern)
      AND (rule.medium_pattern IS NULL OR lower(channel_of.medium) ~ rule.medium_pattern)
      AND (rule.campaign_pattern IS NULL OR lower(channel_of.campaign) ~ rule.campaign_pattern)
      AND (rule.source_category IS NULL OR rule.source_category = (SELECT kind.category FROM kind))
    ORDER BY rule.rule
    LIMIT 1), 'Unassigned')
$$;

COMMENT ON FUNCTION channel_of IS
  'Returns the default channel group of a source, medium and campaign, by channel_rules.';

-- Precedence: utm_source and utm_medium, click id, utm_campaign alone, referrer, direct.
CREATE OR REPLACE FUNCTION origin_of(
  utm_source TEXT, utm_medium TEXT, utm_campaign TEXT, click_id_type TEXT, referrer_host TEXT,
  OUT source TEXT, OUT medium TEXT, OUT channel TEXT) LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT origin.source, origin.medium, channel_of(origin.source, origin.medium, $3)
  FROM (
    SELECT coalesce($1, '(not set)') AS source, coalesce($2, '(not set)') AS medium, 1 AS place
    WHERE $1 IS NOT NULL OR $2 IS NOT NULL
    UNION ALL
    SELECT click.source, click.medium, 2 FROM click_id_sources click WHERE click.click_id_type = $4
    UNION ALL
    SELECT '(not set)', '(not set)', 3 WHERE $3 IS NOT NULL
    UNION ALL
    SELECT
      $5,
      CASE source_category($5)
        WHEN 'search' THEN 'organic' WHEN 'ai' THEN 'ai-assistant' ELSE 'referral' END,
      4
    WHERE $5 IS NOT NULL AND source_category($5) IS DISTINCT FROM 'payment'
    UNION ALL
    SELECT '(direct)', '(none)', 5) origin
  ORDER BY origin.place
  LIMIT 1
$$;

COMMENT ON FUNCTION origin_of IS
  'Returns source, medium and channel of a session from its own columns.';

CREATE OR REPLACE FUNCTION rules_hash() RETURNS TEXT LANGUAGE sql STABLE AS
$$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    (SELECT jsonb_agg(to_jsonb(source) ORDER BY source.source) FROM channel_sources source),
    (SELECT jsonb_agg(to_jsonb(click) ORDER BY click.click_id_type) FROM click_id_sources click),
    (SELECT jsonb_agg(to_jsonb(rule) ORDER BY rule.rule) FROM channel_rules rule),
    (SELECT jsonb_agg(to_jsonb(step) ORDER BY step.funnel, step.step) FROM funnel_steps step)
  )::TEXT, 'UTF8')), 'hex')
$$;

COMMENT ON FUNCTION rules_hash IS
  'Returns the SHA-256 of the rule tables. warehouse_settings has the hash of the rules that'
  ' marts were computed by.';
