-- Attribution of the orders in a range of reporting days, computed by each call. Functions only.
-- The mart order_touches stores first, last and linear.

SET LOCAL ROLE clickstream_owner;

CREATE OR REPLACE FUNCTION attribution_of_touches(from_day DATE, to_day DATE)
RETURNS TABLE (
  model TEXT, order_id TEXT, channel TEXT, share DOUBLE PRECISION, revenue_minor BIGINT,
  currency TEXT)
LANGUAGE sql STABLE AS
$$
  SELECT weighted.model, touch.order_id, touch.channel,
    weighted.weight / sum(weighted.weight) OVER (PARTITION BY touch.order_id, weighted.model),
    placed.revenue_minor, placed.currency
  FROM order_touches touch
  JOIN clickstream_orders placed USING (order_id)
  CROSS JOIN LATERAL (VALUES
    ('first', CASE WHEN touch.touch = 1 THEN 1 ELSE 0 END::DOUBLE PRECISION),
    ('last', CASE WHEN touch.touch = touch.touches THEN 1 ELSE 0 END),
    ('linear', 1),
    -- 40 % to the first, 40 % to the last, 20 % to those between; two touches get half each.
    ('position', CASE
      WHEN touch.touches <= 2 THEN 1
      WHEN touch.touch IN (1, touch.touches) THEN 0.4
      ELSE 0.2 / (touch.touches - 2) END),
    -- The weight halves with each seven days (604800 s) before the order.
    ('time_decay', power(
      0.5::DOUBLE PRECISION,
      extract(epoch FROM touch.ordered_at - touch.touched_at)::DOUBLE PRECISION / 604800)))
    AS weighted (model, weight)
  WHERE touch.order_date BETWEEN from_day AND to_day
$$;

COMMENT ON FUNCTION attribution_of_touches IS
  'Returns the share of each touch in its order, which add up to 1, by model: first, last,'
  ' linear, position (40/20/40) and time_decay (half-life 7 days). The range of reporting days is'
  ' inclusive.';

CREATE OR REPLACE FUNCTION markov_conversion(chances DOUBLE PRECISION[], n INTEGER, removed INTEGER)
RETURNS DOUBLE PRECISION LANGUAGE plpgsql IMMUTABLE AS
$$
DECLARE
  -- Probability of a conversion from each channel; the last element is that from the start.
  reached DOUBLE PRECISION[] := array_fill(0::DOUBLE PRECISION, ARRAY[n + 1]);
  chance DOUBLE PRECISION;
  change DOUBLE PRECISION;
BEGIN
  -- Each round adds one step. The change shrinks geometrically, since every journey ends.
  FOR round IN 1 .. 10000 LOOP
    change := 0;
    FOR came IN 1 .. n + 1 LOOP
      CONTINUE WHEN came = removed;
      chance := chances[came][n + 1];
      FOR went IN 1 .. n LOOP
        IF went <> removed THEN
          chance := chance + chances[came][went] * reached[went];
        END IF;
      END LOOP;
      change := greatest(change, abs(chance - reached[came]));
      reached[came] := chance;
    END LOOP;
    EXIT WHEN change < 1e-13;
  END LOOP;
  RETURN reached[n + 1];
END
$$;

COMMENT ON FUNCTION markov_conversion IS
  'Returns the probability that a journey converts if one channel (0 for none) never does.';

CREATE OR REPLACE FUNCTION attribution_markov(from_day DATE, to_day DATE)
RETURNS TABLE (
  channel TEXT, removal_effect DOUBLE PRECISION, share DOUBLE PRECISION, orders DOUBLE PRECISION)
LANGUAGE plpgsql STABLE AS
$$
DECLARE
  channels TEXT[];
  n INTEGER;
  -- Row i, column j: probability of going from channel i (n + 1 is the start) to channel j (n + 1
  -- is a conversion, n + 2 the end without one).
  chances DOUBLE PRECISION[];
  base DOUBLE PRECISION;
  without DOUBLE PRECISION;
  effects DOUBLE PRECISION[] := '{}';
  total DOUBLE PRECISION := 0;
  converted BIGINT;
  moves JSONB;
  from_number INTEGER;
  to_number INTEGER;
  chance DOUBLE PRECISION;
BEGIN
  WITH journeys AS (
    -- A journey is a visitor's sessions in the range, in order; a session with an order ends it.
    SELECT visit.visitor_id, visit.channel, visit.started_at, visit.session_key,
      EXISTS (
        SELECT FROM clickstream_orders placed WHERE placed.session_key = visit.session_key
      ) AS bought
    FROM session_acquisition visit
    WHERE visit.session_date BETWEEN from_day AND to_day),
  numbered AS (
    SELECT *, count(*) FILTER (WHERE bought) OVER (
      PARTITION BY visitor_id ORDER BY started_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS journey
    FROM journeys),
  steps AS (
    SELECT *,
      lag(numbered.channel) OVER journey AS before,
      lead(numbered.channel) OVER journey AS after
    FROM numbered WINDOW journey AS (PARTITION BY visitor_id, journey ORDER BY started_at))
  SELECT jsonb_agg(jsonb_build_array(came, went, times)) INTO moves
  FROM (
    SELECT came, went, count(*) AS times
    FROM (
      SELECT '(start)' AS came, steps.channel AS went FROM steps WHERE before IS NULL
      UNION ALL
      SELECT steps.channel, coalesce(after, CASE WHEN bought THEN '(conversion)' ELSE '(null)' END)
      FROM steps) move
    GROUP BY came, went) counted;
  SELECT array_agg(DISTINCT name ORDER BY name) INTO channels
  FROM jsonb_array_elements(moves) move
  CROSS JOIN LATERAL (VALUES (move ->> 0), (move ->> 1)) AS names (name)
  WHERE name NOT IN ('(start)', '(conversion)', '(null)');
  n := coalesce(cardinality(channels), 0);
  IF n = 0 THEN
    RETURN;
  END IF;
  chances := array_fill(0::DOUBLE PRECISION, ARRAY[n + 1, n + 2]);
  FOR from_number, to_number, chance IN
    SELECT coalesce(array_position(channels, move ->> 0), n + 1),
      CASE move ->> 1
        WHEN '(conversion)' THEN n + 1
        WHEN '(null)' THEN n + 2
        ELSE array_position(channels, move ->> 1) END,
      (move ->> 2)::DOUBLE PRECISION
        / sum((move ->> 2)::DOUBLE PRECISION) OVER (PARTITION BY move ->> 0)
    FROM jsonb_array_elements(moves) move
  LOOP
    chances[from_number][to_number] := chance;
  END LOOP;
  base := markov_conversion(chances, n, 0);
  FOR removed IN 1 .. n LOOP
    without := markov_conversion(chances, n, removed);
    effects := effects || CASE WHEN base > 0 THEN 1 - without / base ELSE 0 END;
    total := total + effects[removed];
  END LOOP;
  SELECT count(*) INTO converted
  FROM clickstream_orders placed
  WHERE placed.order_date BETWEEN from_day AND to_day;
  RETURN QUERY
  SELECT name, effect, CASE WHEN total > 0 THEN effect / total ELSE 0 END,
    CASE WHEN total > 0 THEN effect / total * converted ELSE 0 END
  FROM unnest(channels, effects) AS removed (name, effect)
  ORDER BY effect DESC, name;
END
$$;

COMMENT ON FUNCTION attribution_markov IS
  'Returns the removal effect of each channel in a first-order Markov chain of the journeys in an'
  ' inclusive range of days, its share of all effects, and the orders that the share amounts to.';
