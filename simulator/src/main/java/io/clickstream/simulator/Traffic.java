package io.clickstream.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Simulated traffic: the requested number of posts, ordered by {@code receivedAt}.
 *
 * <p>Posts are created while they are read. Memory holds the events of visits in progress and a
 * small record for each visitor who will return, so it depends on the rate of the posts and not on
 * their number.
 *
 * <ol>
 *   <li>Crawlers send a fixed share of the posts, each at its own interval.
 *   <li>The next visit of a person starts when the day curve says that as many posts are due as
 *       have been planned. This meets the requested number in one pass. Posts of later visits are
 *       received later, so posts before the next start can be returned.
 *   <li>Each visit is simulated to its end, with its delivery. Posts that would be received after
 *       the period are left out.
 * </ol>
 *
 * <p>The shop's back end reports 20 % of the orders once more. 5 % of the orders have a returned
 * line and no value.
 *
 * <p>Every iterator returns equal posts.
 */
public final class Traffic implements Iterable<SimulatedPost> {

  private static final double CRAWLER_SHARE = 0.04;
  private static final long MIN_POSTS_WITH_CRAWLERS = 50;
  private static final double CRAWLER_INTERVAL_MS = 5 * 60_000;

  /** The number of posts by which a visit may start before the curve says. */
  private static final double START_JITTER_POSTS = 60;

  private static final double MAX_START_JITTER = 0.05;

  private static final double COMES_BACK = 0.34;
  private static final double COMES_BACK_AGAIN = 0.48;
  private static final int MAX_VISITS = 8;
  private static final long MIN_ABSENCE_MS = 31 * 60_000;
  private static final double SAME_DAY = 0.4;
  private static final double SAME_DAY_MEAN_MS = 2 * 3_600_000.0;
  private static final double LATER_MEAN_MS = 24 * 3_600_000.0;
  private static final double RECONSIDERS_MEAN_MS = 3_600_000.0;

  /** The largest share of the traffic that visits across midnight may have. */
  private static final double MAX_OVER_MIDNIGHT = 0.1;

  private static final long POSTS_OVER_MIDNIGHT = 25;
  private static final long BEFORE_MIDNIGHT_MS = 5 * 60_000;
  private static final long DAY_MS = 86_400_000;

  private static final long VISIT_SALT = 1_000;
  private static final long CRAWLER_SALT = -1;
  private static final long POST_ID_SALT = -2;
  private static final long START_SALT = -3;

  private final TrafficOptions options;

  public Traffic(TrafficOptions options) {
    this.options = options;
  }

  /** Returns the options. */
  public TrafficOptions options() {
    return options;
  }

  @Override
  public Iterator<SimulatedPost> iterator() {
    return new Posts(options);
  }

  /** Returns the posts in order. */
  public Stream<SimulatedPost> stream() {
    return StreamSupport.stream(
        Spliterators.spliterator(
            iterator(),
            options.events(),
            Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
        false);
  }

  /** A visit whose start is known: of a returning visitor, or across midnight. */
  private record Appointment(
      long start, long visitorNumber, int visitNumber, boolean loggedIn, boolean overMidnight) {

    static final Comparator<Appointment> BY_START =
        Comparator.comparingLong(Appointment::start).thenComparingLong(Appointment::visitorNumber);
  }

  private static final class Posts implements Iterator<SimulatedPost> {
    private final Catalogue catalogue = Catalogue.SHOP;
    private final long seed;
    private final long start;
    private final long end;
    private final long wanted;
    private final long wantedOfPeople;
    private final DayCurve curve;
    private final SeededRandom starts;
    private final SeededRandom postIds;
    private final PriorityQueue<PlannedPost> planned =
        new PriorityQueue<>(PlannedPost.BY_RECEPTION);
    private final PriorityQueue<Appointment> appointments =
        new PriorityQueue<>(Appointment.BY_START);
    private final PriorityQueue<CrawlerTurn> crawlers =
        new PriorityQueue<>(Comparator.comparing(CrawlerTurn::post, PlannedPost.BY_RECEPTION));
    private long given;
    private long plannedOfPeople;
    private long plannedInAll;
    private long visitors;

    /** A crawler with its next post. */
    private record CrawlerTurn(Crawler crawler, PlannedPost post) {}

    Posts(TrafficOptions options) {
      this.start = options.start().toEpochMilli();
      this.end = options.end().toEpochMilli();
      this.wanted = options.events();
      // The seed covers every option: traffics in one warehouse must not share event ids.
      SeededRandom ofPeriod = SeededRandom.of(start, end, wanted);
      this.seed = SeededRandom.of(options.seed(), ofPeriod.bits(), 0).bits();
      this.curve = new DayCurve(options.start(), options.end());
      this.starts = SeededRandom.of(seed, START_SALT, 0);
      this.postIds = SeededRandom.of(seed, POST_ID_SALT, 0);
      this.wantedOfPeople = wanted - sendCrawlers();
      appointOverMidnights();
    }

    @Override
    public boolean hasNext() {
      return given < wanted;
    }

    @Override
    public SimulatedPost next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      PlannedPost post = nextPlanned();
      given++;
      Visitor visitor = post.event().visitor();
      return new SimulatedPost(
          postIds.uuid(),
          Instant.ofEpochMilli(post.receivedAt()),
          post.body(),
          visitor.sourceIp(),
          visitor.browser().userAgent(),
          post.kind());
    }

    private PlannedPost nextPlanned() {
      while (plannedOfPeople < wantedOfPeople
          && (planned.isEmpty() || planned.peek().receivedAt() >= earliestUnplanned())) {
        planVisit();
      }
      CrawlerTurn turn = crawlers.peek();
      if (turn == null
          || (!planned.isEmpty()
              && PlannedPost.BY_RECEPTION.compare(planned.peek(), turn.post()) < 0)) {
        return planned.remove();
      }
      crawlers.remove();
      enqueue(turn.crawler());
      return turn.post();
    }

    /** Returns the time before which no visit that is not planned yet has a post. */
    private long earliestUnplanned() {
      long due = due(0);
      return appointments.isEmpty() ? due : Math.min(due, appointments.peek().start());
    }

    private long due(double ahead) {
      return curve.due((plannedOfPeople + ahead) / wantedOfPeople);
    }

    private void planVisit() {
      Appointment appointment = appointments.peek();
      if (appointment != null && appointment.start() <= due(0)) {
        plan(appointments.remove());
        return;
      }
      double most = Math.min(START_JITTER_POSTS, wantedOfPeople * MAX_START_JITTER);
      double ahead = starts.unit() * Math.min(most, wantedOfPeople - plannedOfPeople);
      plan(newcomer(due(ahead), false));
    }

    private Appointment newcomer(long at, boolean overMidnight) {
      long number = visitors++;
      boolean loggedIn = Visitor.person(seed, number).startsLoggedIn();
      return new Appointment(at, number, 1, loggedIn, overMidnight);
    }

    private void plan(Appointment appointment) {
      Visitor visitor = Visitor.person(seed, appointment.visitorNumber());
      SeededRandom random =
          SeededRandom.of(
              seed, appointment.visitorNumber(), VISIT_SALT + appointment.visitNumber());
      Visit visit =
          new Visit(
              catalogue,
              visitor,
              visitor.newcomer() && appointment.visitNumber() == 1,
              appointment.loggedIn(),
              appointment.start(),
              appointment.overMidnight(),
              random);
      List<TrackedEvent> events = visit.play();
      List<PlannedPost> posts = new Delivery(appointment.start(), end, random).of(events);
      for (PlannedPost post : posts) {
        if (plannedOfPeople == wantedOfPeople) {
          return;
        }
        planned.add(post.numbered(plannedInAll++));
        plannedOfPeople++;
      }
      appointNextVisit(appointment, visit, random);
    }

    private void appointNextVisit(Appointment last, Visit visit, SeededRandom random) {
      double comesBack = last.visitNumber() == 1 ? COMES_BACK : COMES_BACK_AGAIN;
      if (last.visitNumber() == MAX_VISITS || !random.chance(comesBack)) {
        return;
      }
      double mean = random.chance(SAME_DAY) ? SAME_DAY_MEAN_MS : LATER_MEAN_MS;
      long again = visit.end() + MIN_ABSENCE_MS + (long) random.exponential(mean);
      while (again < end && !DayCurve.suits(again, random)) {
        again += (long) random.exponential(RECONSIDERS_MEAN_MS);
      }
      if (again < end) {
        appointments.add(
            new Appointment(
                again, last.visitorNumber(), last.visitNumber() + 1, visit.endsLoggedIn(), false));
      }
    }

    private void appointOverMidnights() {
      List<Long> midnights = new ArrayList<>();
      for (long offset : new long[] {0, DayCurve.VIET_NAM_OFFSET_MS}) {
        long first = Math.floorDiv(start + offset, DAY_MS) * DAY_MS + DAY_MS - offset;
        for (long midnight = first; midnight < end; midnight += DAY_MS) {
          if (midnight - BEFORE_MIDNIGHT_MS >= start) {
            midnights.add(midnight);
          }
        }
      }
      if (midnights.size() * POSTS_OVER_MIDNIGHT <= wantedOfPeople * MAX_OVER_MIDNIGHT) {
        for (long midnight : midnights) {
          appointments.add(newcomer(midnight - BEFORE_MIDNIGHT_MS, true));
        }
      }
    }

    /** Creates the crawlers and returns the total number of their posts. */
    private long sendCrawlers() {
      if (wanted < MIN_POSTS_WITH_CRAWLERS) {
        return 0;
      }
      long posts = Math.round(wanted * CRAWLER_SHARE);
      long length = end - start;
      long number = Math.max(1, Math.round(posts * CRAWLER_INTERVAL_MS / length));
      for (long i = 0; i < number; i++) {
        long own = posts / number + (i < posts % number ? 1 : 0);
        enqueue(new Crawler(catalogue, start, length, own, SeededRandom.of(seed, CRAWLER_SALT, i)));
      }
      return posts;
    }

    private void enqueue(Crawler crawler) {
      if (crawler.hasNext()) {
        crawlers.add(new CrawlerTurn(crawler, crawler.next(plannedInAll++)));
      }
    }
  }
}
