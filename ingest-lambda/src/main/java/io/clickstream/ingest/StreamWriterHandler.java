package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.clickstream.ingest.http.Invocation;
import io.clickstream.ingest.store.Deadline;
import io.clickstream.ingest.store.S3ObjectStore;
import io.clickstream.ingest.stream.KinesisBatch;
import io.clickstream.ingest.stream.ShardRecord;
import io.clickstream.ingest.stream.WriterLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The handler of the function {@code clickstream-lambda-stream-writer}, which Lambda calls with
 * batches of the stream. It needs {@code RAW_BUCKET_NAME} only.
 *
 * <p>A failed PUT is not an error of the function: the answer then names the first record that is
 * not stored. Lambda would halve a batch after an error, again and again during a fault of S3, and
 * each half would become an object of its own.
 */
public final class StreamWriterHandler implements RequestStreamHandler {

  /** The part of the remaining time that is kept for the answer. */
  private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

  private final WriterLog log = new WriterLog(IngestProcess::print);
  private final Optional<StreamWriter> writer;

  /** Creates the function from the environment. Lambda calls this once per process. */
  public StreamWriterHandler() {
    writer = writer(System.getenv(), log);
  }

  private static Optional<StreamWriter> writer(Map<String, String> environment, WriterLog log) {
    try {
      return Optional.of(
          new StreamWriter(
              S3ObjectStore.connect(Settings.location(environment)), InstantSource.system()));
    } catch (MisconfiguredException e) {
      log.misconfigured(e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    Invocation invocation = Invocation.of(context);
    List<ShardRecord> records = KinesisBatch.read(event);
    if (writer.isEmpty()) {
      KinesisBatch.answer(records.stream().map(ShardRecord::sequenceNumber).findFirst(), answer);
      return;
    }
    StreamWriter.Written written =
        writer.get().apply(records, Deadline.in(invocation.remainingTime().minus(ANSWER_TIME)));
    log.batch(invocation.functionName(), invocation.requestId(), written.log());
    KinesisBatch.answer(written.retryFrom(), answer);
  }
}
