package io.clickstream.ingest.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** An HTTP client that reads each request's body and answers 200 without sending anything. */
final class NotSendingHttpClient implements SdkHttpClient {

  private static final int OK = 200;
  private static final byte[] NOTHING = {};

  private final UnaryOperator<byte[]> answers;

  /** Creates a client whose answers have no body. */
  NotSendingHttpClient() {
    this(body -> NOTHING);
  }

  /**
   * Creates a client.
   *
   * @param answers gives the body of the answer to the body of a request
   */
  NotSendingHttpClient(UnaryOperator<byte[]> answers) {
    this.answers = answers;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        byte[] answer = answers.apply(body(request));
        HttpExecuteResponse.Builder response =
            HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder().statusCode(OK).build());
        if (answer.length > 0) {
          response.responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)));
        }
        return response.build();
      }

      @Override
      public void abort() {
        // Nothing is in flight.
      }
    };
  }

  private static byte[] body(HttpExecuteRequest request) throws IOException {
    if (request.contentStreamProvider().isEmpty()) {
      return NOTHING;
    }
    try (InputStream body = request.contentStreamProvider().get().newStream()) {
      return body.readAllBytes();
    }
  }

  @Override
  public void close() {
    // There is no connection.
  }
}
