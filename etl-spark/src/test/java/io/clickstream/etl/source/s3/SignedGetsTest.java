package io.clickstream.etl.source.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Compares signatures with the examples of S3's documentation, "Authenticating Requests". */
class SignedGetsTest {

  private static final AwsCredentials KEY =
      AwsBasicCredentials.create(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2013-05-24T00:00:00Z"), ZoneOffset.UTC);

  private static SdkHttpRequest.Builder get(String path) {
    return SdkHttpRequest.builder()
        .method(SdkHttpMethod.GET)
        .uri(URI.create("https://examplebucket.s3.amazonaws.com" + path));
  }

  private static String signature(SdkHttpRequest request) {
    return SignedGets.signed(request, KEY, "us-east-1", CLOCK)
        .firstMatchingHeader("Authorization")
        .orElseThrow()
        .replaceFirst(".*Signature=", "");
  }

  @Test
  void theSignatureOfAnObjectIsTheDocumentedOne() {
    assertThat(signature(get("/test.txt").putHeader("Range", "bytes=0-9").build()))
        .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }

  @Test
  void theSignatureOfAListingIsTheDocumentedOne() {
    assertThat(
            signature(
                get("/")
                    .putRawQueryParameter("max-keys", "2")
                    .putRawQueryParameter("prefix", "J")
                    .build()))
        .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }
}
