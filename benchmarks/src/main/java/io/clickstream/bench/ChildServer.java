package io.clickstream.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A program in a process of its own that answers each line with a line, until its input ends. So it
 * keeps its own settings, and gets warm.
 */
public final class ChildServer implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 10;

  private final Launch launch;
  private final Process process;
  private final Path err;
  private final Writer questions;
  private final BufferedReader answers;

  /**
   * Starts, and does not wait.
   *
   * @param folder for what it says besides
   */
  public ChildServer(Path folder, Launch launch) throws IOException {
    this.launch = launch;
    err = Files.createTempFile(folder, "server-", ".err");
    process = launch.builder().redirectError(err.toFile()).start();
    questions = process.outputWriter();
    answers = process.inputReader();
  }

  /** Asks, and waits for the answer. */
  public String ask(String question) throws IOException {
    questions.write(question + "\n");
    questions.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException(launch + " ended: " + ChildProcess.lastLine(err));
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    try {
      questions.close();
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
