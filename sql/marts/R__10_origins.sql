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

CREATE OR REPLACE FUNCTION closed_before()
RETURNS TIMESTAMPTZ LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT coalesce((SELECT closed_before FROM warehouse_settings), '-infinity')
$$;

COMMENT ON FUNCTION closed_before IS
  'Returns the end of the closed period; -infinity if no period is closed.';

CREATE OR REPLACE FUNCTION closed_day() RETURNS DATE LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT coalesce(
    (SELECT (closed_before AT TIME ZONE reporting_zone)::DATE FROM warehouse_settings),
    '-infinity')
$$;

COMMENT ON FUNCTION closed_day IS
  'Returns the first reporting day after the closed period; -infinity if no period is closed.';

CREATE OR REPLACE FUNCTION closed_week() RETURNS DATE LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT coalesce(
    (SELECT date_trunc('week', closed_before AT TIME ZONE reporting_zone)::DATE
     FROM warehouse_settings),
    '-infinity')
$$;

COMMENT ON FUNCTION closed_week IS
  'Returns the Monday of the week that has the end of the closed period; -infinity if no period is'
  ' closed. Rows of visitor_weeks before it are final.';

-- A host has few labels, and a longer text than a host none: the cost of a source is bounded.
CREATE OR REPLACE FUNCTION source_rows(source TEXT)
RETURNS TABLE (name TEXT, place INTEGER) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  WITH split AS (
    SELECT string_to_array(rtrim(lower(source), '.'), '.') AS labels
    -- No host is longer. A longer text could have thousands of labels.
    WHERE length(source) <= 253),
  host AS (
    SELECT split.labels, cardinality(split.labels) AS last,
      cardinality(split.labels) - CASE
        WHEN cardinality(split.labels) = 1 THEN 0
        -- Registries such as .com.vn and .co.uk sell names below two labels.
        WHEN cardinality(split.labels) > 2
          AND split.labels[cardinality(split.labels)] ~ '^[a-z]{2}$'
          AND split.labels[cardinality(split.labels) - 1]
            ~ '^(ac|biz|co|com|edu|gen|go|gob|gouv|gov|info|ltd|mil|name|ne|net|or|org|plc|pro|sch)$'
          THEN 2
        ELSE 1 END AS registered
    FROM split)
  SELECT array_to_string(host.labels[part.first:part.until], '.'),
    CASE WHEN part.first = 1 THEN 1 ELSE 3 END
  FROM host
  CROSS JOIN LATERAL (
    SELECT first, until
    FROM generate_series(1, host.registered) AS first
    CROSS JOIN unnest(ARRAY[host.last, host.registered]) AS until) AS part
  UNION ALL
  SELECT rtrim(host.labels[label], '0123456789') || '.', 2
  FROM host CROSS JOIN generate_series(1, host.registered - 1) AS label
$$;

COMMENT ON FUNCTION source_rows IS
  'Returns the rows of channel_sources that a source (name or host) could match, and their places:'
  ' 1 the host itself, 2 labels below the registered domain without digits at their end, 3 parent'
  ' domains. Hosts and domains stand with and without the public suffix. A source of more than 253'
  ' characters has none.';

CREATE OR REPLACE FUNCTION source_names(source TEXT)
RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT ARRAY(SELECT name FROM source_rows(source_names.source) WHERE place <> 2)
$$;

COMMENT ON FUNCTION source_names IS
  'Returns a source (name or host) and its parent domains, each with and without the public suffix.'
  ' news.google.com.vn gives google, but google.shop.vn does not.';

CREATE OR REPLACE FUNCTION source_category(source TEXT)
RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT known.category
  FROM source_rows(source_category.source) AS candidate
  JOIN channel_sources AS known ON known.source = candidate.name
  ORDER BY candidate.place, length(known.source) DESC, known.source
  LIMIT 1
$$;

COMMENT ON FUNCTION source_category IS
  'Returns the category of a source (name or host) by the first and longest matching row of'
  ' channel_sources; NULL without a match.';

CREATE OR REPLACE FUNCTION channel_of(source TEXT, medium TEXT, campaign TEXT)
RETURNS TEXT LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  -- MATERIALIZED: the category is looked up once, not once per rule.
  WITH kind AS MATERIALIZED (SELECT source_category(channel_of.source) AS category)
  SELECT coalesce((
    SELECT rule.channel
    FROM channel_rules rule
    CROSS JOIN (
      -- The time of a match grows with the text.
      SELECT lower(left(channel_of.source, 256)) AS source,
        lower(left(channel_of.medium, 256)) AS medium,
        lower(left(channel_of.campaign, 256)) AS campaign) AS origin
    WHERE (rule.source_pattern IS NULL OR origin.source ~ rule.source_pattern)
      AND (rule.medium_pattern IS NULL OR origin.medium ~ rule.medium_pattern)
      AND (rule.campaign_pattern IS NULL OR origin.campaign ~ rule.campaign_pattern)
      AND (rule.source_category IS NULL OR rule.source_category = (SELECT kind.category FROM kind))
    ORDER BY rule.rule
    LIMIT 1), 'Unassigned')
$$;

COMMENT ON FUNCTION channel_of IS
  'Returns the default channel group of a source, medium and campaign, by channel_rules. The first'
  ' 256 characters of each count.';

CREATE OR REPLACE FUNCTION is_paid_medium(medium TEXT)
RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
  SELECT coalesce(
    lower(left(medium, 256)) ~ '^(.*cp.*|ppc|retargeting|paid.*|display|banner|expandable|interstitial)$',
    FALSE)
$$;

COMMENT ON FUNCTION is_paid_medium IS
  'Returns true if a medium names paid traffic, as the rules for paid channels do.';

-- Precedence: click id that stands alone or agrees with utm_source, utm_source and utm_medium,
-- utm_campaign alone, referrer, direct.
CREATE OR REPLACE FUNCTION origin_of(
  utm_source TEXT, utm_medium TEXT, utm_campaign TEXT, click_id_type TEXT, referrer_host TEXT,
  OUT source TEXT, OUT medium TEXT, OUT channel TEXT) LANGUAGE sql STABLE PARALLEL SAFE AS
$$
  SELECT origin.source, origin.medium, channel_of(origin.source, origin.medium, $3)
  FROM (
    -- The click was paid for, whatever unpaid medium was sent.
    SELECT coalesce($1, click.source) AS source,
      CASE WHEN is_paid_medium($2) OR NOT is_paid_medium(click.medium)
        THEN coalesce($2, click.medium) ELSE click.medium END AS medium,
      1 AS place
    FROM click_id_sources click
    WHERE click.click_id_type = $4 AND ($1 IS NULL OR click.names && source_names($1))
    UNION ALL
    SELECT coalesce($1, '(not set)'), coalesce($2, '(not set)'), 2
    WHERE $1 IS NOT NULL OR $2 IS NOT NULL
    UNION ALL
    SELECT '(not set)', '(not set)', 3 WHERE $3 IS NOT NULL
    UNION ALL
    SELECT
      $5,
      CASE source_category($5)
        WHEN 'search' THEN 'organic' WHEN 'ai' THEN 'ai-assistant' ELSE 'referral' END,
      4
    WHERE $5 IS NOT NULL AND coalesce(source_category($5) NOT IN ('payment', 'sign-in'), TRUE)
    UNION ALL
    SELECT '(direct)', '(none)', 5) origin
  ORDER BY origin.place
  LIMIT 1
$$;

COMMENT ON FUNCTION origin_of IS
  'Returns source, medium and channel of a session from the columns of its touch.';

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
