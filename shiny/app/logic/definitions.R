#' Creates the definition of a number: the text behind its "?".
#'
#' @param term what the number is called
#' @param ... sentences of the definition
#' @param docs row or heading of docs/definitions.md with the rule; a test compares the two
definition <- function(term, ..., docs) list(term = term, meaning = paste(...), docs = docs)

#' The definitions of all numbers on the dashboards, by key.
definitions <- list(
  visitors = definition(
    "Visitors",
    "Browsers with a session in these days.",
    "Each counts once over the whole range, so days do not add up.",
    docs = "visitor"
  ),
  new_visitors = definition(
    "New visitors",
    "Visitors whose first session in the warehouse is in these days.",
    "The client's own first-visit flag is not used.",
    docs = "new visitor"
  ),
  sessions = definition(
    "Sessions",
    "A visitor's events with gaps of at most 30 minutes.",
    "Midnight, a campaign or a login never splits a session.",
    "A session counts on the day on which it starts.",
    docs = "session"
  ),
  engaged = definition(
    "Engaged sessions",
    "Sessions longer than 10 s, with two or more page views, or with a conversion.",
    "The share is that of all sessions.",
    docs = "engaged session"
  ),
  bounce = definition(
    "Bounce",
    "A session that is not engaged.",
    "Nothing is sent when a page is left, so this reads higher than in GA4.",
    docs = "bounce"
  ),
  pages_per_session = definition(
    "Pages per session",
    "Page views divided by sessions.",
    "Page views are the events page_view, home_view, category_view and product_view.",
    docs = "page view"
  ),
  duration = definition(
    "Session duration",
    "Time from a session's first event to its last, in whole seconds; the mean over all sessions.",
    "Time on the last page is not measured.",
    docs = "duration"
  ),
  conversion = definition(
    "Conversion rate",
    "Sessions with a completed order (checkout_complete), as a share of all sessions.",
    docs = "conversion"
  ),
  live_visitors = definition(
    "Visitors now",
    "Visitors with a session that has begun and whose last event is at most 5 minutes ago.",
    "If the last half hour has no event, now is the time of the newest event.",
    docs = "visitors now"
  ),
  live_events = definition(
    "Events by minute",
    "Events without bots by the minute in which they occurred, in the last 30 minutes.",
    "An event counts after its load. The last minute is not over.",
    docs = "events by minute"
  ),
  orders = definition(
    "Orders",
    "Orders by order id: a reloaded thank-you page is not a second order.",
    "An order counts on the day of its signed event, else of the one received first.",
    docs = "order"
  ),
  revenue = definition(
    "Revenue",
    "Order value as sent, else quantity × (discount price, else price) of the order lines.",
    "Currencies are never added up. Refunds are not included.",
    docs = "revenue"
  ),
  order_value = definition(
    "Orders without a value",
    "With checkout_complete send order.value and order.currency,",
    "or order.items with price and quantity.",
    "The fields: {\"eventName\": \"checkout_complete\", \"order\": {\"id\": …, \"value\": …,",
    "\"currency\": …}}.",
    docs = "order without value"
  ),
  part = definition(
    "Periods loaded in part",
    "The last loaded day often ends early: its segment is dashed and shows the last minute.",
    "Comparisons go to the same minute of the earlier period.",
    "Days that are not loaded are left out of lines, averages and changes.",
    docs = "loaded day"
  ),
  page_views = definition(
    "Page views",
    "Events page_view, home_view, category_view and product_view with this path.",
    docs = "page view"
  ),
  page_conversion = definition(
    "Conversion rate of a page",
    "Sessions that viewed the page and completed an order, as a share of all that viewed it.",
    docs = "page conversion"
  ),
  page_revenue = definition(
    "Revenue of a page",
    "Revenue of the orders in sessions that viewed the page.",
    "An order counts for each page of its session, so that pages do not add up.",
    docs = "page revenue"
  ),
  average_order = definition(
    "Average order, revenue per session",
    "Revenue divided by the orders that carry a value, and by all sessions of the row.",
    "An order belongs to the session of its event. One currency at a time.",
    docs = "average order"
  ),
  buy_rate = definition(
    "Buy-to-view rate",
    "Orders with the product, as a share of the sessions that viewed it.",
    docs = "buy-to-view rate"
  ),
  properties = definition(
    "Properties",
    "Events without bots that have the key, and with which value.",
    "Per hour the 50 most frequent keys and the 20 most frequent values of each are counted;",
    "(others) are the remaining events of the key.",
    docs = "properties"
  ),
  bots = definition(
    "Bots",
    "Sessions with an event of a crawler, by its user agent.",
    "Only this number counts them; all others leave them out.",
    docs = "bot"
  ),
  events = definition(
    "Events",
    "Everything that the tracker sent, each event once, without bots.",
    "An event counts on the day on which it happened, not on which it arrived.",
    docs = "events"
  ),
  average_hour = definition(
    "Weekday and hour",
    "Sessions that start in the hour, divided by the number of such weekdays in the range.",
    "Hours are those of the warehouse's reporting zone.",
    docs = "weekday and hour"
  ),
  anomaly = definition(
    "Unusual days",
    "A day's events against the same weekday of the four weeks before.",
    "The robust z-score is computed from median and median absolute deviation (MAD).",
    "Beyond ±3.5 is unusual.",
    docs = "unusual"
  ),
  funnel_closed = definition(
    "Entered at step 1",
    "Sessions (or visitors) with step 1 in these days that completed each further step in order.",
    "Other events may come between. They count on the day of step 1.",
    docs = "counts"
  ),
  funnel_left = definition(
    "Left after this step",
    "Sessions (or visitors) that completed this step, but not the next one. The drop-off is their",
    "share of those that completed this step.",
    docs = "counts"
  ),
  funnel_open = definition(
    "With this step",
    "Sessions (or visitors) with the step in these days, in any order.",
    docs = "counts"
  ),
  funnel_scope = definition(
    "Per session, per visitor",
    "Per session: all steps in one session. Per visitor: all steps within 14 days of step 1.",
    "A visitor who entered several times counts once, by the entry that went furthest.",
    docs = "per visitor"
  ),
  funnel_time = definition(
    "Median time between steps",
    "Half of those who completed the step did so within this time after the previous step.",
    docs = "matching"
  ),
  journeys = definition(
    "Journeys",
    "Page types (or events) in the order of each session; consecutive repeats count once.",
    "Top paths have up to 6 steps.",
    docs = "journeys"
  ),
  entries = definition(
    "Entry and exit pages",
    "The first and the last page path of each session.",
    docs = "entry and exit pages"
  ),
  views = definition(
    "Views",
    "Events product_view of the product.",
    docs = "page view"
  ),
  viewers = definition(
    "Viewers",
    "Visitors with a view of the product. Each counts once over the whole range.",
    docs = "viewers"
  ),
  cart_events = definition(
    "Cart adds and removes",
    "Events add_to_cart_click and remove_from_cart_click of the product.",
    docs = "cart rate"
  ),
  cart_rate = definition(
    "Cart rate",
    "Sessions that added the product to the cart, as a share of the sessions that viewed it.",
    docs = "cart rate"
  ),
  wish_list = definition(
    "Wish list and shares",
    "Events wishlist_toggle (on and off the wish list) and share_click of the product.",
    docs = "cart rate"
  ),
  bought = definition(
    "Orders and quantity",
    "Orders with a line of the product, each once, and the quantity on these lines.",
    "A returned item has a negative quantity, so both may cancel out.",
    docs = "order"
  ),
  line_revenue = definition(
    "Revenue of lines",
    "Quantity × (discount price, else price) of the order lines; a missing quantity is 1.",
    "Shipping and vouchers of the whole order are not included.",
    docs = "revenue of lines"
  ),
  channel = definition(
    "Channel",
    "GA4's default channel group, by a table of rules; the first matching rule counts.",
    "The rules read UTM parameters, click ids and the referrer.",
    "Own hosts and payment gateways are not referrers.",
    docs = "channel"
  ),
  attribution = definition(
    "Attribution",
    "Credit for orders goes to the last 50 sessions of the 90 days before them.",
    "A Direct session gets credit only if there is no other, so the last touch is the last that is",
    "not Direct.",
    "Position-based gives 40/20/40. Time decay halves the weight with each 7 days.",
    "Markov counts the orders that would be lost without the channel.",
    docs = "attribution"
  ),
  retention = definition(
    "Weekly retention",
    "A cohort is the visitors whose first session is in an ISO week (Monday to Sunday).",
    "Week n is the share of the cohort that returned in exactly that week; week 0 is 100%.",
    "A week that is not over has no number.",
    docs = "Retention"
  ),
  rfm = definition(
    "Recency, frequency and monetary value",
    "Customers (user, else visitor) by how recently, how often and for how much they ordered.",
    "Each score is from 1 to 5 (best), over all orders, whatever the range.",
    "Equal customers have equal scores.",
    "Recency counts back from the greatest reporting day loaded.",
    docs = "customers' scores"
  ),
  timeline = definition(
    "Session timeline",
    "The events of one session in the order in which they happened (occurred_at).",
    docs = "event index"
  ),
  freshness = definition(
    "Freshness",
    "The latest hour with events, and the time since the last load finished.",
    "The clock is that of the dashboards' server.",
    docs = "freshness"
  ),
  ledger = definition(
    "Loads",
    "One row per committed slice of a run. A load commits only if this holds:",
    "listed = already loaded + inserted + duplicates + rejected + erased + closed + vanished",
    "+ unreadable + quarantined. Closed: records of a closed period that came later.",
    docs = "loads"
  ),
  rejected = definition(
    "Rejected records",
    "Records that are not a non-empty JSON object, or whose name has more than 128 bytes,",
    "with the reason and their first 64 KiB.",
    "A record counts in the hour in which it was received.",
    docs = "rejected record"
  ),
  erasure = definition(
    "Erasure",
    "Removes a person's records, as if they had never come.",
    "A session counts as removed if its first event is: what is left of it is another session.",
    docs = "erasure"
  ),
  erasures = definition(
    "Erasures",
    "One row per applied erasure request, with the numbers of rows that it removed.",
    "Loaded again: duplicates of other ids that took the place of erased events.",
    docs = "erasure"
  ),
  quarantine = definition(
    "Quarantine",
    "Raw objects that a load fails on. Loads leave them out, until a version without the fault",
    "or an operator loads them.",
    docs = "quarantined object"
  ),
  claims = definition(
    "Orders claimed by others",
    "Orders whose id was also sent by another visitor. The signed claim counts, else the one",
    "that was received first.",
    docs = "claimed by others"
  ),
  null_rates = definition(
    "Missing values",
    "Share of a day's events (bots included) without the value.",
    "Product id and price are counted among product events.",
    docs = "missing values"
  ),
  lag = definition(
    "Lag",
    "Time from an event's occurrence to its reception: the median and the 95th percentile.",
    docs = "lag"
  )
)
