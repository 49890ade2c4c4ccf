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
 * Simulated traffic: exactly the wanted number of posts, ordered by {@code receivedAt}.
 *
 * <p>Posts are made while they are read. Kept are only the events of visits that are under way,
 * their bodies not yet written, and a small record for each visitor who will come back: what is in
 * memory follows the rate of the posts, not their number.
 *
 * <ol>
 *   <li>A fixed share of the posts is given to crawlers, each with its own rhythm.
 *   <li>People's visits follow one another: the next one starts when the day curve says that as
 *       many posts are due as have been planned. That meets the wanted number without a second
 *       pass, and whatever visits start later can't be received earlier, which tells how far posts
 *       may be given out.
 *   <li>Each visit is played to its end at once, its delivery is simulated, and what would be
 *       received after the period is left out.
 * </ol>
 *
 * <p>Every iterator starts anew and gives equal posts.
 */
public final class Traffic implements Iterable<SimulatedPost> {

  private static final double CRAWLER_SHARE = 0.04;
  private static final long FEWEST_POSTS_WITH_CRAWLERS = 50;
  private static final double CRAWLER_INTERVAL_MS = 5 * 60_000;

  /** How many posts may be due between what the curve says and a visit's start. */
  private static final double START_JITTER_POSTS = 60;

  private static final double MOST_START_JITTER = 0.05;

  private static final double COMES_BACK = 0.34;
  private static final double COMES_BACK_AGAIN = 0.48;
  private static final int MOST_VISITS = 8;
  private static final long SHORTEST_ABSENCE_MS = 31 * 60_000;
  private static final double SAME_DAY = 0.4;
  private static final double SAME_DAY_MEAN_MS = 2 * 3_600_000.0;
  private static final double LATER_MEAN_MS = 24 * 3_600_000.0;
  private static final double RECONSIDERS_MEAN_MS = 3_600_000.0;

  /** Visits laid over each midnight are made when they are at most this share of the traffic. */
  private static final double MOST_OVER_MIDNIGHT = 0.1;

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

  /** What was asked for. */
  public TrafficOptions options() {
    return options;
  }

  @Override
  public Iterator<SimulatedPost> iterator() {
    return new Posts(options);
  }

  /** The posts in order, one after another. */
  public Stream<SimulatedPost> stream() {
    return StreamSupport.stream(
        Spliterators.spliterator(
            iterator(),
            options.events(),
            Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
        false);
  }

  /** A visit whose start is known: of someone who comes back, or one laid over a midnight. */
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
    private final Dice starts;
    private final Dice postIds;
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

    /** A crawler with the post that it makes next. */
    private record CrawlerTurn(Crawler crawler, PlannedPost post) {}

    Posts(TrafficOptions options) {
      this.start = options.start().toEpochMilli();
      this.end = options.end().toEpochMilli();
      this.wanted = options.events();
      // Every option counts: two traffics in one warehouse must not share event ids.
      Dice ofPeriod = Dice.of(start, end, wanted);
      this.seed = Dice.of(options.seed(), ofPeriod.bits(), 0).bits();
      this.curve = new DayCurve(options.start(), options.end());
      this.starts = Dice.of(seed, START_SALT, 0);
      this.postIds = Dice.of(seed, POST_ID_SALT, 0);
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

    /** No visit that isn't planned yet has a post before this instant. */
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
      double most = Math.min(START_JITTER_POSTS, wantedOfPeople * MOST_START_JITTER);
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
      Dice dice =
          Dice.of(seed, appointment.visitorNumber(), VISIT_SALT + appointment.visitNumber());
      Visit visit =
          new Visit(
              catalogue,
              visitor,
              visitor.newcomer() && appointment.visitNumber() == 1,
              appointment.loggedIn(),
              appointment.start(),
              appointment.overMidnight(),
              dice);
      List<TrackedEvent> events = visit.play();
      List<PlannedPost> posts = new Delivery(appointment.start(), end, dice).of(events);
      for (PlannedPost post : posts) {
        if (plannedOfPeople == wantedOfPeople) {
          return;
        }
        planned.add(post.numbered(plannedInAll++));
        plannedOfPeople++;
      }
      appointNextVisit(appointment, visit, dice);
    }

    private void appointNextVisit(Appointment last, Visit visit, Dice dice) {
      double comesBack = last.visitNumber() == 1 ? COMES_BACK : COMES_BACK_AGAIN;
      if (last.visitNumber() == MOST_VISITS || !dice.chance(comesBack)) {
        return;
      }
      double mean = dice.chance(SAME_DAY) ? SAME_DAY_MEAN_MS : LATER_MEAN_MS;
      long again = visit.end() + SHORTEST_ABSENCE_MS + (long) dice.exponential(mean);
      while (again < end && !DayCurve.suits(again, dice)) {
        again += (long) dice.exponential(RECONSIDERS_MEAN_MS);
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
      if (midnights.size() * POSTS_OVER_MIDNIGHT <= wantedOfPeople * MOST_OVER_MIDNIGHT) {
        for (long midnight : midnights) {
          appointments.add(newcomer(midnight - BEFORE_MIDNIGHT_MS, true));
        }
      }
    }

    /** Makes the crawlers; returns how many posts they make in all. */
    private long sendCrawlers() {
      if (wanted < FEWEST_POSTS_WITH_CRAWLERS) {
        return 0;
      }
      long posts = Math.round(wanted * CRAWLER_SHARE);
      long length = end - start;
      long number = Math.max(1, Math.round(posts * CRAWLER_INTERVAL_MS / length));
      for (long i = 0; i < number; i++) {
        long own = posts / number + (i < posts % number ? 1 : 0);
        enqueue(new Crawler(catalogue, start, length, own, Dice.of(seed, CRAWLER_SALT, i)));
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
