package io.clickstream.it.promise;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The job with a fault put in on purpose: a patch to its source.
 *
 * @param name what is wrong with it
 */
record Mutant(String name, List<Edit> edits) {

  private static final String PACKAGE = "io/clickstream/etl/";
  private static final String SOURCES = "etl-spark/src/main/java/" + PACKAGE;
  private static final String RESOURCES = "etl-spark/src/main/resources/" + PACKAGE;

  /** A text that occurs once in a source file, and its replacement. */
  record Edit(String file, String original, String mutated) {}

  static Mutant of(String name) {
    return new Mutant(name, List.of());
  }

  /** Adds an edit; white space in the original text does not matter. */
  Mutant edit(String file, String original, String mutated) {
    List<Edit> more = new ArrayList<>(edits);
    more.add(new Edit(file, original, mutated));
    return new Mutant(name, more);
  }

  /** Compiles the mutated sources into a folder. */
  void compile(Path folder) throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    for (Edit edit : edits) {
      sources.put(edit.file(), mutate(sources.computeIfAbsent(edit.file(), Mutant::read), edit));
    }
    if (sources.isEmpty()) {
      return;
    }
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      boolean compiles = source.getKey().endsWith(".java");
      Path file = folder.resolve(compiles ? "source" : PACKAGE).resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      if (compiles) {
        files.add(file);
      }
    }
    if (!files.isEmpty()) {
      compile(files, folder);
    }
  }

  private void compile(List<Path> files, Path folder) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  complaints,
                  manager,
                  null,
                  List.of(
                      "-d",
                      folder.toString(),
                      "-classpath",
                      System.getProperty("java.class.path"),
                      "-proc:none",
                      "-nowarn"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      if (!compiled) {
        throw new IllegalStateException(
            "the mutant '" + name + "' does not compile:\n" + complaints);
      }
    }
  }

  private String mutate(String source, Edit edit) {
    // Formatting may change without the code.
    String flexible =
        Arrays.stream(edit.original().strip().split("\\s+"))
            .map(Pattern::quote)
            .collect(Collectors.joining("\\s+"));
    Matcher matcher = Pattern.compile(flexible).matcher(source);
    if (matcher.results().count() != 1) {
      throw new IllegalStateException(
          "the mutant '%s' does not fit %s any more: it must have once '%s'"
              .formatted(name, edit.file(), edit.original()));
    }
    return matcher.reset().replaceFirst(Matcher.quoteReplacement(edit.mutated()));
  }

  private static String read(String file) {
    try {
      String folder = file.endsWith(".java") ? SOURCES : RESOURCES;
      return Files.readString(Home.find().folder().resolve(folder + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
