# What an erasure would remove, and the command for it.

context_with <- function(ask) {
  list(
    ask = ask,
    ask_now = ask,
    filters = reactive(four_weeks),
    state = reactive(the_state),
    zone = reactive(zone),
    scale = reactive(0),
    href = function(...) "?"
  )
}

html_of_output <- function(output) as.character(if (is.list(output)) output$html else output)

#' Returns the words that bash makes of a command.
words_of <- function(command) {
  script <- tempfile()
  on.exit(unlink(script))
  writeBin(
    charToRaw(enc2utf8(sub("^\\./clickstream", "printf '%s\\\\0'", command))),
    script
  )
  output <- tempfile()
  on.exit(unlink(output), add = TRUE)
  status <- system2(
    "bash",
    c("--noprofile", "--norc", script),
    env = c("RAW=r", "JDBC_URL=j", "DB_USER=u"),
    stdout = output,
    stderr = FALSE
  )
  expect_equal(status, 0)
  bytes <- readBin(output, "raw", file.size(output))
  ends <- which(bytes == as.raw(0))
  starts <- c(1, utils::head(ends, -1) + 1)
  mapply(
    function(start, end) {
      word <- if (end > start) rawToChar(bytes[start:(end - 1)]) else ""
      Encoding(word) <- "UTF-8"
      word
    },
    starts,
    ends
  )
}

hostile_ids <- c(
  "plain-id.1",
  "it's",
  "'; touch /tmp/erased; '",
  "$(touch erased)",
  "`touch erased`",
  "two  spaces",
  "a\nb",
  "a\r\n./clickstream erase --user-id everybody",
  "\u001b[201~rm",
  "\u0007\u007f1",
  "!!",
  "back\\slash\\",
  "\\'",
  "--purge",
  "-n",
  "*",
  "#",
  "Đỗ Thị",
  "\u202eevil",
  "\"quoted\"",
  "\U0001f600"
)

test_that("hostile ids are one word of the command, and no byte of them is dangerous to paste", {
  for (id in hostile_ids) {
    command <- erasure_command(query, paste0("c:", id))
    expect_equal(
      words_of(command),
      c(
        "erase",
        "--raw",
        "r",
        "--jdbc-url",
        "j",
        "--db-user",
        "u",
        paste0("--client-id=", id)
      ),
      info = id
    )
    quoted <- shell_quoted(id)
    expect_true(all(charToRaw(quoted) >= as.raw(0x20) & charToRaw(quoted) < as.raw(0x7f)))
    expect_no_match(quoted, "!", fixed = TRUE)
    expect_equal(
      words_of(user_erasure_command(id)),
      c(
        "erase",
        "--raw",
        "r",
        "--jdbc-url",
        "j",
        "--db-user",
        "u",
        paste0("--user-id=", id),
        "--linked"
      ),
      info = id
    )
  }
  expect_equal(
    utils::tail(words_of(erasure_command(query, "u:it's")), 1),
    "--user-id=it's"
  )
})

test_that("the numbers are those of the visitor's rows in each table", {
  order <- all_orders[1, ]
  visitor <- order$visitor_id
  preview <- erasure_preview(query, visitor)
  removed <- stats::setNames(preview$removed, preview$name)
  rows_with <- function(table, condition) {
    query(
      sprintf("SELECT count(*) AS n FROM %s WHERE %s", table, condition),
      list(visitor = visitor)
    )$n
  }
  expect_equal(removed[["clickstream_events"]], sum(all_events$visitor_id == visitor))
  expect_equal(removed[["clickstream_sessions"]], sum(all_sessions$visitor_id == visitor))
  for (table in c(
    "clickstream_orders",
    "session_acquisition",
    "session_steps",
    "session_funnels",
    "returning_funnels",
    "visitor_weeks"
  )) {
    expect_equal(removed[[table]], rows_with(table, "visitor_id = :visitor"), info = table)
  }
  for (table in c("clickstream_order_lines", "order_touches")) {
    expect_equal(
      removed[[table]],
      rows_with(
        table,
        "order_id IN (SELECT order_id FROM clickstream_orders WHERE visitor_id = :visitor)"
      ),
      info = table
    )
  }
  expect_equal(
    removed[["session_products"]],
    rows_with(
      "session_products",
      "session_key IN (SELECT session_key FROM clickstream_sessions WHERE visitor_id = :visitor)"
    )
  )
  expect_equal(sum(erasure_preview(query, "c:nobody")$removed), 0)
})

# Browser b1: user a in an event, then user b in two sessions. User b also has an event without a
# browser. Event 3 has duplicates of browser b2 and of user b. Visitor s:t1 has a tab's id only.
mixed_warehouse <- "
  INSERT INTO clickstream_events (event_id, event_timestamp, event_name, user_id, client_id,
    session_id, occurred_at, session_key, raw_id, raw_hour, is_bot, visitor_id, canonical_name)
  SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, at, 'page_view', user_id, client_id,
    tab, at, ('00000000-0000-5000-8000-00000000000' || session)::uuid,
    ('10000000-0000-4000-8000-00000000000' || n)::uuid, extract(epoch FROM at)::int / 3600, FALSE,
    coalesce('c:' || client_id, 'u:' || user_id, 's:' || tab), 'page_view'
  FROM (VALUES
    (1, timestamptz '2026-11-01 10:00Z', 'a', 'b1', NULL, 1),
    (2, '2026-11-01 10:01Z', 'b', 'b1', NULL, 1),
    (3, '2026-11-02 10:00Z', 'b', 'b1', NULL, 2),
    (4, '2026-11-02 11:00Z', 'b', NULL, NULL, 3),
    (5, '2026-11-02 11:00Z', NULL, NULL, 't1', 4))
    AS event (n, at, user_id, client_id, tab, session);
  INSERT INTO clickstream_sessions (session_key, visitor_id, user_id, started_at, ended_at,
    first_event_id, last_event_id, duration_s, event_count, page_view_count, product_view_count,
    add_to_cart_count, remove_from_cart_count, checkout_start_count, checkout_complete_count,
    is_engaged, is_bounce, is_converted, is_bot, session_date, first_event_name, last_event_name,
    source, medium, default_channel_group)
  SELECT session_key, min(visitor_id), max(user_id), min(occurred_at), max(occurred_at),
    min(event_id::text)::uuid, max(event_id::text)::uuid, 0, count(*), count(*), 0, 0, 0, 0, 0,
    FALSE, TRUE, FALSE, FALSE, min(occurred_at)::date, 'page_view', 'page_view', '(direct)',
    '(none)', 'Direct'
  FROM clickstream_events GROUP BY session_key;
  INSERT INTO visitor_weeks
  SELECT DISTINCT visitor_id, date '2026-10-26', date '2026-10-26' FROM clickstream_sessions;
  INSERT INTO duplicate_records VALUES
    ('2026/11/02/10/event-20000000-0000-4000-8000-000000000001.json',
      '00000000-0000-4000-8000-000000000003', '2026-11-02 10:00Z', 'b2', NULL),
    ('2026/11/02/10/event-20000000-0000-4000-8000-000000000002.json',
      '00000000-0000-4000-8000-000000000003', '2026-11-02 10:00Z', 'b1', 'b'),
    ('2026/11/02/10/event-20000000-0000-4000-8000-000000000003.json',
      '00000000-0000-4000-8000-000000000005', '2026-11-02 11:00Z', NULL, NULL);
  INSERT INTO etl_erasures (request_id, requested_at, received_before, client_ids, user_ids,
    event_ids, object_keys, run_id, applied_at, version, events, sessions)
  VALUES
    ('00000000-0000-4000-8000-000000000001', '2026-11-03 00:00Z', '2026-11-02 00:00Z', 1, 2, 3, 4,
      gen_random_uuid(), '2026-11-03 01:00Z', 'test', 7, 2),
    ('00000000-0000-4000-8000-000000000002', '2026-11-03 00:00Z', '2026-11-03 00:00Z', 1, 0, 0, 0,
      gen_random_uuid(), '2026-11-03 02:00Z', 'test', 0, 0)"

test_that("shared browsers, users without a browser and tabs count what their request matches", {
  database <- scratch_database()
  psql(database, "-c", mixed_warehouse)
  warehouse <- new_warehouse(named_database(database))
  on.exit(close_warehouse(warehouse), add = TRUE, after = FALSE)
  mixed <- function(sql, values = list()) ask(warehouse, sql, values)
  expect_removed <- function(visitor, events, sessions, duplicates, weeks, returned) {
    preview <- erasure_preview(mixed, visitor)
    removed <- stats::setNames(preview$removed, preview$name)
    expect_equal(removed[["clickstream_events"]], events, info = visitor)
    expect_equal(removed[["clickstream_sessions"]], sessions, info = visitor)
    expect_equal(removed[["duplicate_records"]], duplicates, info = visitor)
    expect_equal(removed[["visitor_weeks"]], weeks, info = visitor)
    expect_equal(sum(preview$returned), returned, info = visitor)
  }
  expect_removed("c:b1", 3, 2, 1, 1, 1)
  # The first event of session 1 stays, and so does the browser's week.
  expect_removed("u:b", 3, 2, 1, 1, 1)
  expect_removed("s:t1", 1, 1, 1, 1, 0)
  expect_equal(users_of_visitor(mixed, "c:b1"), "b")
  expect_length(users_of_visitor(mixed, "u:b"), 0)
  expect_match(
    erasure_command(mixed, "s:t1"),
    "--event-id=00000000-0000-4000-8000-000000000005$"
  )

  requests <- erasures(mixed, "UTC")
  expect_equal(requests$applied, c("2026-11-03 02:00:00", "2026-11-03 01:00:00"))
  expect_equal(requests$ids, c(1, 10))
  expect_equal(requests$events, c(0, 7))
  testServer(quality_server, args = list(context = context_with(mixed)), {
    session$setInputs(reason = "")
    expect_match(html_of_output(output$erasures), "00000000")
  })
})

test_that("the page counts at a click, and for the visitor of that click only", {
  visitor <- all_orders$visitor_id[1]
  other <- all_sessions$visitor_id[all_sessions$visitor_id != visitor][1]
  testServer(explorer_server, args = list(context = context_with(query)), {
    session$setInputs(find = visitor)
    expect_match(html_of_output(output$erasure), "Show what an erasure would remove")
    expect_no_match(html_of_output(output$erasure), "--client-id", fixed = TRUE)
    session$setInputs(erase = visitor)
    shown <- html_of_output(output$erasure)
    expect_match(
      shown,
      sprintf(
        "--client-id=&#39;%s&#39;|--client-id='%s'",
        substring(visitor, 3),
        substring(visitor, 3)
      )
    )
    expect_match(shown, "clickstream_events", fixed = TRUE)
    session$setInputs(find = other)
    expect_match(html_of_output(output$erasure), "Show what an erasure would remove")
  })
})
