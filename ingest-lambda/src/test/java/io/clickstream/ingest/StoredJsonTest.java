package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is accepted is stored as the same JSON, but for {@code _ingest}; nothing else is stored. */
class StoredJsonTest {

  private static final Instant NOW = Instant.parse("2026-11-22T13:05:06.123Z");

  private static final String DAMAGES = ",:{}[]\"\\0e._ \u0001x";

  /** A member as text, its white space included. */
  record Member(String name, String value) {
    String text() {
      return name + ":" + value;
    }
  }

  @Property(tries = 2_000)
  void acceptedObjectsAreStoredTokenByToken(@ForAll("objects") String body, @ForAll boolean base64)
      throws IOException {
    StoredObjects stored = new StoredObjects();
    APIGatewayV2HTTPResponse answer = post(body, base64, stored);

    List<String> expected = tokens(body, true);
    if (expected.size() == 2) {
      assertThat(answer.getStatusCode()).isEqualTo(400);
      assertThat(stored.all()).isEmpty();
      return;
    }
    assertThat(answer.getStatusCode()).isEqualTo(200);
    assertThat(tokens(stored.only(), true)).isEqualTo(expected);
    assertThat(ingestFields(stored.only())).isEqualTo(1);
  }

  @Property(tries = 2_000)
  void damagedBodiesAreStoredOnlyWhenStillJson(
      @ForAll("objects") String body, @ForAll("damages") int damage, @ForAll boolean base64)
      throws IOException {
    int place = Math.floorMod(damage, body.length());
    char replacement = DAMAGES.charAt(Math.floorMod(damage / 7, DAMAGES.length()));
    String damaged = body.substring(0, place) + replacement + body.substring(place + 1);
    StoredObjects stored = new StoredObjects();

    int status = post(damaged, base64, stored).getStatusCode();

    assertThat(status).isIn(200, 400);
    if (status == 200) {
      assertThat(tokens(stored.only(), true)).isEqualTo(tokens(damaged, true));
      assertThat(ingestFields(stored.only())).isEqualTo(1);
    } else {
      assertThat(stored.all()).isEmpty();
    }
  }

  @Property(tries = 1_000)
  void noTextIsEverAServerError(@ForAll String body, @ForAll boolean base64Flag) {
    StoredObjects stored = new StoredObjects();
    APIGatewayV2HTTPEvent event =
        base64Flag ? Requests.postingBase64(body) : Requests.posting(body);

    APIGatewayV2HTTPResponse answer = handler(stored).handleRequest(event, new LoggedLines());

    assertThat(answer.getStatusCode()).isIn(200, 400);
    assertThat(stored.all()).hasSize(answer.getStatusCode() == 200 ? 1 : 0);
  }

  @Provide
  Arbitrary<Integer> damages() {
    return Arbitraries.integers().between(0, 1_000_000);
  }

  @Provide
  Arbitrary<String> objects() {
    return object(2).map(text -> "\n " + text + " ");
  }

  private Arbitrary<String> object(int depth) {
    return Combinators.combine(members(depth).list().ofMaxSize(5), space())
        .as(
            (members, space) ->
                "{"
                    + space
                    + String.join(space + "," + space, members.stream().map(Member::text).toList())
                    + space
                    + "}");
  }

  private Arbitrary<Member> members(int depth) {
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of(
                "\"_ingest\"", "\"\\u005fingest\"", "\"_ingest \"", "\"eventName\"", "\"a\""),
            string());
    return Combinators.combine(names, value(depth)).as(Member::new);
  }

  private Arbitrary<String> value(int depth) {
    Arbitrary<String> scalar = Arbitraries.oneOf(number(), string(), literal());
    if (depth == 0) {
      return scalar;
    }
    Arbitrary<String> array =
        Arbitraries.lazy(() -> value(depth - 1))
            .list()
            .ofMaxSize(3)
            .map(items -> "[" + String.join(" , ", items) + "]");
    return Arbitraries.oneOf(scalar, array, Arbitraries.lazy(() -> object(depth - 1)));
  }

  private Arbitrary<String> number() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(30);
    Arbitrary<String> whole =
        digits.map(text -> text.length() > 1 && text.charAt(0) == '0' ? "1" + text : text);
    return Combinators.combine(
            Arbitraries.of("", "-"),
            whole,
            digits.map(text -> "." + text).injectNull(0.5),
            Arbitraries.of("e400", "E-9999", "e+0", "").injectNull(0.3))
        .as(
            (sign, integer, fraction, exponent) ->
                sign
                    + integer
                    + (fraction == null ? "" : fraction)
                    + (exponent == null ? "" : exponent));
  }

  private Arbitrary<String> string() {
    return Arbitraries.of(
            "x", ",", "}", "{", "]", ":", " ", "é", "💻", "\u2028", "\\\"", "\\\\", "\\n", "\\/",
            "\\ud83d", "\\udc00", "\\u0000", "_ingest", "\\u005f")
        .list()
        .ofMaxSize(8)
        .map(parts -> "\"" + String.join("", parts) + "\"");
  }

  private Arbitrary<String> literal() {
    return Arbitraries.of("true", "false", "null");
  }

  private Arbitrary<String> space() {
    return Arbitraries.of("", " ", "\n\t", "\r\n  ");
  }

  private static APIGatewayV2HTTPResponse post(String body, boolean base64, StoredObjects stored) {
    APIGatewayV2HTTPEvent event =
        base64
            ? Requests.postingBase64(
                Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)))
            : Requests.posting(body);
    return handler(stored).handleRequest(event, new LoggedLines());
  }

  private static IngestHandler handler(ObjectStore stored) {
    return new IngestHandler(Optional.of(stored), () -> NOW);
  }

  /** Each token with its literal text, read by another parser than the handler's. */
  private static List<String> tokens(String json, boolean withoutIngest) throws IOException {
    List<String> tokens = new ArrayList<>();
    try (JsonParser parser =
        new JsonFactory().createParser(json.getBytes(StandardCharsets.UTF_8))) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (withoutIngest
            && depth == 1
            && token == JsonToken.FIELD_NAME
            && parser.getText().equals("_ingest")) {
          parser.nextToken();
          parser.skipChildren();
          continue;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        tokens.add(token + " " + parser.getText());
      }
    }
    return tokens;
  }

  private static int ingestFields(String json) throws IOException {
    int fields = 0;
    try (JsonParser parser =
        new JsonFactory().createParser(json.getBytes(StandardCharsets.UTF_8))) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        fields += parser.getText().equals("_ingest") ? 1 : 0;
        parser.nextToken();
        parser.skipChildren();
      }
    }
    return fields;
  }
}
