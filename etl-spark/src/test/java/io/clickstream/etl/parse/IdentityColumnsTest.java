package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.KEY;
import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.NameBasedUuid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityColumnsTest {

  private static final String ID = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d";

  private static String ofText(String id) {
    return NameBasedUuid.of(NameBasedUuid.EVENT_ID, id).toString();
  }

  private static String ofKey() {
    return NameBasedUuid.of(NameBasedUuid.OBJECT_KEY, KEY).toString();
  }

  @Test
  void aUuidIsStoredInLowerCase() {
    assertThat(with("'eventId':'" + ID + "'").get("event_id")).isEqualTo(ID);
    assertThat(with("'eventId':'0A1B2C3D-4E5F-6A7B-8C9D-0E1F2A3B4C5D'").get("event_id"))
        .isEqualTo(ID);
    assertThat(with("'eventId':'\\u0000 " + ID + " '").get("event_id")).isEqualTo(ID);
  }

  @Test
  void theSnakeCaseNameIsUsedIfTheCamelCaseOneIsUnusable() {
    assertThat(with("'event_id':'" + ID + "'").get("event_id")).isEqualTo(ID);
    assertThat(with("'event_id':'" + ID + "','eventId':'b'").get("event_id"))
        .isEqualTo(ofText("b"));
    for (String unusable : List.of("null", "''", "' '", "'undefined'", "{}", "[1]")) {
      assertThat(with("'eventId':" + unusable + ",'event_id':'" + ID + "'").get("event_id"))
          .as(unusable)
          .isEqualTo(ID);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d",
        "{0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d}",
        "a-b-c-d-e",
        "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5g",
        "Đơn hàng",
      })
  void textThatIsNotAUuidBecomesItsNameBasedUuid(String id) {
    assertThat(with("'eventId':'" + id + "'").get("event_id")).isEqualTo(ofText(id));
  }

  @Test
  void theNameBasedIdIsThatOfTheRfc() {
    // Computed with Python: uuid5(uuid5(UUID('7d1c6d0e-…'), 'event-id'), 'abc').
    assertThat(with("'eventId':'abc'").get("event_id"))
        .isEqualTo("8c61cb87-8b60-5109-9f4f-4f579950f8be");
    assertThat(with("'a':1").get("event_id")).isEqualTo("2b23fb50-b311-548b-82b1-3c5cc503c8a3");
  }

  @Test
  void aNumberIsTakenAsItsLiteralText() {
    assertThat(with("'eventId':12.50").get("event_id")).isEqualTo(ofText("12.50"));
  }

  @Test
  void aLongIdBecomesItsNameBasedUuid() {
    String id = "ế".repeat(3_400);
    assertThat(with("'eventId':'" + id + "'").get("event_id")).isEqualTo(ofText(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'undefined'",
        "'null'",
        "'[object Object]'",
        "'00000000-0000-0000-0000-000000000000'",
        "' undefined '",
        "0",
        "-1",
        "false",
        "'None'",
        "{'id':1}",
        "[]",
      })
  void aPlaceholderIsNotAnEventIdAndIsReported(String id) {
    ParsedRecord event = with("'eventId':" + id);
    assertThat(event.get("event_id")).isEqualTo(ofKey());
    assertThat(event.coerced()).isEqualTo("event_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "''", "'  '", "'\\u0000'"})
  void withoutAnIdTheEventIdDerivesFromTheObjectKey(String id) {
    ParsedRecord event = with("'eventId':" + id);
    assertThat(event.get("event_id")).isEqualTo(ofKey());
    assertThat(event.coerced()).isNull();
  }

  @Test
  void theRecordKeyIsStored() {
    assertThat(with("'a':1").get("raw_object_key")).isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a':1", "'eventName':null", "'eventName':'  '", "'eventName':[]"})
  void anEventWithoutANameIsNamedUnknown(String fields) {
    assertThat(with(fields).get("event_name")).isEqualTo("unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "undefined",
        "null",
        "[object Object]",
        "00000000-0000-0000-0000-000000000000",
        "NULL",
        "NaN",
        "Anonymous",
      })
  void aPlaceholderIsNotAnIdentityAndIsReported(String nobody) {
    ParsedRecord event =
        with(
            "'clientId':'%1$s','userId':'%1$s','sessionId':'%1$s','eventId':'%2$s'"
                .formatted(nobody, ID));
    assertThat(event.get("client_id")).isNull();
    assertThat(event.get("user_id")).isNull();
    assertThat(event.get("session_id")).isNull();
    assertThat(event.get("visitor_id")).isEqualTo("e:" + ID);
    assertThat(event.coerced()).isEqualTo("client_id,session_id,user_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "true", "0", "-1"})
  void aNumberOrBooleanThatIsAPlaceholderIsNotAnIdentity(String nobody) {
    ParsedRecord event =
        with("'clientId':%1$s,'userId':%1$s,'order':{'id':%1$s}".formatted(nobody));
    assertThat(event.get("client_id")).isNull();
    assertThat(event.get("user_id")).isNull();
    assertThat(event.get("order_id")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "page_view, page_view",
    "view_product, product_view",
    "view_item, product_view",
    "purchase, checkout_complete",
    "Purchase, checkout_complete",
    "view_items, view_items",
  })
  void theCanonicalNameOfAnAliasIsThePlatformsName(String name, String canonical) {
    ParsedRecord event = with("'eventName':'" + name + "'");
    assertThat(event.get("event_name")).isEqualTo(name);
    assertThat(event.get("canonical_name")).isEqualTo(canonical);
  }

  @Test
  void anEventWithoutANameHasTheCanonicalNameUnknown() {
    assertThat(with("'a':1").get("canonical_name")).isEqualTo("unknown");
  }

  @Test
  void theVisitorIsTheBrowserElseTheUserElseTheSessionElseTheEvent() {
    String session = "'eventId':'" + ID + "','sessionId':'s'";
    assertThat(with(session + ",'userId':'u','clientId':'c'").get("visitor_id")).isEqualTo("c:c");
    assertThat(with(session + ",'userId':'u'").get("visitor_id")).isEqualTo("u:u");
    assertThat(with(session).get("visitor_id")).isEqualTo("s:s");
    assertThat(with("'eventId':'" + ID + "'").get("visitor_id")).isEqualTo("e:" + ID);
  }
}
