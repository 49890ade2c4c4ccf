package io.clickstream.ingest.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Amazon Kinesis Data Streams, by {@code PutRecords} of its JSON protocol. One kind of request
 * needs no client library of the service, whose classes would slow down starts.
 *
 * <p>{@code PutRecords} may store some records and refuse others. The refused ones are sent again,
 * up to five times with growing pauses: a shard that is over its limit accepts records again in the
 * next second.
 */
public final class KinesisEventStream implements EventStream {

  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  /** With less time left, no attempt is made. */
  private static final Duration MIN_TIME = Duration.ofMillis(100);

  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;
  private static final int MAX_ERROR_BYTES = 4_096;

  /** Errors that a later request may not meet, beside those with status 5xx. */
  private static final Set<String> TRANSIENT =
      Set.of(
          "ProvisionedThroughputExceededException",
          "KMSThrottlingException",
          "LimitExceededException",
          "ThrottlingException",
          "RequestLimitExceeded",
          "ExpiredTokenException",
          "InternalFailure");

  private static final JsonFactory JSON = new JsonFactory();

  private final StreamLocation location;
  private final SignedRequests requests;
  private volatile Connection connection;

  /** The HTTP client and the credentials, which are replaced together. */
  private record Connection(SdkHttpClient http, AwsCredentialsProvider credentials) {

    static Connection ofFunction() {
      return new Connection(S3Clients.urlConnection(), S3Clients.functionCredentials());
    }
  }

  private KinesisEventStream(StreamLocation location, Connection connection) {
    this.location = location;
    this.connection = connection;
    this.requests = SignedRequests.to("kinesis", location.region(), location.endpoint());
  }

  /** Returns a stream with the credentials that Lambda provides. */
  public static KinesisEventStream connect(StreamLocation location) {
    return new KinesisEventStream(location, Connection.ofFunction());
  }

  /** Returns a stream with given credentials. */
  static KinesisEventStream with(StreamLocation location, AwsCredentials credentials) {
    return new KinesisEventStream(
        location,
        new Connection(S3Clients.urlConnection(), StaticCredentialsProvider.create(credentials)));
  }

  /** Returns a stream that does all but send, to load the classes that a first request needs. */
  public KinesisEventStream rehearsal() {
    return new KinesisEventStream(
        location,
        new Connection(
            new NotSendingHttpClient(KinesisEventStream::accepted),
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create("rehearsal", "rehearsal"))));
  }

  /** Returns the answer of a stream that accepts all records of a request. */
  private static byte[] accepted(byte[] request) {
    String text = new String(request, StandardCharsets.UTF_8);
    int records = text.split("\"PartitionKey\"", -1).length - 1;
    String entries = String.join(",", Collections.nCopies(records, "{}"));
    return ("{\"FailedRecordCount\":0,\"Records\":[" + entries + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void putAll(List<StreamRecord> records, Deadline deadline) throws IOException {
    List<StreamRecord> pending = records;
    String reason = "no time is left";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) {
        pause(attempt, deadline);
      }
      if (deadline.remaining().compareTo(MIN_TIME) <= 0) {
        break;
      }
      Outcome outcome = put(pending);
      if (outcome.refused().isEmpty()) {
        return;
      }
      pending = outcome.refused();
      reason = outcome.reason();
    }
    throw failure(reason);
  }

  /**
   * What a request left.
   *
   * @param refused the records that are not certainly on the stream
   * @param reason the reason of one of them; empty if there is none
   */
  private record Outcome(List<StreamRecord> refused, String reason) {}

  /** Sends one request. An error that a retry cannot mend is thrown. */
  private Outcome put(List<StreamRecord> records) throws IOException {
    int status;
    String error;
    try {
      HttpExecuteResponse answer = call(records);
      status = answer.httpResponse().statusCode();
      Optional<AbortableInputStream> body = answer.responseBody();
      if (status == OK && body.isPresent()) {
        try (InputStream in = body.get()) {
          return outcome(records, in);
        }
      }
      error = body.isEmpty() ? "" : errorType(body.get());
    } catch (SdkException e) {
      throw failure("no credentials");
    } catch (IOException e) {
      // The records may be on the stream: they are sent again, and the job finds duplicates.
      return new Outcome(records, "Kinesis did not answer (" + e.getClass().getSimpleName() + ")");
    }
    String reason = ("Kinesis answered " + status + " " + error).strip();
    if (status < SERVER_ERROR && status != OK && !TRANSIENT.contains(error)) {
      throw failure(reason);
    }
    return new Outcome(records, reason);
  }

  private HttpExecuteResponse call(List<StreamRecord> records) throws IOException {
    Connection current = connection;
    HttpExecuteRequest request =
        requests.of(
            "Kinesis_20131202.PutRecords",
            body(records),
            current.credentials().resolveCredentials());
    return current.http().prepareRequest(request).call();
  }

  private byte[] body(List<StreamRecord> records) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("StreamName", location.name());
      json.writeArrayFieldStart("Records");
      for (StreamRecord item : records) {
        json.writeStartObject();
        json.writeStringField("PartitionKey", item.partitionKey());
        json.writeBinaryField("Data", item.data());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return body.toByteArray();
  }

  /**
   * Reads the answer, which has one entry per record in the order of the request. If it has not,
   * all records count as refused.
   */
  private static Outcome outcome(List<StreamRecord> records, InputStream in) throws IOException {
    List<Optional<String>> errors = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(in)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isRecords = parser.currentName().equals("Records");
        if (parser.nextToken() == JsonToken.START_ARRAY && isRecords) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            errors.add(errorCode(parser));
          }
        } else {
          parser.skipChildren();
        }
      }
    }
    if (errors.size() != records.size()) {
      return new Outcome(records, "Kinesis did not name each record");
    }
    List<StreamRecord> refused = new ArrayList<>();
    String reason = "";
    for (int i = 0; i < records.size(); i++) {
      if (errors.get(i).isPresent()) {
        refused.add(records.get(i));
        reason = "Kinesis refused records with " + printable(errors.get(i).get());
      }
    }
    return new Outcome(refused, reason);
  }

  private static Optional<String> errorCode(JsonParser parser) throws IOException {
    Optional<String> code = Optional.empty();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isCode = parser.currentName().equals("ErrorCode");
      if (parser.nextToken() != JsonToken.VALUE_NULL && isCode) {
        code = Optional.of(parser.getText());
      }
      parser.skipChildren();
    }
    return code;
  }

  /** Returns the name of the error, such as {@code ResourceNotFoundException}; else nothing. */
  private static String errorType(AbortableInputStream body) throws IOException {
    String text;
    try (InputStream in = body) {
      text = new String(in.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
    }
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean isType = parser.currentName().equals("__type");
          if (parser.nextToken() == JsonToken.VALUE_STRING && isType) {
            String type = parser.getText();
            return printable(type.substring(type.lastIndexOf('#') + 1));
          }
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      // A body that is not JSON, such as that of a proxy, has no name of an error.
    }
    return "";
  }

  private static String printable(String code) {
    String letters = code.replaceAll("[^A-Za-z0-9.]", "");
    return letters.substring(0, Math.min(letters.length(), 60));
  }

  /** Waits for 50 to 100 ms, then twice as long at each attempt, but not beyond the deadline. */
  private static void pause(int attempt, Deadline deadline) throws IOException {
    long most = FIRST_PAUSE.toMillis() << (attempt - 1);
    long millis = most / 2 + new SecureRandom().nextInt((int) most / 2 + 1);
    try {
      Thread.sleep(Math.min(millis, deadline.remaining().toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted");
    }
  }

  private static IOException failure(String reason) {
    return new IOException("Cannot put the events on the stream: " + reason + ".");
  }

  /** Closes the HTTP client. */
  public void disconnect() {
    connection.http().close();
  }

  /** Replaces the HTTP client and the credentials. */
  public void reconnect() {
    connection = Connection.ofFunction();
  }
}
