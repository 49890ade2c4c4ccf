package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.parse.UserAgents.Device;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ua_parser.Parser;

class UserAgentsTest {

  private final UserAgents userAgents = new UserAgents();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like"
            + " Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1;"
            + " +http://www.google.com/bot.html)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
      })
  void aCrawlerIsABotOnAnyDevice(String userAgent) {
    assertThat(userAgents.of(userAgent)).isEqualTo(new Device(true, "bot"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "desktop|Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "desktop|Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
        "mobile|Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "mobile|Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        "tablet|Mozilla/5.0 (Linux; Android 15; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "tablet|Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "desktop|Mozilla/5.0 something else",
        "mobile|MyShop/3.1 (com.shop; build:5; iOS 17.1.0) Alamofire/5.8.1",
        "mobile|MyShop/1.2 (iPhone; iOS 17.1; Scale/3.00)",
        "mobile|MyShop/7 CFNetwork/1410.0.3 Darwin/22.6.0",
        "mobile|NokiaC3-00/5.0 (08.63) Profile/MIDP-2.1 Configuration/CLDC-1.1",
        "desktop|Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/1.1.1",
        "desktop|\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0 Safari/537.36\"",
        "desktop|User-Agent: Mozilla/5.0 (Windows NT 10.0) Chrome/142.0.0.0 Safari/537.36",
      })
  void aPersonHasADeviceCategory(String category, String userAgent) {
    assertThat(userAgents.of(userAgent)).isEqualTo(new Device(false, category));
  }

  @ParameterizedTest
  @CsvFileSource(resources = "user-agents.tsv", delimiter = '\t')
  void aRealUserAgentHasItsClass(String category, String userAgent) {
    assertThat(userAgents.of(userAgent)).isEqualTo(new Device(category.equals("bot"), category));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server|WordPress/6.4; https://robot.shop.example",
        "bot|WordPress/6.4 (ShopBot); https://shop.example",
        "server|python-requests/2.31.0",
        "bot|python-requests/2.31.0 (+https://shop.example/bot)",
        "bot|python-requests/2.31.0 crawler",
        "server|Botticelli okhttp/4.12.0",
        "server|okhttp",
        "server|okhttpx/4.12.0",
        "server|my-java/17",
        "server|something else",
        "server|Haravan/1.0; https://robot.shop.example",
        "server|Haravan/1.0 (+https://shop.example)",
        "bot|ShopCart/1.0 (+https://shop.example)",
        "bot|HaravanCrawler/1.0",
        "server|mozilla",
        "server|notmozilla/5.0 (X11; Linux x86_64)",
        "server|Mozilla/5.0 (compatible; WordPress/6.5; https://shop.example)",
        "server|Mozilla/5.0 (compatible; axios/1.7.2)",
        "server|Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)",
        "bot|Mozilla/5.0 (compatible; axios/1.7.2; ShopBot)",
        "bot|Mozilla/5.0 (compatible; axiosx/1.7.2)",
        "bot|axios/0.21 (Linux; Android 13) Googlebot",
        "server|axios/0.21 (Linux; Android 13)",
        "bot|Mozilla/5.0 (Linux; Android 13) Chrome/142.0.0.0 Mobile Safari/537.36 ShopCrawler",
        "server|JAVA/17",
        "desktop|Mozilla/5.0 (X11; Linux x86_64) okhttp/4.12.0",
      })
  void aServerNamesAnHttpLibraryAndNoCrawler(String category, String userAgent) {
    assertThat(userAgents.of(userAgent)).isEqualTo(new Device(category.equals("bot"), category));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mozilla/5.0 (Linux; Android 10; cubot note 20) Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 12; Orange Botswana X1) Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) Mobile/15E148 BytedanceWebview/d8a21c6",
      })
  void aPersonWhosePhoneOnlyResemblesACrawlerIsNotOne(String userAgent) {
    assertThat(userAgents.of(userAgent)).isEqualTo(new Device(false, "mobile"));
  }

  @Test
  void theListVersionIsThatOfThePom() throws IOException {
    Matcher version =
        Pattern.compile("<uap.version>([^<]+)</uap.version>")
            .matcher(Files.readString(Path.of("..", "pom.xml")));
    assertThat(version.find()).isTrue();
    assertThat(ParseRules.BOT_LIST_VERSION).isEqualTo("uap-java " + version.group(1));
  }

  @Test
  void theListVersionIsThatOfTheLibraryOnTheClasspath() throws IOException {
    Properties library = new Properties();
    try (InputStream in =
        Parser.class.getResourceAsStream(
            "/META-INF/maven/com.github.ua-parser/uap-java/pom.properties")) {
      library.load(in);
    }
    assertThat(ParseRules.BOT_LIST_VERSION).isEqualTo("uap-java " + library.getProperty("version"));
  }

  @Test
  void onlyTheFirstThousandCharactersCount() {
    assertThat(userAgents.of("x".repeat(1_000) + " iPhone").deviceCategory()).isEqualTo("server");
    assertThat(userAgents.of("x".repeat(993) + " iPhone").deviceCategory()).isEqualTo("mobile");
  }

  @Test
  void theListsOfCrawlersSeeTheFirst512Characters() {
    String device = "Mozilla/5.0 (";
    String padded =
        device + "x".repeat(UserAgents.MAX_LISTED_LENGTH - (device + " ia_archiver").length());
    assertThat(userAgents.of(padded + " ia_archiver)").isBot()).isTrue();
    assertThat(userAgents.of(padded + "x ia_archiver)").isBot()).isFalse();
  }

  @Test
  void aUserAgentThatLeftTheCacheIsClassifiedAgain() {
    for (int i = 0; i < 10_500; i++) {
      userAgents.of("agent " + i);
    }
    assertThat(userAgents.of("agent 0")).isEqualTo(new Device(false, "server"));
  }
}
