package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.Columns;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldMapTest {

  @Test
  void eachColumnIsFilledByOneFieldAndExists() {
    List<String> columns = FieldMap.COLUMNS.stream().map(Field::column).toList();
    assertThat(columns).doesNotHaveDuplicates();
    assertThat(Columns.STAGED_EVENT.names()).containsAll(columns);
  }

  @Test
  void aBlockIsTheLongestObjectBeforeTheName() {
    Field.Source source =
        Field.of("order_id", ValueRule.ID, "element.dataset.orderId").sources().get(0);
    assertThat(source.block()).isEqualTo(Block.DATASET);
    assertThat(source.name()).isEqualTo("orderId");
  }

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
  void camelCaseIsPreferredAndAnUnusableValueIsPassedOver(String camel, String snake) {
    assertThat(with("'" + snake + "':'s','" + camel + "':'c'").get(snake)).isEqualTo("c");
    assertThat(with("'" + snake + "':'s','" + camel + "':' '").get(snake)).isEqualTo("s");
    ParsedRecord fallen = with("'" + snake + "':'s','" + camel + "':{}");
    assertThat(fallen.get(snake)).isEqualTo("s");
    assertThat(fallen.coerced()).isEqualTo(snake);
  }

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
  void theProductBlockIsPreferredColumnByColumn() {
    ParsedRecord event =
        with("'context_product':{'id':'b','name':'B'},'product':{'id':'a','name':' '}");
    assertThat(event.get("context_product_id")).isEqualTo("a");
    assertThat(event.get("context_product_name")).isEqualTo("B");
  }

  @Test
  void theColumnNamesThemselvesAreSources() {
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

  @ParameterizedTest
  @CsvSource({
    "'''category'':{''slug'':''laptop'',''name'':''Laptops''}', laptop",
    "'''category'':{''name'':''Laptops''}', Laptops",
    "'''category'':''laptop''', laptop",
    "'''category'':[''laptop'',''gaming'']', laptop",
    "'''pageCategory'':''a'',''category'':''b''', a",
    "'''page_category'':''a'',''category'':''b''', a",
  })
  void thePageHasACategory(String fields, String category) {
    assertThat(with(fields).get("page_category")).isEqualTo(category);
  }

  @Test
  void aDiscountPercentageIsNotAPrice() {
    ParsedRecord event = with("'product':{'price':100,'discount':15,'discountPercent':15}");
    assertThat(event.get("context_product_discount_price")).isNull();
    assertThat(event.json("properties"))
        .isEqualTo("{'product':{'discount':15,'discountPercent':15}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'x'", "[1]", "7"})
  void aProductThatIsNotAnObjectIsReportedAndKeptInTheProperties(String product) {
    ParsedRecord event = with("'product':" + product);
    assertThat(event.get("context_product_id")).isNull();
    assertThat(event.coerced()).isEqualTo("product");
    assertThat(event.json("properties")).isEqualTo("{'product':" + product + "}");
  }

  private Object brand(String fields) {
    return with("'product':{" + fields + "}").get("context_product_brand");
  }

  @Test
  void brandSourcesHaveAnOrder() {
    String last = "'product_brand':'6'";
    String idName = "'brandId':{'name':'4'}," + last;
    assertThat(brand("'brandName':'1','brand':{'name':'2','title':'3'}," + idName)).isEqualTo("1");
    assertThat(brand("'brand':{'title':'3','name':'2'}," + idName)).isEqualTo("2");
    assertThat(brand("'brand':{'title':'3'}," + idName)).isEqualTo("3");
    assertThat(brand("'brand':{'slug':'x'}," + idName)).isEqualTo("4");
    assertThat(brand("'brand':'5'," + idName)).isEqualTo("4");
    assertThat(brand("'brand':'5'," + last)).isEqualTo("5");
    assertThat(brand(last)).isEqualTo("6");
  }

  @Test
  void aBlankOrUnusableBrandIsPassedOver() {
    assertThat(brand("'brandName':' ','brand':{'name':'','title':'3'}")).isEqualTo("3");
    assertThat(brand("'brandName':{},'brand':'5'")).isEqualTo("5");
    assertThat(brand("'brandId':7,'brand':'5'")).isEqualTo("5");
    assertThat(brand("'brand':['x'],'product_brand':'6'")).isEqualTo("6");
  }

  @Test
  void theTopLevelProductBrandIsTheLastSource() {
    assertThat(with("'product_brand':'6'").get("context_product_brand")).isEqualTo("6");
    assertThat(with("'product_brand':'6','product':{'brand':'5'}").get("context_product_brand"))
        .isEqualTo("5");
  }

  @Test
  void theDatasetOfTheElementIsASource() {
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
  void theOrderNumberIsUsedWithoutAnOrderId() {
    assertThat(with("'element':{'dataset':{'orderId':'','orderNumber':99}}").get("order_id"))
        .isEqualTo("99");
  }

  @Test
  void theOrderBlockIsPreferredToTheDataset() {
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

  @Test
  void anOrderThatIsNotAnObjectIsReportedAndKeptInTheProperties() {
    ParsedRecord event = with("'order':'DH-1'");
    assertThat(event.get("order_id")).isNull();
    assertThat(event.coerced()).isEqualTo("order");
    assertThat(event.json("properties")).isEqualTo("{'order':'DH-1'}");
  }

  @Test
  void anElementThatIsNotAnObjectIsUnusable() {
    ParsedRecord event = with("'element':'BUTTON'");
    assertThat(event.get("element")).isNull();
    assertThat(event.coerced()).isEqualTo("element");
  }
}
