package io.clickstream.etl.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.Columns;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.Requests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Fuzz target: a body that the function accepts becomes events of the job.
 *
 * <p>The job rejects no record that the function stored. A line of a batch object and an object of
 * its own give the same fields, and the fields are those of the client.
 */
public final class AcceptedEventTarget {

  private static final FunctionUnderTest OBJECTS = new FunctionUnderTest();
  private static final FunctionUnderTest LINES =
      new FunctionUnderTest(Map.of("BATCH_OBJECTS", "true"));

  private static final RecordReader READER = new RecordReader();
  private static final EventParser PARSER = new EventParser(new ParseRules(2));

  private static final int EVENT_TIMESTAMP = Columns.STAGED_EVENT.indexOf("event_timestamp");

  private AcceptedEventTarget() {}

  public static void fuzzerTestOneInput(byte[] body) {
    List<String> objects = stored(OBJECTS, body);
    List<String> lines = new ArrayList<>();
    for (String object : stored(LINES, body)) {
      lines.addAll(List.of(object.split("\n")));
    }
    assertThat(lines).hasSameSizeAs(objects);
    for (int i = 0; i < objects.size(); i++) {
      Map<String, Object> record = read(objects.get(i));
      assertThat(read(lines.get(i))).isEqualTo(record);
      assertThat(record.remove("_ingest")).isInstanceOf(Map.class);
      assertThat(record).isNotEmpty();
      Object[] event = parse(objects.get(i));
      StorableEvent.require(event);
      // Item n of a batch is received n microseconds after the request.
      assertThat((long) event[EVENT_TIMESTAMP] % 1_000).isEqualTo(i);
    }
  }

  private static List<String> stored(FunctionUnderTest function, byte[] body) {
    function.call(Requests.postingBase64(Base64.getEncoder().encodeToString(body)));
    List<String> stored =
        function == LINES
            ? List.copyOf(function.stored().all().values())
            : function.stored().inOrder();
    function.stored().all().clear();
    function.lines().clear();
    return stored;
  }

  private static Map<String, Object> read(String record) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    try {
      return READER.read(bytes, bytes.length);
    } catch (RejectedRecordException e) {
      throw new AssertionError("The job rejects what the function accepted: " + record, e);
    }
  }

  private static Object[] parse(String record) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    try {
      return PARSER.parse(ParsedRecord.KEY, ParsedRecord.LAST_MODIFIED, bytes, bytes.length);
    } catch (RejectedRecordException e) {
      throw new AssertionError("The job rejects what the function accepted: " + record, e);
    }
  }
}
