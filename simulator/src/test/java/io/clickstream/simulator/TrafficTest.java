package io.clickstream.simulator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.EventNames;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrafficTest {

  /** Changes when anything about the default traffic changes; then it is to be set anew. */
  private static final String GOLDEN =
      "0f6d2ad1e9bba7bca74b4dc7549ee3665448c29bac4dbe49cedb733525ce2689";

  private static final Duration GAP = Duration.ofMinutes(30);
  private static final List<SimulatedPost> POSTS =
      new Traffic(TrafficOptions.standard()).stream().toList();
  private static final List<Seen> EVENTS = events(POSTS);

  /** An accepted post that is an event of its own. */
  private record Seen(SimulatedPost post, TrackedBody body) {

    /** As the warehouse corrects it. */
    Instant occurredAt() {
      return post.receivedAt().minus(body.queued());
    }
  }

  @Test
  void theDefaultTrafficIsTheOneOfTheGoldenHash() {
    assertThat(hash(POSTS)).isEqualTo(GOLDEN);
  }

  @Test
  void theSameOptionsGiveTheSamePosts() {
    Traffic traffic = new Traffic(TrafficOptions.standard());
    assertThat(traffic).containsExactlyElementsOf(POSTS);
    assertThat(traffic).as("a second iterator").containsExactlyElementsOf(POSTS);
  }

  @Test
  void anotherSeedGivesOtherVisitorsAndEvents() {
    List<Seen> others =
        events(new Traffic(TrafficOptions.standard().withSeed(2)).stream().toList());
    assertThat(others)
        .extracting(seen -> seen.body().clientId())
        .doesNotContainAnyElementsOf(clients());
    assertThat(others)
        .extracting(seen -> seen.post().id())
        .doesNotContainAnyElementsOf(POSTS.stream().map(SimulatedPost::id).toList());
  }

  @Test
  void twoTrafficsShareNoIdWhicheverOptionDiffers() {
    TrafficOptions options = TrafficOptions.standard();
    Set<String> ids = new HashSet<>();
    EVENTS.forEach(seen -> ids.add(seen.body().eventId()));
    for (TrafficOptions other :
        List.of(
            options.withEvents(100),
            options.withEvents(100).withStart(options.start().plusSeconds(3_600)),
            options.withEvents(100).withDuration(Duration.ofHours(2)))) {
      for (Seen seen : events(new Traffic(other).stream().toList())) {
        assertThat(ids.add(seen.body().eventId()) || seen.body().eventId() == null).isTrue();
      }
    }
  }

  @Test
  void thereAreExactlyTheRequestedPostsInOrderOfReception() {
    assertThat(POSTS)
        .hasSize(5_000)
        .isSortedAccordingTo(Comparator.comparing(SimulatedPost::receivedAt));
    assertThat(POSTS.get(0).receivedAt()).isAfterOrEqualTo(TrafficOptions.DEFAULT_START);
    assertThat(POSTS.get(4_999).receivedAt()).isBefore(TrafficOptions.standard().end());
    assertThat(POSTS).extracting(SimulatedPost::id).doesNotHaveDuplicates();
  }

  @Test
  void allFourteenEventNamesOccurAndNoOther() {
    Set<String> names = new HashSet<>();
    EVENTS.forEach(seen -> names.add(seen.body().eventName()));
    assertThat(names).containsExactlyInAnyOrderElementsOf(EventNames.ALL);
  }

  @Test
  void acceptedPostsAreStrictJsonAndBrokenOnesAreNot() {
    for (SimulatedPost post : POSTS) {
      if (post.kind().accepted()) {
        assertThatCode(() -> TrackedBody.parse(post.body())).doesNotThrowAnyException();
        assertThat(post.body()).startsWith("{\"").endsWith("}").doesNotContain("_ingest");
      } else if (!post.body().equals("{}")) {
        assertThatThrownBy(() -> TrackedBody.parse(post.body())).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void eachKindHasItsShare() {
    Map<Kind, Long> kinds = new TreeMap<>();
    new Traffic(TrafficOptions.standard().withEvents(60_000))
        .forEach(post -> kinds.merge(post.kind(), 1L, Long::sum));
    assertThat(kinds.get(Kind.BOT) / 600.0).isEqualTo(4.0);
    assertThat(kinds.get(Kind.RETRY) / 600.0).isBetween(1.7, 2.3);
    assertThat(kinds.get(Kind.LATE) / 600.0).isBetween(0.7, 1.4);
    assertThat(kinds.get(Kind.WITHOUT_ID) / 600.0).isBetween(0.1, 0.3);
    assertThat(kinds.get(Kind.BROKEN) / 600.0).isBetween(0.1, 0.22);
    assertThat(kinds.get(Kind.CONFLICT) / 600.0).isBetween(0.02, 0.09);
  }

  @Test
  void everyKindOccursByDefault() {
    assertThat(POSTS).extracting(SimulatedPost::kind).contains(Kind.values());
  }

  @Test
  void aRetryRepeatsAnEarlierPostAndAConflictOnlyItsId() throws IOException {
    Map<String, SimulatedPost> firstOfId = new HashMap<>();
    for (SimulatedPost post : POSTS) {
      if (!post.kind().accepted()) {
        continue;
      }
      TrackedBody body = TrackedBody.parse(post.body());
      if (post.kind() == Kind.WITHOUT_ID) {
        assertThat(body.eventId()).isNull();
        continue;
      }
      SimulatedPost first = firstOfId.putIfAbsent(body.eventId(), post);
      assertThat(first != null).as("repeated: %s", post.kind()).isEqualTo(post.kind().repeated());
      if (post.kind() == Kind.RETRY) {
        assertThat(post.body()).isEqualTo(first.body());
        assertThat(post.receivedAt()).isAfter(first.receivedAt());
      }
      if (post.kind() == Kind.CONFLICT) {
        TrackedBody original = TrackedBody.parse(first.body());
        assertThat(body.clientId()).isNotEqualTo(original.clientId());
        assertThat(body.eventName()).isNotEqualTo(original.eventName());
      }
    }
  }

  @Test
  void aLateEventWasQueuedForMinutesToHours() {
    List<Duration> queued =
        EVENTS.stream().filter(is(Kind.LATE)).map(seen -> seen.body().queued()).toList();
    assertThat(queued).allMatch(time -> time.compareTo(Duration.ofHours(8)) <= 0);
    assertThat(queued).anyMatch(time -> time.compareTo(Duration.ofMinutes(30)) > 0);
    assertThat(EVENTS.stream().filter(is(Kind.GOOD)))
        .allMatch(seen -> seen.body().queued().compareTo(Duration.ofSeconds(1)) < 0);
  }

  @Test
  void visitorsUseSeveralTabsAtATime() {
    long severalTabs = sessions(EVENTS).stream().filter(TrafficTest::usesSeveralTabs).count();
    assertThat(severalTabs).isGreaterThan(50);
    assertThat(sessions(EVENTS)).anyMatch(TrafficTest::returnsToATab);
  }

  @Test
  void visitorsComeBackAfterMoreThanHalfAnHour() {
    Map<String, List<List<Seen>>> byClient =
        sessions(EVENTS).stream().collect(groupingBy(session -> session.get(0).body().clientId()));
    assertThat(byClient.values().stream().filter(visits -> visits.size() > 1))
        .hasSizeGreaterThan(40);
  }

  @Test
  void sessionsCrossHoursAndMidnightInBothZones() {
    List<List<Seen>> sessions = sessions(EVENTS.stream().filter(is(Kind.BOT).negate()).toList());
    assertThat(sessions)
        .anyMatch(
            session -> day(first(session), ZoneOffset.UTC) != day(last(session), ZoneOffset.UTC));
    ZoneId vietNam = ZoneId.of("Asia/Ho_Chi_Minh");
    assertThat(sessions)
        .anyMatch(session -> day(first(session), vietNam) != day(last(session), vietNam));
    assertThat(sessions.stream().filter(session -> hour(first(session)) != hour(last(session))))
        .hasSizeGreaterThan(20);
  }

  @Test
  void everySeedHasSessionsOverEachMidnight() {
    for (long seed = 10; seed < 13; seed++) {
      List<SimulatedPost> posts =
          new Traffic(TrafficOptions.standard().withSeed(seed)).stream().toList();
      List<List<Seen>> sessions =
          sessions(events(posts).stream().filter(is(Kind.BOT).negate()).toList());
      for (ZoneId zone : List.of(ZoneOffset.UTC, ZoneId.of("Asia/Ho_Chi_Minh"))) {
        assertThat(sessions)
            .as("seed %d, %s", seed, zone)
            .anyMatch(session -> day(first(session), zone) != day(last(session), zone));
      }
    }
  }

  @Test
  void crawlersNeverPauseForHalfAnHour() {
    List<Seen> bots = EVENTS.stream().filter(is(Kind.BOT)).toList();
    List<List<Seen>> sessions = sessions(bots);
    assertThat(sessions)
        .hasSameSizeAs(bots.stream().map(seen -> seen.body().clientId()).distinct().toList());
    assertThat(sessions)
        .allMatch(
            session ->
                Duration.between(first(session), last(session)).compareTo(Duration.ofHours(20))
                    > 0);
  }

  @Test
  void thePurchaseFunnelNarrows() {
    List<Seen> people =
        events(new Traffic(TrafficOptions.standard().withEvents(60_000)).stream().toList()).stream()
            .filter(is(Kind.BOT).negate())
            .toList();
    List<List<Seen>> sessions =
        sessions(people).stream().filter(has(EventNames.PRODUCT_VIEW)).toList();
    assertThat(share(sessions, EventNames.ADD_TO_CART_CLICK)).isBetween(27.0, 33.0);
    assertThat(share(sessions, EventNames.CHECKOUT_START)).isBetween(13.0, 17.0);
    assertThat(share(sessions, EventNames.CHECKOUT_COMPLETE)).isBetween(6.5, 9.5);
  }

  @Test
  void aReloadedThankYouPageRepeatsTheOrderUnderAnotherEventId() {
    List<String> orders =
        EVENTS.stream()
            .filter(named(EventNames.CHECKOUT_COMPLETE))
            .map(TrafficTest::orderId)
            .toList();
    assertThat(orders).doesNotContainNull();
    assertThat(new HashSet<>(orders)).hasSizeLessThan(orders.size()).hasSizeGreaterThan(20);
  }

  @Test
  void anOrdersValueIsTheSumOfItsLinesAndTheDelivery() {
    EVENTS.stream()
        .filter(named(EventNames.CHECKOUT_COMPLETE))
        .filter(seen -> seen.body().members().containsKey("order"))
        .filter(seen -> seen.body().block("order").containsKey("value"))
        .forEach(
            seen -> {
              Map<String, Object> order = seen.body().block("order");
              long value = Long.parseLong(order.get("value").toString());
              long goods = 0;
              for (Object line : (List<?>) order.get("items")) {
                Map<?, ?> item = (Map<?, ?>) line;
                Object price =
                    item.containsKey("discountPrice")
                        ? item.get("discountPrice")
                        : item.get("price");
                goods +=
                    Long.parseLong(item.get("quantity").toString())
                        * Long.parseLong(price.toString());
              }
              assertThat(value - goods).isEqualTo(goods < 2_000_000 ? 30_000 : 0);
              assertThat(order.get("currency")).isEqualTo("VND");
            });
  }

  @Test
  void theBackEndReportsAShareOfTheOrdersAndSomeHaveAReturnedLine() {
    List<Seen> thanked =
        events(new Traffic(TrafficOptions.standard().withEvents(60_000)).stream().toList()).stream()
            .filter(named(EventNames.CHECKOUT_COMPLETE))
            .toList();
    Set<String> ofBrowsers = orderIds(thanked.stream().filter(is(Kind.SERVER).negate()));
    Set<String> ofBackEnd = orderIds(thanked.stream().filter(is(Kind.SERVER)));
    assertThat(ofBackEnd.size() / (double) ofBrowsers.size()).isBetween(0.14, 0.26);
    assertThat(ofBackEnd).anyMatch(ofBrowsers::contains);
    assertThat(thanked.stream().filter(is(Kind.SERVER)))
        .allMatch(seen -> seen.body().members().keySet().stream().noneMatch("pageUrl"::equals));
    List<Seen> returning =
        thanked.stream()
            .filter(seen -> seen.body().members().containsKey("order"))
            .filter(seen -> !seen.body().block("order").containsKey("value"))
            .toList();
    assertThat(orderIds(returning.stream()).size() / (double) ofBrowsers.size())
        .isBetween(0.02, 0.08);
    assertThat(returning)
        .allMatch(seen -> seen.body().block("order").get("items").toString().contains("-1"));
  }

  private static Set<String> orderIds(Stream<Seen> events) {
    return events.map(TrafficTest::orderId).collect(Collectors.toSet());
  }

  @Test
  void clickedTextIsAtMost160CharactersLong() {
    assertThat(
            EVENTS.stream()
                .filter(named(EventNames.CLICK))
                .map(seen -> seen.body().block("element")))
        .allMatch(
            element -> element.keySet().containsAll(Set.of("tag", "id", "role", "text", "dataset")))
        .allMatch(element -> element.get("text").toString().length() <= 160)
        .anyMatch(element -> element.get("text").toString().length() == 160);
  }

  @Test
  void theEveningInVietNamIsBusierThanTheNight() {
    long evening = POSTS.stream().filter(post -> hour(post.receivedAt()) % 24 == 14).count();
    long night = POSTS.stream().filter(post -> hour(post.receivedAt()) % 24 == 20).count();
    assertThat(evening).isGreaterThan(5 * night);
  }

  private static Set<String> clients() {
    Set<String> clients = new HashSet<>();
    EVENTS.forEach(seen -> clients.add(seen.body().clientId()));
    return clients;
  }

  private static List<Seen> events(List<SimulatedPost> posts) {
    List<Seen> events = new ArrayList<>();
    for (SimulatedPost post : posts) {
      if (post.kind().accepted() && !post.kind().repeated()) {
        try {
          events.add(new Seen(post, TrackedBody.parse(post.body())));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return events;
  }

  /** Cut where a client's events are more than 30 minutes apart. */
  private static List<List<Seen>> sessions(List<Seen> events) {
    Map<String, List<Seen>> byClient =
        events.stream()
            .sorted(Comparator.comparing(Seen::occurredAt))
            .collect(groupingBy(seen -> seen.body().clientId(), TreeMap::new, toList()));
    List<List<Seen>> sessions = new ArrayList<>();
    for (List<Seen> own : byClient.values()) {
      Instant before = Instant.MIN;
      for (Seen seen : own) {
        if (before.equals(Instant.MIN)
            || Duration.between(before, seen.occurredAt()).compareTo(GAP) > 0) {
          sessions.add(new ArrayList<>());
        }
        sessions.get(sessions.size() - 1).add(seen);
        before = seen.occurredAt();
      }
    }
    return sessions;
  }

  private static boolean usesSeveralTabs(List<Seen> session) {
    return session.stream().map(seen -> seen.body().sessionId()).distinct().count() > 1;
  }

  private static boolean returnsToATab(List<Seen> session) {
    Set<String> left = new HashSet<>();
    String current = null;
    for (Seen seen : session) {
      String tab = seen.body().sessionId();
      if (!tab.equals(current)) {
        if (left.contains(tab)) {
          return true;
        }
        if (current != null) {
          left.add(current);
        }
        current = tab;
      }
    }
    return false;
  }

  private static double share(List<List<Seen>> sessions, String name) {
    return 100.0 * sessions.stream().filter(has(name)).count() / sessions.size();
  }

  private static Predicate<List<Seen>> has(String name) {
    return session -> session.stream().anyMatch(named(name));
  }

  private static Predicate<Seen> named(String name) {
    return seen -> seen.body().eventName().equals(name);
  }

  private static Predicate<Seen> is(Kind kind) {
    return seen -> seen.post().kind() == kind;
  }

  private static String orderId(Seen seen) {
    return seen.body().members().containsKey("order")
        ? (String) seen.body().block("order").get("id")
        : (String) ((Map<?, ?>) seen.body().block("element").get("dataset")).get("orderId");
  }

  private static Instant first(List<Seen> session) {
    return session.get(0).occurredAt();
  }

  private static Instant last(List<Seen> session) {
    return session.get(session.size() - 1).occurredAt();
  }

  private static long hour(Instant at) {
    return at.getEpochSecond() / 3_600;
  }

  private static long day(Instant at, ZoneId zone) {
    return LocalDate.ofInstant(at, zone).toEpochDay();
  }

  private static String hash(List<SimulatedPost> posts) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    posts.forEach(post -> sha256.update(post.toString().getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(sha256.digest());
  }
}
