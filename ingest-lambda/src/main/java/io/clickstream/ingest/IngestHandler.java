package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.clickstream.ingest.http.Invocation;
import io.clickstream.ingest.http.RateLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The handler of the function {@code clickstream-lambda-ingest}: {@code POST /clickstream} stores
 * events. {@code docs/ingest.md} is the contract; {@link Settings} lists the environment variables.
 *
 * <p>The handler reads and writes streams: with objects as parameters the runtime would load a JSON
 * mapper before the first request.
 */
public class IngestHandler implements RequestStreamHandler {

  private final IngestProcess process;

  /** Creates the function from the environment. Lambda calls this once per process. */
  public IngestHandler() {
    process = IngestProcess.start(System.getenv(), Settings::rateLimit);
  }

  /** Creates the function with a rate limit that replaces {@code MAX_EVENTS_PER_SECOND}. */
  protected IngestHandler(RateLimit rateLimit) {
    process = IngestProcess.start(System.getenv(), settings -> rateLimit);
  }

  @Override
  public final void handleRequest(InputStream request, OutputStream response, Context context)
      throws IOException {
    process.function().respond(request, Invocation.of(context)).writeTo(response);
  }
}
