package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PageColumnsTest {

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
  void theFragmentIsNotPartOfTheQuery() {
    ParsedRecord event = with("'pageUrl':'https://shop.example/#/?utm_source=x&gclid=y'");
    assertThat(event.get("utm_source")).isNull();
    assertThat(event.get("click_id")).isNull();
    assertThat(event.get("page_path")).isEqualTo("/");
  }

  @Test
  void aUrlIsSplitBeforeItsQueryOrFragment() {
    for (String url : List.of("/a?b#c", "/a#b?c", "/a?", "/a", "?b", "#b")) {
      ParsedRecord event = with("'pageUrl':'" + url + "'");
      String query = (String) event.get("page_query");
      assertThat(event.get("page_address") + (query == null ? "" : query)).isEqualTo(url);
      assertThat(event.get("page_address")).isEqualTo(url.startsWith("/") ? "/a" : url);
    }
  }

  @Test
  void aRelativeUrlIsAccepted() {
    ParsedRecord event = with("'pageUrl':'/cart?utm_source=x'");
    assertThat(event.get("page_url")).isEqualTo("/cart?utm_source=x");
    assertThat(event.get("page_path")).isEqualTo("/cart");
    assertThat(event.get("utm_source")).isEqualTo("x");
  }

  @Test
  void clickIdsHaveAnOrderAndBlankOnesAreIgnored() {
    ParsedRecord event = with("'pageUrl':'/?fbclid=F&msclkid=M&gclid=+'");
    assertThat(event.get("click_id")).isEqualTo("M");
    assertThat(event.get("click_id_type")).isEqualTo("msclkid");
  }

  @Test
  void parametersFollowTheRulesForText() {
    ParsedRecord event = with("'pageUrl':'/?utm_source=%00+&utm_medium=a%00b+&utm_term=%ED%A0%80'");
    assertThat(event.get("utm_source")).isNull();
    assertThat(event.get("utm_medium")).isEqualTo("ab");
    assertThat((String) event.get("utm_term")).matches("\uFFFD+");
  }

  @Test
  void theReferrerHostHasNoWww() {
    assertThat(with("'referrer':'https://www.Google.com/search?q=x'").get("referrer_host"))
        .isEqualTo("google.com");
    assertThat(with("'referrer':'https://M.Điệnmáy.vn.:443/'").get("referrer_host"))
        .isEqualTo("m.xn--inmy-7na8z294p.vn");
    assertThat(with("'referrer':'/cart'").get("referrer_host")).isNull();
    assertThat(with("'referrer':''").get("referrer")).isNull();
    assertThat(with("'referrer':'direct'").get("referrer_host")).isNull();
  }

  @Test
  void aBlankParameterIsPassedOver() {
    ParsedRecord event = with("'pageUrl':'/?utm_source=&utm_source=zalo&amp;utm_medium=email'");
    assertThat(event.get("utm_source")).isEqualTo("zalo");
    assertThat(event.get("utm_medium")).isEqualTo("email");
  }

  @Test
  void campaignParametersOfTheReferrerAreIgnored() {
    assertThat(with("'referrer':'https://a.example/?utm_source=x'").get("utm_source")).isNull();
  }
}
