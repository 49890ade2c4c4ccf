package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Property: any bytes give an event that PostgreSQL can store, or a rejection, and always the same.
 */
class AnyRecordTest {

  private static final ParseRules RULES = new ParseRules(2);

  private static final List<String> NAMES =
      List.of(
          "eventId",
          "event_id",
          "eventName",
          "event_timestamp",
          "eventTimestamp",
          "userId",
          "user_id",
          "userLoginState",
          "identitySource",
          "clientId",
          "client_id",
          "sessionId",
          "isFirstVisit",
          "is_first_visit",
          "pageUrl",
          "pageTitle",
          "referrer",
          "sentAt",
          "clientTimestamp",
          "category",
          "element",
          "product",
          "context_product",
          "order",
          "product_brand",
          "context_product_price",
          "context_product_category",
          "_ingest",
          "x",
          "",
          "\\u0000",
          "\\ud800");

  private static final List<String> INNER_NAMES =
      List.of(
          "receivedAt",
          "userAgent",
          "id",
          "name",
          "category",
          "brand",
          "brandName",
          "brandId",
          "title",
          "price",
          "discountPrice",
          "urlPath",
          "value",
          "currency",
          "items",
          "productId",
          "quantity",
          "dataset",
          "orderId",
          "total",
          "z",
          "\\u0000");

  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0.5",
          "1e400",
          "1e9999999",
          "1e-9999999",
          "1E300",
          "12345678901234567890123456789012345678901234567890",
          "1795352707123",
          "1.795352707123E12",
          "-1",
          "2.0",
          "\"12.990\"",
          "\"Guest\"",
          "\"o\\u031b\\u0300\"",
          "9.995",
          "9223372036854775807",
          "\"\"",
          "\" \"",
          "\"undefined\"",
          "\"abc\"",
          "\"yesterday\"",
          "\"2026-11-22T13:05:60.123456789+07:00\"",
          "\"9999-12-31T23:59:59Z\"",
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud83d\"",
          "\"\\udcbb\\ud83d\"",
          "\"\\ud83d\\u0000\\udcbb\"",
          "\"\\ud83d\\udcbb\"",
          "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
          "\"VND\"",
          "\"0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d\"",
          "\"https://www.shop.example:1/a b?utm_source=%00%ff+&gclid=%20x#\\ud800\"",
          "\"//@:\"",
          "\"//www.Điệnmáy.vn./?utm_source=&amp;amp;utm_source=x\"",
          "\"//\\u3002\\ud800..ß\\u200d/\"",
          "\"?=&%\"",
          "\"http:// /x\"",
          "\"" + "ế".repeat(9_000) + "\"",
          "\"" + "\\ud83d\\udcbb".repeat(8_200) + "\"",
          "\"" + "c".repeat(201) + "\"",
          "\"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)\"");

  @Provide
  Arbitrary<String> payloads() {
    Arbitrary<String> scalars = Arbitraries.of(SCALARS);
    Arbitrary<String> leaves =
        Arbitraries.oneOf(
            scalars,
            scalars.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"),
            fields(INNER_NAMES, scalars).map(AnyRecordTest::braced));
    Arbitrary<String> blocks = fields(INNER_NAMES, leaves).map(AnyRecordTest::braced);
    Arbitrary<String> values =
        Arbitraries.oneOf(
            scalars,
            blocks,
            blocks.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"));
    return fields(NAMES, values).map(AnyRecordTest::braced);
  }

  private static Arbitrary<List<String>> fields(List<String> names, Arbitrary<String> values) {
    return Combinators.combine(Arbitraries.of(names), values)
        .as((name, value) -> "\"" + name + "\":" + value)
        .list()
        .ofMaxSize(8);
  }

  private static String braced(List<String> fields) {
    return "{" + String.join(",", fields) + "}";
  }

  /**
   * A change of the byte at a place: it is replaced, removed or doubled, or the rest is cut off.
   */
  record Mutation(int place, int kind, byte value) {

    byte[] applyTo(byte[] body) {
      if (body.length == 0) {
        return new byte[] {value};
      }
      int at = Math.floorMod(place, body.length);
      byte[] mutated;
      switch (kind) {
        case 0 -> {
          mutated = body.clone();
          mutated[at] = value;
        }
        case 1 -> {
          mutated = new byte[body.length - 1];
          System.arraycopy(body, 0, mutated, 0, at);
          System.arraycopy(body, at + 1, mutated, at, mutated.length - at);
        }
        case 2 -> {
          mutated = new byte[body.length + 1];
          System.arraycopy(body, 0, mutated, 0, at + 1);
          System.arraycopy(body, at, mutated, at + 1, body.length - at);
        }
        default -> {
          mutated = new byte[at];
          System.arraycopy(body, 0, mutated, 0, at);
        }
      }
      return mutated;
    }
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Combinators.combine(
            Arbitraries.integers(),
            Arbitraries.integers().between(0, 3),
            Arbitraries.oneOf(
                Arbitraries.bytes(),
                Arbitraries.of(
                    (byte) '"', (byte) '{', (byte) ']', (byte) '\\', (byte) 0, (byte) ',')))
        .as(Mutation::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Property(tries = 1_500)
  void anyBytesAreAnEventOrRejected(@ForAll byte[] body) {
    parseTwice(body);
  }

  @Property(tries = 1_500)
  void anyValueInAnyFieldGivesAnEventThatCanBeStored(@ForAll("payloads") String payload)
      throws IOException {
    byte[] body = payload.getBytes(StandardCharsets.UTF_8);
    if (parseTwice(body) == null && !payload.equals("{}")) {
      assertThat(parse(new EventParser(RULES), body).detail())
          .isEqualTo("the event name has more than 128 bytes");
    }
  }

  @Property(tries = 1_500)
  void damagedJsonIsAnEventThatCanBeStoredOrRejected(
      @ForAll("payloads") String payload, @ForAll("mutations") List<Mutation> mutations) {
    byte[] body = payload.getBytes(StandardCharsets.UTF_8);
    for (Mutation mutation : mutations) {
      body = mutation.applyTo(body);
    }
    parseTwice(body);
  }

  /** Parses with a new and a used parser and compares; returns null if the record is rejected. */
  private static Object[] parseTwice(byte[] body) {
    EventParser used = new EventParser(RULES);
    Outcome first = parse(new EventParser(RULES), body);
    parse(used, ParsedRecord.bytes("{'eventId':'other','pageUrl':'/?gclid=1'}"));
    Outcome second = parse(used, body);
    assertThat(second).usingRecursiveComparison().isEqualTo(first);
    if (first.event() != null) {
      StorableEvent.require(first.event());
    } else {
      assertThat(first.detail()).isNotBlank().doesNotContain("\n");
    }
    return first.event();
  }

  private record Outcome(Object[] event, Rejection reason, String detail) {}

  private static Outcome parse(EventParser parser, byte[] body) {
    try {
      return new Outcome(
          parser.parse(ParsedRecord.KEY, ParsedRecord.LAST_MODIFIED, body, body.length),
          null,
          null);
    } catch (RejectedRecordException e) {
      return new Outcome(null, e.reason(), e.getMessage());
    }
  }
}
