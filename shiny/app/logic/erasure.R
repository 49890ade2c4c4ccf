# What an erasure of a visitor would remove, the command for it, and the erasures so far. Nothing
# here deletes: the connection only reads.

# A visitor without client id and user id is erased by the ids of the events. A longer list does
# not fit into a command.
most_erased_event_ids <- 500

#' Returns what identifies a visitor in an erasure request.
#'
#' @return list of `kind`, "client", "user" or "event", and `id`: the visitor id for "event"
erasure_subject <- function(visitor_id) {
  id <- substring(visitor_id, 3)
  switch(
    substr(visitor_id, 1, 2),
    "c:" = list(kind = "client", id = id),
    "u:" = list(kind = "user", id = id),
    list(kind = "event", id = visitor_id)
  )
}

#' Returns the number of rows per table that an erasure of a visitor would remove, and the number of
#' duplicates that would come back in place of erased events.
#'
#' A user id erases the events of the user in all browsers, which reads all events once.
erasure_preview <- function(query, visitor_id) {
  subject <- erasure_subject(visitor_id)
  matched <- switch(
    subject$kind,
    user = "
      SELECT event_id, session_key FROM clickstream_events WHERE user_id = :id",
    # All events of the visitor have the client id, and all events with it are the visitor's.
    "
      SELECT event.event_id, event.session_key
      FROM clickstream_sessions session
      CROSS JOIN LATERAL (
        SELECT stored.event_id, stored.session_key FROM clickstream_events stored
        WHERE stored.session_key = session.session_key OFFSET 0) event
      WHERE session.visitor_id = :visitor"
  )
  matches <- switch(
    subject$kind,
    client = "client_id = :id",
    user = "user_id = :id",
    "event_id IN (SELECT event_id FROM matched)"
  )
  sql <- sprintf(
    "
    WITH matched AS MATERIALIZED (%s),
    -- A session is another one, with another key, if its first event is erased.
    session AS MATERIALIZED (
      SELECT session_key, visitor_id FROM clickstream_sessions
      WHERE session_key IN (SELECT session_key FROM matched)
        AND first_event_id IN (SELECT event_id FROM matched)),
    visitor AS MATERIALIZED (
      SELECT visitor_id FROM clickstream_sessions
      WHERE visitor_id IN (SELECT visitor_id FROM session)
      GROUP BY visitor_id
      HAVING sum(event_count) = (
        SELECT count(*) FROM matched JOIN clickstream_sessions own USING (session_key)
        WHERE own.visitor_id = clickstream_sessions.visitor_id)),
    purchase AS MATERIALIZED (
      SELECT order_id FROM clickstream_orders WHERE event_id IN (SELECT event_id FROM matched)),
    duplicate AS MATERIALIZED (
      SELECT %s AS matches FROM duplicate_records
      WHERE %s OR event_id IN (SELECT event_id FROM matched))
    SELECT 'clickstream_events' AS name, count(*) AS removed, 0 AS returned FROM matched
    UNION ALL SELECT 'clickstream_sessions', count(*), 0 FROM session
    UNION ALL SELECT 'duplicate_records', count(*) FILTER (WHERE matches),
      count(*) FILTER (WHERE NOT coalesce(matches, FALSE)) FROM duplicate
    UNION ALL SELECT 'clickstream_orders', count(*), 0 FROM purchase
    UNION ALL SELECT 'clickstream_order_lines', count(*), 0 FROM clickstream_order_lines
      WHERE order_id IN (SELECT order_id FROM purchase)
    UNION ALL SELECT 'order_touches', count(*), 0 FROM order_touches
      WHERE order_id IN (SELECT order_id FROM purchase)
    UNION ALL SELECT 'session_acquisition', count(*), 0 FROM session_acquisition
      WHERE session_key IN (SELECT session_key FROM session)
    UNION ALL SELECT 'session_products', count(*), 0 FROM session_products
      WHERE session_key IN (SELECT session_key FROM session)
    UNION ALL SELECT 'session_steps', count(*), 0 FROM session_steps
      WHERE session_key IN (SELECT session_key FROM session)
    UNION ALL SELECT 'session_funnels', count(*), 0 FROM session_funnels
      WHERE session_key IN (SELECT session_key FROM session)
    UNION ALL SELECT 'returning_funnels', count(*), 0 FROM returning_funnels
      WHERE visitor_id IN (SELECT visitor_id FROM visitor)
    UNION ALL SELECT 'visitor_weeks', count(*), 0 FROM visitor_weeks
      WHERE visitor_id IN (SELECT visitor_id FROM visitor)",
    matched,
    matches,
    matches
  )
  query(sql, list(visitor = visitor_id, id = subject$id))
}

#' Returns the users that were seen with a visitor, without the visitor's own id; at most five.
users_of_visitor <- function(query, visitor_id) {
  query(
    "
    SELECT DISTINCT user_id FROM clickstream_sessions
    WHERE visitor_id = :visitor AND user_id IS NOT NULL AND 'u:' || user_id <> :visitor
    ORDER BY user_id LIMIT 5",
    list(visitor = visitor_id)
  )$user_id
}

#' Returns the event ids of a visitor, at most one more than a command has.
event_ids_of_visitor <- function(query, visitor_id) {
  query(
    "
    SELECT event.event_id::text AS event_id
    FROM clickstream_sessions session
    CROSS JOIN LATERAL (
      SELECT stored.event_id FROM clickstream_events stored
      WHERE stored.session_key = session.session_key OFFSET 0) event
    WHERE session.visitor_id = :visitor
    ORDER BY 1 LIMIT :most::int",
    list(visitor = visitor_id, most = most_erased_event_ids + 1)
  )$event_id
}

#' Returns the command that erases a visitor, or NULL if it would have too many ids.
erasure_command <- function(query, visitor_id) {
  subject <- erasure_subject(visitor_id)
  if (subject$kind != "event") {
    return(erase_command(sprintf("--%s-id=%s", subject$kind, shell_quoted(subject$id))))
  }
  ids <- event_ids_of_visitor(query, visitor_id)
  if (length(ids) > most_erased_event_ids) NULL else erase_command(paste0("--event-id=", ids))
}

#' Returns the command that erases a user and the browsers that only this user was seen with.
user_erasure_command <- function(user_id) {
  erase_command(c(sprintf("--user-id=%s", shell_quoted(user_id)), "--linked"))
}

erase_command <- function(arguments) {
  paste(
    c(
      "./clickstream erase --raw \"$RAW\" --jdbc-url \"$JDBC_URL\" --db-user \"$DB_USER\"",
      arguments
    ),
    collapse = " \\\n  "
  )
}

#' Quotes a text as one word for bash, zsh and ksh.
#'
#' A visitor chooses the text, and an operator pastes it. So it has no quote, no line end, no
#' control character for the terminal, no character that looks like another one, and no "!", which
#' an interactive shell expands: such bytes are three octal digits.
shell_quoted <- function(text) {
  bytes <- as.integer(charToRaw(enc2utf8(text)))
  plain <- bytes >= 0x20 & bytes < 0x7f & !(bytes %in% utf8ToInt("'\\!"))
  if (all(plain)) {
    return(sprintf("'%s'", text))
  }
  shown <- sprintf("\\%03o", bytes)
  shown[plain] <- vapply(bytes[plain], intToUtf8, "")
  sprintf("$'%s'", paste(shown, collapse = ""))
}

#' Returns the erasure requests that are applied, the latest first.
erasures <- function(query, zone) {
  query(
    "
    SELECT to_char(applied_at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI:SS') AS applied,
      to_char(requested_at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI:SS') AS requested,
      to_char(received_before AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI:SS') AS received_before,
      client_ids + user_ids + event_ids + object_keys AS ids,
      events, sessions, duplicates, rejected, returned, request_id::text AS request_id, version
    FROM etl_erasures ORDER BY etl_erasures.applied_at DESC, etl_erasures.request_id",
    list(zone = zone)
  )
}
