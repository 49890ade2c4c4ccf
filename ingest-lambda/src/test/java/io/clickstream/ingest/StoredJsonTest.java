package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Properties: an accepted body is stored as the same JSON, {@code _ingest} apart. */
class StoredJsonTest {

  private static final String DAMAGES = ",:{}[]\"\\0e._ \u0001x";

  /** A field as text, with its white space. */
  record Member(String name, String value) {
    String text() {
      return name + ":" + value;
    }
  }

  @Property(tries = 2_000)
  void anAcceptedObjectIsStoredTokenByToken(@ForAll("objects") String body, @ForAll boolean base64)
      throws IOException {
    FunctionUnderTest function = new FunctionUnderTest();
    int status = post(function, body, base64);

    List<String> expected = tokens(body, true);
    if (expected.size() == 2) {
      assertThat(status).isEqualTo(400);
      assertThat(function.stored().all()).isEmpty();
      return;
    }
    assertThat(status).isEqualTo(200);
    assertThat(tokens(function.stored().only(), true)).isEqualTo(expected);
    assertThat(ingestFields(function.stored().only())).isEqualTo(1);
  }

  @Property(tries = 1_000)
  void anAcceptedArrayIsStoredItemByItemInOrder(
      @ForAll("arrays") List<String> items, @ForAll boolean base64, @ForAll boolean asOneObject)
      throws IOException {
    FunctionUnderTest function =
        new FunctionUnderTest(Map.of("BATCH_OBJECTS", Boolean.toString(asOneObject)));
    int status = post(function, "[" + String.join(" ,\n", items) + "]", base64);

    if (items.isEmpty()) {
      assertThat(status).isEqualTo(400);
      assertThat(function.stored().all()).isEmpty();
      return;
    }
    assertThat(status).isEqualTo(200);
    List<String> stored =
        asOneObject
            ? List.of(function.stored().only().split("\n", -1))
            : function.stored().inOrder();
    assertThat(stored).hasSize(items.size() + (asOneObject ? 1 : 0));
    for (int n = 0; n < items.size(); n++) {
      assertThat(tokens(stored.get(n), true)).isEqualTo(tokens(items.get(n), true));
      assertThat(ingestFields(stored.get(n))).isEqualTo(1);
    }
  }

  @Property(tries = 2_000)
  void aDamagedBodyIsStoredOnlyWhenItIsStillJson(
      @ForAll("objects") String body, @ForAll("damages") int damage, @ForAll boolean base64)
      throws IOException {
    int place = Math.floorMod(damage, body.length());
    char replacement = DAMAGES.charAt(Math.floorMod(damage / 7, DAMAGES.length()));
    String damaged = body.substring(0, place) + replacement + body.substring(place + 1);
    FunctionUnderTest function = new FunctionUnderTest();

    int status = post(function, damaged, base64);

    assertThat(status).isIn(200, 400);
    if (status == 200) {
      assertThat(tokens(function.stored().only(), true)).isEqualTo(tokens(damaged, true));
      assertThat(ingestFields(function.stored().only())).isEqualTo(1);
    } else {
      assertThat(function.stored().all()).isEmpty();
    }
  }

  @Property(tries = 1_000)
  void aDamagedArrayIsStoredCompletelyOrNotAtAll(
      @ForAll("arrays") List<String> items, @ForAll("damages") int damage) throws IOException {
    String body = "[" + String.join(",", items) + "]";
    int place = Math.floorMod(damage, body.length());
    char replacement = DAMAGES.charAt(Math.floorMod(damage / 7, DAMAGES.length()));
    FunctionUnderTest function = new FunctionUnderTest();

    int status =
        post(function, body.substring(0, place) + replacement + body.substring(place + 1), false);

    assertThat(status).isIn(200, 400);
    if (status == 400) {
      assertThat(function.stored().all()).isEmpty();
    } else {
      assertThat(function.stored().all()).isNotEmpty();
    }
  }

  @Property(tries = 1_000)
  void noTextCausesAServerError(@ForAll String body, @ForAll boolean base64Flag) {
    FunctionUnderTest function = new FunctionUnderTest();
    int status =
        function.call(base64Flag ? Requests.postingBase64(body) : Requests.posting(body)).status();

    assertThat(status).isIn(200, 400);
    assertThat(function.stored().all()).hasSize(status == 200 ? 1 : 0);
  }

  @Property(tries = 1_000)
  void noBytesCauseAServerError(@ForAll byte[] body) {
    FunctionUnderTest function = new FunctionUnderTest();
    int status =
        function.call(Requests.postingBase64(Base64.getEncoder().encodeToString(body))).status();

    assertThat(status).isIn(200, 400);
    assertThat(function.stored().all()).hasSize(status == 200 ? 1 : 0);
  }

  @Property(tries = 500)
  void noJsonObjectFromTheGatewayCausesAServerError(@ForAll("objects") String event) {
    FunctionUnderTest function = new FunctionUnderTest();

    assertThat(function.call(event.getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(404);
  }

  @Provide
  Arbitrary<List<String>> arrays() {
    return object(1)
        .map(
            text ->
                text.replaceFirst("\\{\\s*", "{\"eventId\":\"0b7a4c1e\" , ")
                    .replaceFirst(",\\s*}$", "}"))
        .list()
        .ofMaxSize(4);
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

  private static int post(FunctionUnderTest function, String body, boolean base64) {
    return function.call(base64 ? Requests.postingBase64Of(body) : Requests.posting(body)).status();
  }

  /** Returns each token with its literal text, read by another parser than the function's. */
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
