-- Where a visit came from: source, medium and channel, by the rule tables.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE FUNCTION reporting_zone() RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT (SELECT reporting_zone FROM warehouse_settings)
$$;

COMMENT ON FUNCTION reporting_zone IS 'Time zone of reporting days. As (SELECT reporting_zone()) it is asked once a query, else once a row';

CREATE OR REPLACE FUNCTION is_source_of(source TEXT, wanted TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT EXISTS (
    SELECT FROM channel_sources known
    WHERE known.category = wanted AND position('.' || known.source || '.' IN '.' || lower(is_source_of.source) || '.') > 0)
$$;

COMMENT ON FUNCTION is_source_of IS 'Whether a source, a name or a host, belongs to a category of channel_sources';

CREATE OR REPLACE FUNCTION channel_of(source TEXT, medium TEXT, campaign TEXT) RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT coalesce((
    SELECT rule.channel
    FROM channel_rules rule
    WHERE (rule.source_pattern IS NULL OR lower(channel_of.source) ~ rule.source_pattern)
      AND (rule.medium_pattern IS NULL OR lower(channel_of.medium) ~ rule.medium_pattern)
      AND (rule.campaign_pattern IS NULL OR lower(channel_of.campaign) ~ rule.campaign_pattern)
      AND (rule.source_category IS NULL OR is_source_of(channel_of.source, rule.source_category))
    ORDER BY rule.rule
    LIMIT 1), 'Unassigned')
$$;

COMMENT ON FUNCTION channel_of IS 'Default channel group of a source, medium and campaign, by channel_rules';

-- UTM parameters tell more than a click id, and that more than a referrer.
CREATE OR REPLACE FUNCTION origin_of(
  utm_source TEXT, utm_medium TEXT, utm_campaign TEXT, click_id_type TEXT, referrer_host TEXT,
  OUT source TEXT, OUT medium TEXT, OUT channel TEXT) LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT origin.source, origin.medium, channel_of(origin.source, origin.medium, $3)
  FROM (
    SELECT coalesce($1, '(not set)') AS source, coalesce($2, '(not set)') AS medium, 1 AS place
    WHERE $1 IS NOT NULL OR $2 IS NOT NULL OR $3 IS NOT NULL
    UNION ALL
    SELECT click.source, click.medium, 2 FROM click_id_sources click WHERE click.click_id_type = $4
    UNION ALL
    SELECT $5, CASE WHEN is_source_of($5, 'search') THEN 'organic' ELSE 'referral' END, 3
    WHERE $5 IS NOT NULL AND NOT is_source_of($5, 'payment')
    UNION ALL
    SELECT '(direct)', '(none)', 4) origin
  ORDER BY origin.place
  LIMIT 1
$$;

COMMENT ON FUNCTION origin_of IS 'Source, medium and channel of a session, from its own columns';

CREATE OR REPLACE FUNCTION rules_hash() RETURNS TEXT LANGUAGE sql STABLE AS
$$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    (SELECT jsonb_agg(to_jsonb(source) ORDER BY source.source) FROM channel_sources source),
    (SELECT jsonb_agg(to_jsonb(click) ORDER BY click.click_id_type) FROM click_id_sources click),
    (SELECT jsonb_agg(to_jsonb(rule) ORDER BY rule.rule) FROM channel_rules rule),
    (SELECT jsonb_agg(to_jsonb(step) ORDER BY step.funnel, step.step) FROM funnel_steps step))::TEXT, 'UTF8')), 'hex')
$$;

COMMENT ON FUNCTION rules_hash IS 'SHA-256 of the rule tables; warehouse_settings has that of the rules that the marts were made by';
