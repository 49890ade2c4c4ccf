package io.clickstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.clickstream.etl.parse.AcceptedEventTarget;
import io.clickstream.etl.parse.EventParserTarget;
import io.clickstream.etl.parse.RecordReaderTarget;
import io.clickstream.etl.parse.TimeTarget;
import io.clickstream.etl.parse.UserAgentTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs each fuzz target on its kept corpus, without a fuzzer. */
class CorpusTest {

  private static final Path CORPUS = Path.of("corpus");

  private static final Map<String, Consumer<byte[]>> TARGETS =
      new TreeMap<>(
          Map.of(
              "AcceptedEventTarget", AcceptedEventTarget::fuzzerTestOneInput,
              "BodyTarget", BodyTarget::fuzzerTestOneInput,
              "EventParserTarget", EventParserTarget::fuzzerTestOneInput,
              "GatewayEventTarget", GatewayEventTarget::fuzzerTestOneInput,
              "PageUrlTarget", PageUrlTarget::fuzzerTestOneInput,
              "RecordReaderTarget", RecordReaderTarget::fuzzerTestOneInput,
              "TimeTarget", TimeTarget::fuzzerTestOneInput,
              "UserAgentTarget", UserAgentTarget::fuzzerTestOneInput));

  @TestFactory
  Stream<DynamicContainer> eachInputOfTheCorpusHoldsTheRuleOfItsTarget() {
    return TARGETS.entrySet().stream()
        .map(
            target ->
                dynamicContainer(target.getKey(), inputs(target.getKey(), target.getValue())));
  }

  private static List<DynamicTest> inputs(String target, Consumer<byte[]> rule) {
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(dynamicTest("no input", () -> rule.accept(new byte[0])));
    for (Path input : list(CORPUS.resolve(target))) {
      tests.add(
          dynamicTest(
              input.getFileName().toString(), () -> rule.accept(Files.readAllBytes(input))));
    }
    return tests;
  }

  @Test
  void eachFolderOfTheCorpusBelongsToATargetAndHasInputs() {
    assertThat(list(CORPUS))
        .extracting(folder -> folder.getFileName().toString())
        .containsExactlyElementsOf(TARGETS.keySet());
    assertThat(list(CORPUS)).allSatisfy(folder -> assertThat(list(folder)).isNotEmpty());
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
