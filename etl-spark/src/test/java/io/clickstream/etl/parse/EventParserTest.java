package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.KEY;
import static io.clickstream.etl.parse.ParsedRecord.LAST_MODIFIED;
import static io.clickstream.etl.parse.ParsedRecord.RECEIVED_AT;
import static io.clickstream.etl.parse.ParsedRecord.micros;
import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.event.NameBasedUuid;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {

  private static final String ID = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d";
  private static final String LAPTOP = "\uD83D\uDCBB";

  private static String ofText(String id) {
    return NameBasedUuid.of(NameBasedUuid.EVENT_ID, id).toString();
  }

  private static String ofKey() {
    return NameBasedUuid.of(NameBasedUuid.OBJECT_KEY, KEY).toString();
  }

  @Nested
  class EventId {

    @Test
    void aUuidIsTakenInLowerCase() {
      assertThat(with("'eventId':'" + ID + "'").get("event_id")).isEqualTo(ID);
      assertThat(with("'eventId':'0A1B2C3D-4E5F-6A7B-8C9D-0E1F2A3B4C5D'").get("event_id"))
          .isEqualTo(ID);
      assertThat(with("'eventId':'\\u0000 " + ID + " '").get("event_id")).isEqualTo(ID);
    }

    @Test
    void theSnakeCaseNameServesWhenTheOtherIsNotUsable() {
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
    void textThatIsNoUuidGivesItsNameBasedOne(String id) {
      assertThat(with("'eventId':'" + id + "'").get("event_id")).isEqualTo(ofText(id));
    }

    @Test
    void theNameBasedIdIsTheOneOfTheRfc() {
      // Computed with Python: uuid5(uuid5(UUID('7d1c6d0e-…'), 'event-id'), 'abc').
      assertThat(with("'eventId':'abc'").get("event_id"))
          .isEqualTo("8c61cb87-8b60-5109-9f4f-4f579950f8be");
      assertThat(with("'a':1").get("event_id")).isEqualTo("2b23fb50-b311-548b-82b1-3c5cc503c8a3");
    }

    @Test
    void aNumberIsTakenByItsLiteral() {
      assertThat(with("'eventId':12.50").get("event_id")).isEqualTo(ofText("12.50"));
    }

    @Test
    void aLongIdIsNoUuidEither() {
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
          "{'id':1}",
          "[]",
        })
    void anIdThatIdentifiesNothingIsAbsentAndCounted(String id) {
      ParsedRecord event = with("'eventId':" + id);
      assertThat(event.get("event_id")).isEqualTo(ofKey());
      assertThat(event.coerced()).isEqualTo("event_id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "'  '", "'\\u0000'"})
    void withoutAnIdTheObjectsKeyGivesIt(String id) {
      ParsedRecord event = with("'eventId':" + id);
      assertThat(event.get("event_id")).isEqualTo(ofKey());
      assertThat(event.coerced()).isNull();
    }

    @Test
    void theKeyOfTheRecordIsKept() {
      assertThat(with("'a':1").get("raw_object_key")).isEqualTo(KEY);
    }
  }

  @Nested
  class EventTimestamp {

    private Object timestamp(String payload) {
      return ParsedRecord.of(payload).get("event_timestamp");
    }

    private String coerced(String payload) {
      return ParsedRecord.of(payload).coerced();
    }

    @Test
    void theTimeOfReceptionComesFirst() {
      assertThat(
              timestamp(
                  "{'_ingest':{'receivedAt':'2026-11-22T13:05:07.1234567Z'},"
                      + "'event_timestamp':'2026-01-01T00:00:00Z'}"))
          .isEqualTo(micros("2026-11-22T13:05:07.123456Z"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "'yesterday'",
          "'12:30'",
          "'9999-01-01T00:00:00Z'",
          "'2026-11-22'",
          "true",
          "1.5",
          "{}",
          "[]",
        })
    void anUnusableReceptionFallsThroughAndIsCounted(String receivedAt) {
      String payload =
          "{'_ingest':{'receivedAt':"
              + receivedAt
              + "},'event_timestamp':'2026-11-22T20:00:00+07:00'}";
      assertThat(timestamp(payload)).isEqualTo(micros("2026-11-22T13:00:00Z"));
      assertThat(coerced(payload)).isEqualTo("_ingest.receivedAt");
    }

    @Test
    void theCamelCaseNameServesWhenTheOtherIsNotUsable() {
      assertThat(timestamp("{'eventTimestamp':1795352707123}"))
          .isEqualTo(micros("2026-11-22T13:05:07.123Z"));
      assertThat(timestamp("{'event_timestamp':'x','eventTimestamp':'1795352707123'}"))
          .isEqualTo(micros("2026-11-22T13:05:07.123Z"));
      assertThat(
              timestamp(
                  "{'eventTimestamp':1795352707123,'event_timestamp':'2026-11-22T13:00:00Z'}"))
          .isEqualTo(micros("2026-11-22T13:00:00Z"));
    }

    @Test
    void theLastResortIsTheObjectsModificationFlooredToSeconds() {
      assertThat(timestamp("{'a':1}")).isEqualTo(micros("2026-11-22T13:05:08Z"));
      assertThat(timestamp("{'event_timestamp':'yesterday','eventTimestamp':'12:30'}"))
          .isEqualTo(micros("2026-11-22T13:05:08Z"));
    }

    @ParameterizedTest
    @CsvSource({
      "0, 0",
      "999999, 0",
      "-1, -1000000",
      "-1000000, -1000000",
      "9999999999999999, 9999999999000000"
    })
    void theModificationIsTakenAsItIs(long lastModified, long expected) throws Exception {
      byte[] body = ParsedRecord.bytes("{'a':1}");
      Object[] event =
          new EventParser(new ParseRules(0)).parse(KEY, lastModified, body, body.length);
      assertThat(event[1]).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'x'", "[]", "7", "null"})
    void aReceptionThatIsNoBlockIsAbsent(String ingest) {
      assertThat(timestamp("{'_ingest':" + ingest + ",'a':1}"))
          .isEqualTo(micros("2026-11-22T13:05:08Z"));
    }
  }

  @Nested
  class OccurredAt {

    private Object occurred(String sentAt, String clientTimestamp) {
      return with("'sentAt':'" + sentAt + "','clientTimestamp':'" + clientTimestamp + "'")
          .get("occurred_at");
    }

    private static final long RECEIVED = 1_795_352_707_123_456L;

    @Test
    void theTimeInTheClientsQueueIsSubtracted() {
      assertThat(micros(RECEIVED_AT)).isEqualTo(RECEIVED);
      assertThat(occurred("2026-11-22T15:00:00.5Z", "2026-11-22T15:00:00.25Z"))
          .isEqualTo(RECEIVED - 250_000);
      assertThat(with("'sentAt':1795352700500,'clientTimestamp':1795352700000").get("occurred_at"))
          .isEqualTo(RECEIVED - 500_000);
    }

    @Test
    void aClockThatIsWrongBothTimesDoesNotMatter() {
      assertThat(occurred("2009-01-01T00:00:10Z", "2009-01-01T00:00:00Z"))
          .isEqualTo(RECEIVED - 10_000_000);
    }

    @Test
    void noTimeInTheQueueIsTheTimeOfTheEvent() {
      assertThat(occurred("2026-11-22T15:00:00Z", "2026-11-22T15:00:00Z")).isEqualTo(RECEIVED);
    }

    @Test
    void sevenDaysCountAndAMicrosecondMoreDoesNot() {
      assertThat(occurred("2026-11-22T15:00:00Z", "2026-11-15T15:00:00Z"))
          .isEqualTo(RECEIVED - 7L * 86_400_000_000L);
      assertThat(occurred("2026-11-22T15:00:00.000001Z", "2026-11-15T15:00:00Z"))
          .isEqualTo(RECEIVED);
    }

    @Test
    void aNegativeTimeInTheQueueDoesNotCount() {
      assertThat(occurred("2026-11-22T15:00:00Z", "2026-11-22T15:00:00.000001Z"))
          .isEqualTo(RECEIVED);
    }

    @Test
    void withoutBothTimesTheEventOccurredWhenItWasReceived() {
      assertThat(with("'sentAt':'2026-11-22T15:00:00Z'").get("occurred_at")).isEqualTo(RECEIVED);
      assertThat(with("'clientTimestamp':1795352700000").get("occurred_at")).isEqualTo(RECEIVED);
      ParsedRecord unusable = with("'sentAt':'now','clientTimestamp':'9999-01-01T00:00:00Z'");
      assertThat(unusable.get("occurred_at")).isEqualTo(RECEIVED);
      assertThat(unusable.coerced()).isEqualTo("client_timestamp,sent_at");
    }

    @Test
    void itCorrectsTheModificationTooWhenThatIsTheEventsTime() {
      assertThat(
              ParsedRecord.of("{'sentAt':1795352700500,'clientTimestamp':1795352700000}")
                  .get("occurred_at"))
          .isEqualTo(Math.floorDiv(LAST_MODIFIED, 1_000_000L) * 1_000_000L - 500_000);
    }

    @Test
    void theEventsOwnTimeIsNeverCorrected() {
      assertThat(
              with("'sentAt':1795352700500,'clientTimestamp':1795352700000").get("event_timestamp"))
          .isEqualTo(RECEIVED);
    }
  }

  @Nested
  class NamesAndIdentities {

    @ParameterizedTest
    @CsvSource({
      "eventName, event_name",
      "event_name, event_name",
      "userId, user_id",
      "user_id, user_id",
      "userLoginState, user_login_state",
      "user_login_state, user_login_state",
      "identitySource, identity_source",
      "identity_source, identity_source",
      "clientId, client_id",
      "client_id, client_id",
      "sessionId, session_id",
      "session_id, session_id",
      "pageTitle, page_title",
      "page_title, page_title",
      "pageUrl, page_url",
      "page_url, page_url",
      "referrer, referrer",
    })
    void eachNameFillsItsColumn(String name, String column) {
      ParsedRecord event = with("'" + name + "':' x\\u0000y '");
      assertThat(event.get(column)).isEqualTo("xy");
      assertThat(event.coerced()).isNull();
      assertThat(event.get("properties")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
      "eventName, event_name",
      "userId, user_id",
      "userLoginState, user_login_state",
      "identitySource, identity_source",
      "clientId, client_id",
      "sessionId, session_id",
      "pageTitle, page_title",
      "pageUrl, page_url",
    })
    void camelCaseComesFirstAndAnUnusableOneFallsThrough(String camel, String snake) {
      assertThat(with("'" + snake + "':'s','" + camel + "':'c'").get(snake)).isEqualTo("c");
      assertThat(with("'" + snake + "':'s','" + camel + "':' '").get(snake)).isEqualTo("s");
      ParsedRecord fallen = with("'" + snake + "':'s','" + camel + "':{}");
      assertThat(fallen.get(snake)).isEqualTo("s");
      assertThat(fallen.coerced()).isEqualTo(snake);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a':1", "'eventName':null", "'eventName':'  '", "'eventName':[]"})
    void anEventWithoutANameIsUnknown(String fields) {
      assertThat(with(fields).get("event_name")).isEqualTo("unknown");
    }

    @Test
    void anonymousIsAGuestInTheLoginStateOnly() {
      ParsedRecord event =
          with(
              "'userLoginState':'anonymous','identitySource':'anonymous','userId':'anonymous',"
                  + "'eventName':'anonymous'");
      assertThat(event.get("user_login_state")).isEqualTo("guest");
      assertThat(event.get("identity_source")).isEqualTo("anonymous");
      assertThat(event.get("user_id")).isEqualTo("anonymous");
      assertThat(event.get("event_name")).isEqualTo("anonymous");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"undefined", "null", "[object Object]", "00000000-0000-0000-0000-000000000000"})
    void anIdentityThatIdentifiesNobodyIsAbsentAndCounted(String nobody) {
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

    @Test
    void theSameWordsAreFineWhereNobodyIsIdentified() {
      assertThat(with("'pageTitle':'undefined','eventName':'null'").get("page_title"))
          .isEqualTo("undefined");
    }

    @Test
    void aNumberOrABooleanInATextFieldKeepsItsLiteral() {
      assertThat(with("'userId':12345678901234567890").get("user_id"))
          .isEqualTo("12345678901234567890");
      assertThat(with("'userId':1.50E+3").get("user_id")).isEqualTo("1.50E+3");
      assertThat(with("'pageTitle':true").get("page_title")).isEqualTo("true");
    }

    @Test
    void anObjectOrAnArrayInATextFieldIsNullAndCounted() {
      ParsedRecord event = with("'pageTitle':{'vi':'x'},'userId':['u']");
      assertThat(event.get("page_title")).isNull();
      assertThat(event.get("user_id")).isNull();
      assertThat(event.coerced()).isEqualTo("page_title,user_id");
    }

    @Test
    void anIdOverTwoHundredBytesIsHashed() {
      assertThat(with("'clientId':'" + "c".repeat(200) + "'").get("client_id"))
          .isEqualTo("c".repeat(200));
      String hashed = (String) with("'clientId':'" + "c".repeat(10_240) + "'").get("client_id");
      assertThat(hashed).matches("sha256:[0-9a-f]{64}");
      assertThat(with("'clientId':'" + "c".repeat(10_240) + "'").get("visitor_id"))
          .isEqualTo("c:" + hashed);
      assertThat((String) with("'userId':'" + "ế".repeat(67) + "'").get("user_id"))
          .startsWith("sha256:");
      assertThat((String) with("'sessionId':" + "1".repeat(201)).get("session_id"))
          .startsWith("sha256:");
    }

    @Test
    void otherTextIsCutAtEightThousandOneHundredNinetyTwoCodePoints() {
      assertThat((String) with("'pageTitle':'" + LAPTOP.repeat(9_000) + "'").get("page_title"))
          .isEqualTo(LAPTOP.repeat(8_192));
      assertThat((String) with("'eventName':'" + "e".repeat(8_193) + "'").get("event_name"))
          .hasSize(8_192);
    }

    @Test
    void loneSurrogatesAndNulAreRepaired() {
      assertThat(with("'pageTitle':'a\\ud83db\\u0000'").get("page_title")).isEqualTo("a\uFFFDb");
      assertThat(with("'clientId':'\\udcbb'").get("visitor_id")).isEqualTo("c:\uFFFD");
      assertThat(with("'pageTitle':'\\ud83d\\udcbb'").get("page_title")).isEqualTo(LAPTOP);
    }

    @Test
    void theVisitorIsTheBrowserElseTheUserElseTheSessionElseTheEvent() {
      String session = "'eventId':'" + ID + "','sessionId':'s'";
      assertThat(with(session + ",'userId':'u','clientId':'c'").get("visitor_id")).isEqualTo("c:c");
      assertThat(with(session + ",'userId':'u'").get("visitor_id")).isEqualTo("u:u");
      assertThat(with(session).get("visitor_id")).isEqualTo("s:s");
      assertThat(with("'eventId':'" + ID + "'").get("visitor_id")).isEqualTo("e:" + ID);
    }

    @ParameterizedTest
    @CsvSource({
      "'isFirstVisit', true, true",
      "'isFirstVisit', false, false",
      "'is_first_visit', true, true",
      "'isFirstVisit', '''true''', true",
      "'is_first_visit', '''false''', false",
    })
    void theFirstVisitIsABooleanOrItsText(String name, String value, boolean expected) {
      assertThat(with("'" + name + "':" + value).get("is_first_visit")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0", "'yes'", "'TRUE'", "{}", "[true]"})
    void anotherFirstVisitIsNullAndCounted(String value) {
      ParsedRecord event = with("'isFirstVisit':" + value);
      assertThat(event.get("is_first_visit")).isNull();
      assertThat(event.coerced()).isEqualTo("is_first_visit");
      assertThat(with("'isFirstVisit':" + value + ",'is_first_visit':true").get("is_first_visit"))
          .isEqualTo(true);
    }
  }

  @Nested
  class Product {

    @ParameterizedTest
    @ValueSource(strings = {"product", "context_product"})
    void bothBlocksFillTheColumns(String block) {
      ParsedRecord event =
          with(
              "'"
                  + block
                  + "':{'id':42,'name':' Zenbook ','category':'Laptop','brand':'Asus',"
                  + "'price':25990000,'discountPrice':'24990000.5'}");
      assertThat(event.get("context_product_id")).isEqualTo("42");
      assertThat(event.get("context_product_name")).isEqualTo("Zenbook");
      assertThat(event.get("context_product_category")).isEqualTo("Laptop");
      assertThat(event.get("context_product_brand")).isEqualTo("Asus");
      assertThat(event.get("context_product_price")).isEqualTo(25_990_000L);
      assertThat(event.get("context_product_discount_price")).isEqualTo(24_990_001L);
      assertThat(event.get("properties")).isNull();
      assertThat(event.coerced()).isNull();
    }

    @Test
    void theProductBlockComesFirstColumnByColumn() {
      ParsedRecord event =
          with("'context_product':{'id':'b','name':'B'},'product':{'id':'a','name':' '}");
      assertThat(event.get("context_product_id")).isEqualTo("a");
      assertThat(event.get("context_product_name")).isEqualTo("B");
    }

    @Test
    void theColumnsOwnNamesServeToo() {
      ParsedRecord event =
          with(
              "'context_product_id':'a','context_product_name':'A','context_product_category':['c'],"
                  + "'context_product_brand':'b','context_product_url_path':'/a',"
                  + "'context_product_price':1,'context_product_discount_price':2");
      assertThat(event.get("context_product_id")).isEqualTo("a");
      assertThat(event.get("context_product_name")).isEqualTo("A");
      assertThat(event.get("context_product_category")).isEqualTo("c");
      assertThat(event.get("context_product_brand")).isEqualTo("b");
      assertThat(event.get("context_product_url_path")).isEqualTo("/a");
      assertThat(event.get("context_product_price")).isEqualTo(1L);
      assertThat(event.get("context_product_discount_price")).isEqualTo(2L);
      assertThat(event.get("properties")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"urlPath", "url_path"})
    void theProductsPathHasTwoNames(String name) {
      assertThat(with("'product':{'" + name + "':'/laptop/x'}").get("context_product_url_path"))
          .isEqualTo("/laptop/x");
    }

    @Test
    void aLongProductIdIsHashed() {
      assertThat(
              (String) with("'product':{'id':'" + "p".repeat(201) + "'}").get("context_product_id"))
          .startsWith("sha256:");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "['Laptop','Gaming'] | Laptop",
          "['',' ','Gaming'] | Gaming",
          "[{},7,'Gaming'] | Gaming",
          "'Laptop' | Laptop",
          "7 | 7",
        },
        quoteCharacter = '`')
    void ofACategoryArrayTheFirstTextCounts(String category, String expected) {
      ParsedRecord event = with("'product':{'category':" + category + "}");
      assertThat(event.get("context_product_category")).isEqualTo(expected);
      assertThat(event.coerced()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[7,{}]", "['']", "{'name':'x'}"})
    void aCategoryWithoutTextIsNullAndCounted(String category) {
      ParsedRecord event = with("'product':{'category':" + category + "}");
      assertThat(event.get("context_product_category")).isNull();
      assertThat(event.coerced()).isEqualTo("context_product_category");
    }

    @Test
    void anEmptyCategoryArrayIsAbsent() {
      assertThat(with("'product':{'category':[]}").coerced()).isNull();
    }

    @Test
    void discountsFromAPercentageAreNotPrices() {
      ParsedRecord event = with("'product':{'price':100,'discount':15,'discountPercent':15}");
      assertThat(event.get("context_product_discount_price")).isNull();
      assertThat(event.json("properties"))
          .isEqualTo("{'product':{'discount':15,'discountPercent':15}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'x'", "[1]", "7"})
    void aProductThatIsNoBlockIsCountedAndKept(String product) {
      ParsedRecord event = with("'product':" + product);
      assertThat(event.get("context_product_id")).isNull();
      assertThat(event.coerced()).isEqualTo("product");
      assertThat(event.json("properties")).isEqualTo("{'product':" + product + "}");
    }
  }

  @Nested
  class Brand {

    private Object brand(String fields) {
      return with("'product':{" + fields + "}").get("context_product_brand");
    }

    @Test
    void theSourcesHaveAnOrder() {
      String last = "'product_brand':'6'";
      String idName = "'brandId':{'name':'4'}," + last;
      assertThat(brand("'brandName':'1','brand':{'name':'2','title':'3'}," + idName))
          .isEqualTo("1");
      assertThat(brand("'brand':{'title':'3','name':'2'}," + idName)).isEqualTo("2");
      assertThat(brand("'brand':{'title':'3'}," + idName)).isEqualTo("3");
      assertThat(brand("'brand':{'slug':'x'}," + idName)).isEqualTo("4");
      assertThat(brand("'brand':'5'," + idName)).isEqualTo("4");
      assertThat(brand("'brand':'5'," + last)).isEqualTo("5");
      assertThat(brand(last)).isEqualTo("6");
    }

    @Test
    void aBlankOrUnusableSourceFallsThrough() {
      assertThat(brand("'brandName':' ','brand':{'name':'','title':'3'}")).isEqualTo("3");
      assertThat(brand("'brandName':{},'brand':'5'")).isEqualTo("5");
      assertThat(brand("'brandId':7,'brand':'5'")).isEqualTo("5");
      assertThat(brand("'brand':['x'],'product_brand':'6'")).isEqualTo("6");
    }

    @Test
    void theTopLevelProductBrandIsTheLastResort() {
      assertThat(with("'product_brand':'6'").get("context_product_brand")).isEqualTo("6");
      assertThat(with("'product_brand':'6','product':{'brand':'5'}").get("context_product_brand"))
          .isEqualTo("5");
    }
  }

  @Nested
  class Prices {

    private ParsedRecord priced(String price, int scale) {
      return ParsedRecord.of("{'product':{'price':" + price + "}}", new ParseRules(scale));
    }

    @ParameterizedTest
    @CsvSource({
      "12.5, 0, 13",
      "-12.5, 0, -13",
      "12.5, 2, 1250",
      "0.005, 2, 1",
      "'''12.5''', 0, 13",
      "'''  7 ''', 0, 7",
      "9007199254740993, 0, 9007199254740993",
      "9223372036854775807, 0, 9223372036854775807",
      "-9223372036854775808, 0, -9223372036854775808",
    })
    void aPriceIsExactInMinorUnits(String price, int scale, long minor) {
      assertThat(priced(price, scale).get("context_product_price")).isEqualTo(minor);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "1e400",
          "1e9999999",
          "'abc'",
          "'1e400'",
          "true",
          "{}",
          "[1]",
          "1e31",
          "9223372036854775808",
          "-9223372036854775809",
          "'1.299.000'",
        })
    void aPriceThatCannotBeUsedIsNullAndCounted(String price) {
      ParsedRecord event = priced(price, 0);
      assertThat(event.get("context_product_price")).isNull();
      assertThat(event.coerced()).isEqualTo("context_product_price");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "' '"})
    void aPriceThatIsNotThereIsNotCounted(String price) {
      assertThat(priced(price, 0).get("context_product_price")).isNull();
      assertThat(priced(price, 0).coerced()).isNull();
    }
  }

  @Nested
  class Pages {

    @Test
    void thePathUtmAndClickIdsComeFromThePagesUrl() {
      ParsedRecord event =
          with(
              "'pageUrl':'https://shop.example/laptop?utm_source=zalo&utm_medium=cpc"
                  + "&utm_campaign=Gi%E1%BA%A3m+gi%C3%A1&utm_term=a&utm_content=b&gclid=G1#x'");
      assertThat(event.get("page_path")).isEqualTo("/laptop");
      assertThat(event.get("utm_source")).isEqualTo("zalo");
      assertThat(event.get("utm_medium")).isEqualTo("cpc");
      assertThat(event.get("utm_campaign")).isEqualTo("Giảm giá");
      assertThat(event.get("utm_term")).isEqualTo("a");
      assertThat(event.get("utm_content")).isEqualTo("b");
      assertThat(event.get("click_id")).isEqualTo("G1");
      assertThat(event.get("click_id_type")).isEqualTo("gclid");
    }

    @Test
    void theFragmentIsNoPartOfTheQuery() {
      ParsedRecord event = with("'pageUrl':'https://shop.example/#/?utm_source=x&gclid=y'");
      assertThat(event.get("utm_source")).isNull();
      assertThat(event.get("click_id")).isNull();
      assertThat(event.get("page_path")).isEqualTo("/");
    }

    @Test
    void aRelativeUrlServesAsWell() {
      ParsedRecord event = with("'pageUrl':'/cart?utm_source=x'");
      assertThat(event.get("page_url")).isEqualTo("/cart?utm_source=x");
      assertThat(event.get("page_path")).isEqualTo("/cart");
      assertThat(event.get("utm_source")).isEqualTo("x");
    }

    @Test
    void ofSeveralClickIdsOneIsPreferredAndBlankOnesDoNotCount() {
      ParsedRecord event = with("'pageUrl':'/?fbclid=F&msclkid=M&gclid=+'");
      assertThat(event.get("click_id")).isEqualTo("M");
      assertThat(event.get("click_id_type")).isEqualTo("msclkid");
    }

    @Test
    void parametersAreTextLikeAnyOther() {
      ParsedRecord event =
          with("'pageUrl':'/?utm_source=%00+&utm_medium=a%00b+&utm_term=%ED%A0%80'");
      assertThat(event.get("utm_source")).isNull();
      assertThat(event.get("utm_medium")).isEqualTo("ab");
      assertThat((String) event.get("utm_term")).matches("\uFFFD+");
    }

    @Test
    void theReferrersHostIsKeptWithoutWww() {
      assertThat(with("'referrer':'https://www.Google.com/search?q=x'").get("referrer_host"))
          .isEqualTo("google.com");
      assertThat(with("'referrer':'/cart'").get("referrer_host")).isNull();
      assertThat(with("'referrer':''").get("referrer")).isNull();
      assertThat(with("'referrer':'direct'").get("referrer_host")).isNull();
    }

    @Test
    void aReferrersUtmIsNotThePages() {
      assertThat(with("'referrer':'https://a.example/?utm_source=x'").get("utm_source")).isNull();
    }

    @Test
    void theUserAgentIsTheOneOfTheRequest() {
      ParsedRecord event =
          ParsedRecord.of(
              "{'_ingest':{'userAgent':'Mozilla/5.0 (compatible; Googlebot/2.1;"
                  + " +http://www.google.com/bot.html)'},'userAgent':'mine'}");
      assertThat((String) event.get("user_agent")).contains("Googlebot");
      assertThat(event.get("is_bot")).isEqualTo(true);
      assertThat(event.get("device_category")).isEqualTo("bot");
      assertThat(event.json("properties")).isEqualTo("{'userAgent':'mine'}");
    }

    @Test
    void withoutAUserAgentItIsNoBotAndTheDeviceIsUnknown() {
      assertThat(with("'a':1").get("is_bot")).isEqualTo(false);
      assertThat(with("'a':1").get("device_category")).isNull();
    }
  }

  @Nested
  class Orders {

    @Test
    void theOrderBlockFillsTheColumns() {
      ParsedRecord event =
          with(
              "'order':{'id':'DH-1','value':'25990000','currency':'vnd','items':["
                  + "{'productId':7,'name':'Zenbook','category':['Laptop'],'brand':{'name':'Asus'},"
                  + "'quantity':2,'price':12995000,'discountPrice':12000000.5}]}");
      assertThat(event.get("order_id")).isEqualTo("DH-1");
      assertThat(event.get("order_value_minor")).isEqualTo(25_990_000L);
      assertThat(event.get("currency")).isEqualTo("VND");
      assertThat(event.json("order_items"))
          .isEqualTo(
              "[{'product_id':'7','name':'Zenbook','category':'Laptop','brand':'Asus',"
                  + "'quantity':2,'price_minor':12995000,'discount_price_minor':12000001}]");
      assertThat(event.get("properties")).isNull();
      assertThat(event.coerced()).isNull();
    }

    @Test
    void theOlderDatasetOfTheElementIsUnderstood() {
      ParsedRecord event =
          with(
              "'element':{'tag':'BUTTON','dataset':{'orderId':'DH-2','orderNumber':'N2',"
                  + "'total':'1299000','cartId':'C','itemCount':'3'}}");
      assertThat(event.get("order_id")).isEqualTo("DH-2");
      assertThat(event.get("order_value_minor")).isEqualTo(1_299_000L);
      assertThat(event.get("currency")).isNull();
      assertThat(event.json("element"))
          .isEqualTo(
              "{'tag':'BUTTON','dataset':{'orderId':'DH-2','orderNumber':'N2','total':'1299000',"
                  + "'cartId':'C','itemCount':'3'}}");
    }

    @Test
    void theOrdersNumberServesWithoutAnId() {
      assertThat(with("'element':{'dataset':{'orderId':'','orderNumber':99}}").get("order_id"))
          .isEqualTo("99");
    }

    @Test
    void theOrderBlockComesBeforeTheDataset() {
      ParsedRecord event =
          with("'order':{'id':'A','value':1},'element':{'dataset':{'orderId':'B','total':'2'}}");
      assertThat(event.get("order_id")).isEqualTo("A");
      assertThat(event.get("order_value_minor")).isEqualTo(1L);
      ParsedRecord partly =
          with("'order':{'id':' ','value':'x'},'element':{'dataset':{'orderId':'B','total':'2'}}");
      assertThat(partly.get("order_id")).isEqualTo("B");
      assertThat(partly.get("order_value_minor")).isEqualTo(2L);
      assertThat(partly.coerced()).isEqualTo("order_value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'đồng'", "'VN'", "'VNDX'", "704", "true", "{}"})
    void whatIsNoCurrencyCodeIsNullAndCounted(String currency) {
      ParsedRecord event = with("'order':{'currency':" + currency + "}");
      assertThat(event.get("currency")).isNull();
      assertThat(event.coerced()).isEqualTo("currency");
    }

    @Test
    void aLongOrderIdIsHashed() {
      assertThat((String) with("'order':{'id':'" + "o".repeat(201) + "'}").get("order_id"))
          .startsWith("sha256:");
    }

    @Test
    void itemsThatAreNoObjectsAreLeftOutAndCounted() {
      ParsedRecord event = with("'order':{'items':[7,{'productId':'a'},null]}");
      assertThat(event.json("order_items")).isEqualTo("[{'product_id':'a'}]");
      assertThat(event.coerced()).isEqualTo("order_items");
      assertThat(with("'order':{'items':'x'}").coerced()).isEqualTo("order_items");
      assertThat(with("'order':{'items':[]}").get("order_items")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "1e2", "'two'", "1234567890", "{}"})
    void aQuantityIsAWholeNumber(String quantity) {
      ParsedRecord event =
          with("'order':{'items':[{'productId':'a','quantity':" + quantity + "}]}");
      assertThat(event.json("order_items")).isEqualTo("[{'product_id':'a'}]");
      assertThat(event.coerced()).isEqualTo("order_items");
    }

    @Test
    void anOrderThatIsNoBlockIsCountedAndKept() {
      ParsedRecord event = with("'order':'DH-1'");
      assertThat(event.get("order_id")).isNull();
      assertThat(event.coerced()).isEqualTo("order");
      assertThat(event.json("properties")).isEqualTo("{'order':'DH-1'}");
    }

    @Test
    void anElementThatIsNoBlockIsNullAndCounted() {
      ParsedRecord event = with("'element':'BUTTON'");
      assertThat(event.get("element")).isNull();
      assertThat(event.coerced()).isEqualTo("element");
    }
  }

  @Nested
  class Properties {

    @Test
    void theyHoldWhateverIsNotMapped() {
      ParsedRecord event =
          with(
              "'eventId':'a','eventName':'click','z':[1,{'b':null}],'a':'x',"
                  + "'sentAt':1795352700500,'product':{'id':1,'ram':'32 GB'},"
                  + "'context_product':{'color':'đen'},'order':{'id':'A','coupon':'TET'}");
      assertThat(event.json("properties"))
          .isEqualTo(
              "{'z':[1,{'b':null}],'a':'x','sentAt':1795352700500,'product':{'ram':'32 GB'},"
                  + "'context_product':{'color':'đen'},'order':{'coupon':'TET'}}");
    }

    @Test
    void aNameThatOnlyLooksLikeAColumnIsNotMapped() {
      assertThat(with("'context_product_sku':'S1','context_product_':1").json("properties"))
          .isEqualTo("{'context_product_sku':'S1','context_product_':1}");
    }

    @Test
    void withoutAnythingLeftThereAreNone() {
      assertThat(with("'eventId':'a','product':{'id':1},'order':{}").get("properties")).isNull();
    }

    @Test
    void numbersKeepTheirLiteralUnlessTheyAreOutOfBounds() {
      assertThat(
              with("'a':1.10,'b':1e300,'c':1e301,'d':-1E-301,'e':1e400,'f':1e9999999")
                  .json("properties"))
          .isEqualTo("{'a':1.10,'b':1e300,'c':null,'d':null,'e':null,'f':null}");
      assertThat(with("'a':" + "1".repeat(1_000)).json("properties")).hasSize(1_006);
      assertThat(with("'a':" + "1".repeat(1_001)).json("properties")).isEqualTo("{'a':null}");
    }

    @Test
    void namesAndTextHoldNoNulAndNoLoneSurrogate() {
      assertThat(with("'a\\u0000':'b\\u0000','\\ud800':'\\udc00'").json("properties"))
          .isEqualTo("{'a':'b','\uFFFD':'\uFFFD'}");
    }

    @Test
    void ofDuplicateNamesTheLastWins() {
      ParsedRecord event = with("'clientId':'a','x':1,'clientId':'b','x':2");
      assertThat(event.get("client_id")).isEqualTo("b");
      assertThat(event.json("properties")).isEqualTo("{'x':2}");
    }

    @Test
    void sixtyFourLevelsFit() {
      String nested = "[".repeat(63) + "]".repeat(63);
      assertThat(with("'x':" + nested).json("properties")).isEqualTo("{'x':" + nested + "}");
    }
  }

  @Test
  void theSameBytesUnderTheSameKeyGiveTheSameRow() {
    String payload = "{'a':1,'product':{'price':'x'},'clientId':'undefined','pageUrl':'/?gclid=1'}";
    ParsedRecord first = ParsedRecord.of(payload);
    ParsedRecord second = ParsedRecord.of(payload);
    assertThat(first.row()).isEqualTo(second.row());
    assertThat(first.coerced())
        .isEqualTo(second.coerced())
        .isEqualTo("client_id,context_product_price");
  }

  @Test
  void anEventWithNothingButReceptionIsAnEvent() {
    ParsedRecord event = ParsedRecord.of("{'_ingest':{}}");
    assertThat(event.get("event_name")).isEqualTo("unknown");
    assertThat(event.get("event_id")).isEqualTo(ofKey());
    assertThat(event.get("visitor_id")).isEqualTo("e:" + ofKey());
  }
}
