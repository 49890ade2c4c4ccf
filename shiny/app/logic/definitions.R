# What each number means: the one place, read by the "?" beside it. `docs` names the row of docs/definitions.md whose
# rule this is; a test keeps the two in step.

definition <- function(term, meaning, docs) list(term = term, meaning = meaning, docs = docs)

definitions <- list(
  visitors = definition(
    "Visitors",
    "Browsers with a session in these days: each counted once over the whole range, however often it came. Days don't add up.",
    "visitor"
  ),
  new_visitors = definition(
    "New visitors",
    "Visitors whose first session in the warehouse lies in these days; the client's own flag plays no part.",
    "new visitor"
  ),
  sessions = definition(
    "Sessions",
    "A visitor's events with gaps of at most 30 minutes. Midnight, a campaign or a login never splits one. It belongs to the day on which it starts.",
    "session"
  ),
  engaged = definition(
    "Engaged sessions",
    "Sessions longer than 10 s, or with two or more page views, or with a conversion; as a share of all sessions.",
    "engaged session"
  ),
  bounce = definition(
    "Bounce",
    "A session that is not engaged. There is no ping when a page is left, so this reads higher than in GA4.",
    "bounce"
  ),
  pages_per_session = definition(
    "Pages per session",
    "Page views divided by sessions. Page views are the events page_view, home_view, category_view and product_view.",
    "page view"
  ),
  duration = definition(
    "Session duration",
    "From a session's first event to its last, in whole seconds; the mean over all sessions. The time on the last page is not seen.",
    "duration"
  ),
  conversion = definition(
    "Conversion rate",
    "Sessions with a completed order (checkout_complete), as a share of all sessions.",
    "conversion"
  ),
  orders = definition(
    "Orders",
    "Orders by their order id, each once: a reloaded thank-you page is no second order. Dated by the order's first event.",
    "order"
  ),
  revenue = definition(
    "Revenue",
    "Order values as sent, else quantity × (discount price, else price) of the lines. Each currency by itself: they are never added up. No refunds.",
    "revenue"
  ),
  bots = definition(
    "Bots",
    "Sessions whose user agent is on the crawler list. They are left out everywhere and counted here.",
    "bot"
  ),
  events = definition(
    "Events",
    "Everything that the tracker sent, each event once, without those of bots. Dated by when it happened, not by when it arrived.",
    "events"
  ),
  average_hour = definition(
    "Weekday and hour",
    "Sessions that start in the hour, divided by how often the weekday occurs in the range. Hours are those of the warehouse's reporting zone.",
    "weekday and hour"
  ),
  anomaly = definition(
    "Unusual days",
    "A day's events against the same weekday of the four weeks before: robust z-score from median and median absolute deviation (MAD). Beyond ±3.5 is unusual.",
    "unusual"
  ),
  funnel_closed = definition(
    "Entered at step 1",
    "Sessions (or visitors) that took step 1 in these days and then each further step in order, other events allowed between. Dated by step 1.",
    "counts"
  ),
  funnel_open = definition(
    "With this step",
    "Sessions (or visitors) with the step in these days, wherever they entered.",
    "counts"
  ),
  funnel_scope = definition(
    "Per session, per visitor",
    "Per session: all steps inside one session. Per visitor: within 14 days of step 1; a visitor who entered several times counts once, with the entry that went furthest.",
    "per visitor"
  ),
  funnel_time = definition(
    "Median time between steps",
    "Half of those who took the step took it within this time after the step before.",
    "matching"
  ),
  journeys = definition(
    "Journeys",
    "Kinds of pages (or events) in the order in which sessions saw them; repeats in a row count once. Top paths have up to 6 steps.",
    "journeys"
  ),
  entries = definition(
    "Entry and exit pages",
    "The first and the last page path of each session.",
    "entry and exit pages"
  ),
  views = definition("Views", "Events product_view of the product.", "page view"),
  viewers = definition(
    "Viewers",
    "Visitors with a view of it, each counted once over the whole range.",
    "viewers"
  ),
  cart_events = definition(
    "Cart adds and removes",
    "Events add_to_cart_click and remove_from_cart_click of the product.",
    "cart rate"
  ),
  cart_rate = definition(
    "Cart rate",
    "Sessions that put it into the cart, as a share of the sessions that viewed it.",
    "cart rate"
  ),
  bought = definition(
    "Orders and quantity",
    "Orders with a line of it, each once, and the quantity on these lines.",
    "order"
  ),
  line_revenue = definition(
    "Revenue of lines",
    "Quantity × (discount price, else price) of the order lines, a missing quantity being 1. Shipping and vouchers of the whole order are not in it.",
    "revenue of lines"
  ),
  channel = definition(
    "Channel",
    "GA4's default channel names, from a table of rules, the first that fits, on UTM parameters, click ids and referrer. Own hosts and payment gateways are no referrers.",
    "channel"
  ),
  attribution = definition(
    "Attribution",
    "How orders are credited to the sessions of the 90 days before them; Direct takes credit only when alone. First, last, linear; position-based (40/20/40); time decay (half-life 7 days); Markov: by how many orders would be lost without the channel.",
    "attribution"
  ),
  retention = definition(
    "Weekly retention",
    "Of the visitors whose first session is in an ISO week (Monday), the share that came in exactly week n after; week 0 is 100 %. A week that is not over has no number.",
    "Retention"
  ),
  rfm = definition(
    "Recency and frequency",
    "Customers (user, else visitor) by how recently and how often they ordered, each in fifths from 1 to 5 (best). Recency is counted to the greatest reporting day loaded. All orders, whatever the range.",
    "customers' scores"
  ),
  timeline = definition(
    "Session timeline",
    "The events of one session in order of when they happened (occurred_at), from its first to its last.",
    "event index"
  ),
  freshness = definition(
    "Freshness",
    "The latest hour with events, and how long ago the last load was finished, by the database server's clock.",
    "freshness"
  ),
  ledger = definition(
    "Loads",
    "One row a committed slice of a run. Listed records = already loaded + inserted + duplicates + rejected + vanished + unreadable, or the load would not have been committed.",
    "loads"
  ),
  rejected = definition(
    "Rejected records",
    "Records that are no non-empty JSON object, kept with the reason and their first 64 KiB. Dated by the hour in which they were received.",
    "rejected record"
  ),
  null_rates = definition(
    "Missing values",
    "Share of a day's events (bots included) without the value; product id and price among product events.",
    "missing values"
  ),
  lag = definition(
    "Lag",
    "Time from an event's happening to its being received: the median, and the time within which 95 % arrived.",
    "lag"
  )
)
