package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.clickstream.infra.AwsCommandLine.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pauses and resumes the schedule with AWS's own command line against a server. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScheduleIT {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  private static final String ACTIVE_RUN =
      """
      {"applicationId":"00app","id":"00run","arn":"arn:aws:x","createdBy":"arn:aws:x",
       "createdAt":1764000000,"updatedAt":1764000000,"executionRole":"arn:aws:x",
       "state":"SUBMITTED","stateDetails":"","releaseLabel":"emr-spark-8.1.0"}
      """;

  @TempDir private Path folder;

  private final Deque<String> applicationStates = new ArrayDeque<>();
  private final Deque<String> stackStates = new ArrayDeque<>();
  private final List<String> updates = new ArrayList<>();
  private int runsThatGoOn;
  private boolean unchanged;
  private AwsCommandLine aws;

  @BeforeEach
  void start() throws IOException {
    aws = new AwsCommandLine(folder, this::answer);
    stackStates.add("UPDATE_COMPLETE");
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  private static String next(Deque<String> states) {
    return states.size() > 1 ? states.poll() : states.peek();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      String request =
          URLDecoder.decode(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              StandardCharsets.UTF_8);
      int status = 200;
      String body;
      if (exchange.getRequestURI().getPath().endsWith("/jobruns")) {
        assertThat(exchange.getRequestURI().getQuery())
            .contains("states=SUBMITTED", "states=QUEUED", "states=CANCELLING")
            .doesNotContain("SUCCESS", "FAILED", "CANCELLED");
        body = "{\"jobRuns\":[" + (runsThatGoOn-- > 0 ? ACTIVE_RUN : "") + "]}";
      } else if (exchange.getRequestURI().getPath().startsWith("/applications/")) {
        body = "{\"application\":{\"state\":\"" + next(applicationStates) + "\"}}";
      } else if (request.contains("Action=DescribeStacks")) {
        body =
            """
            <DescribeStacksResponse><DescribeStacksResult><Stacks><member>
              <StackName>Clickstream-Etl</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime>
              <StackStatus>%s</StackStatus>
              <Parameters>
                <member><ParameterKey>OwnHosts</ParameterKey><ParameterValue>shop.example</ParameterValue></member>
                <member><ParameterKey>ScheduleState</ParameterKey><ParameterValue>ENABLED</ParameterValue></member>
                <member><ParameterKey>PackScheduleState</ParameterKey><ParameterValue>ENABLED</ParameterValue></member>
                <member><ParameterKey>CloseScheduleState</ParameterKey><ParameterValue>ENABLED</ParameterValue></member>
              </Parameters>
              <Outputs><member><OutputKey>ApplicationId</OutputKey><OutputValue>00app</OutputValue></member></Outputs>
            </member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""
                .formatted(next(stackStates));
      } else if (unchanged) {
        status = 400;
        body =
            "<ErrorResponse><Error><Code>ValidationError</Code>"
                + "<Message>No updates are to be performed.</Message></Error></ErrorResponse>";
      } else {
        updates.add(request);
        body =
            "<UpdateStackResponse><UpdateStackResult><StackId>x</StackId></UpdateStackResult>"
                + "</UpdateStackResponse>";
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .add("Content-Type", body.startsWith("{") ? "application/json" : "text/xml");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ended run(String... arguments) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("python3", HOME.resolve("infra/schedule").toString()));
    words.addAll(List.of("--poll", "0.1"));
    words.addAll(List.of(arguments));
    return aws.run(words);
  }

  /** The states in which the service refuses an update come before those in which it accepts. */
  @Test
  void aPauseEndsWhenTheApplicationCanBeUpdated() throws Exception {
    applicationStates.addAll(List.of("STARTED", "STOPPING", "STOPPED"));
    stackStates.clear();
    stackStates.addAll(List.of("UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"));
    Ended ended = run("pause");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out().lines().map(line -> line.replaceAll("^[0-9:]+ +", "")))
        .containsExactly(
            "The schedule of Clickstream-Etl is DISABLED.",
            "application STARTED, active runs: 0",
            "application STOPPING, active runs: 0",
            "application STOPPED, active runs: 0");
    assertThat(updates).hasSize(1);
    assertThat(updates.get(0))
        .contains("UsePreviousTemplate=true")
        .contains("Parameters.member.1.ParameterKey=OwnHosts")
        .contains("Parameters.member.1.UsePreviousValue=true")
        .contains("Parameters.member.2.ParameterKey=ScheduleState")
        .contains("Parameters.member.2.ParameterValue=DISABLED");
  }

  /** The schedule may have submitted a run just before, which starts the application again. */
  @Test
  void aPauseDoesNotEndWhileARunIsActive() throws Exception {
    applicationStates.add("STOPPED");
    runsThatGoOn = 2;
    Ended ended = run("pause");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out().lines().map(line -> line.replaceAll("^[0-9:]+ +", "")))
        .containsExactly(
            "The schedule of Clickstream-Etl is DISABLED.",
            "application STOPPED, active runs: 1",
            "application STOPPED, active runs: 0");
  }

  @Test
  void theOtherSchedulesHaveParametersOfTheirOwn() throws Exception {
    applicationStates.add("CREATED");
    Ended ended = run("--job", "packs", "--environment", "dev", "pause");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out()).startsWith("The schedule of Clickstream-dev-Packs is DISABLED.\n");
    assertThat(updates.get(0))
        .contains("StackName=Clickstream-dev-Packs")
        .contains("Parameters.member.2.UsePreviousValue=true")
        .contains("Parameters.member.3.ParameterKey=PackScheduleState")
        .contains("Parameters.member.3.ParameterValue=DISABLED");
    applicationStates.add("CREATED");
    assertThat(run("--job", "close", "pause").status()).isZero();
    assertThat(updates.get(1))
        .contains("StackName=Clickstream-Etl")
        .contains("Parameters.member.2.UsePreviousValue=true")
        .contains("Parameters.member.4.ParameterKey=CloseScheduleState")
        .contains("Parameters.member.4.ParameterValue=DISABLED");
    Ended other = run("--job", "shop", "pause");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.out()).isEqualTo("Cannot use --job shop: the jobs are etl, close, packs.\n");
  }

  @Test
  void aScheduleThatIsEnabledStaysSo() throws Exception {
    unchanged = true;
    Ended ended = run("resume");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out()).isEqualTo("The schedule of Clickstream-Etl is ENABLED.\n");
  }

  @Test
  void anUpdateThatFailsHasExitStatus1() throws Exception {
    stackStates.clear();
    stackStates.addAll(List.of("UPDATE_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS"));
    Ended ended = run("pause");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out())
        .isEqualTo(
            "Cannot change the schedule: the stack Clickstream-Etl is UPDATE_ROLLBACK_IN_PROGRESS."
                + " See its events.\n");
  }

  @Test
  void otherWordsHaveExitStatus2() throws Exception {
    Ended ended = run("stop");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out())
        .isEqualTo("Cannot read the arguments: give pause or resume. Use --help.\n");
    assertThat(updates).isEmpty();
  }
}
