package io.clickstream.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Stops processes and removes folders when this JVM ends, also by SIGKILL, after which no shutdown
 * hook runs. It is a shell process that reads its standard input. The kernel closes that input when
 * the JVM ends, and the shell then stops the guarded processes and removes the guarded folders.
 */
public final class ProcessReaper implements AutoCloseable {

  /**
   * Sends SIGINT, which is PostgreSQL's fast shutdown, and SIGKILL after five seconds. A server
   * that is starting has three seconds to write its process id. A folder is removed until it stays
   * away for a second, because a program that still ends may create files in it.
   */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=''
      starting=''
      folders=''
      while IFS=' ' read -r kind value; do
        case "$kind" in
          pid) pids="$pids $value" ;;
          starting) starting=$value ;;
          started) starting='' ;;
          folder) folders="$folders
      $value" ;;
          done) exit 0 ;;
        esac
      done
      i=0
      while [ -n "$starting" ] && [ $i -lt 30 ]; do
        pid=''
        { read -r pid <"$starting/postmaster.pid"; } 2>/dev/null
        if [ -n "$pid" ]; then
          pids="$pids $pid"
          starting=''
        else
          sleep 0.1
        fi
        i=$((i + 1))
      done
      [ -z "$pids" ] || kill -INT $pids 2>/dev/null
      i=0
      while [ $i -lt 50 ]; do
        alive=''
        for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive=yes; done
        [ -z "$alive" ] && break
        sleep 0.1
        i=$((i + 1))
      done
      [ -z "$pids" ] || kill -KILL $pids 2>/dev/null
      echo "$folders" | while IFS= read -r folder; do
        away=0
        i=0
        while [ -n "$folder" ] && [ $away -lt 10 ] && [ $i -lt 100 ]; do
          rm -rf -- "$folder" 2>/dev/null
          sleep 0.1
          away=$((away + 1))
          [ ! -e "$folder" ] || away=0
          i=$((i + 1))
        done
      done
      """;

  private final Process process;
  private final Writer orders;

  /** Starts the shell. */
  public ProcessReaper() {
    try {
      process =
          new ProcessBuilder("/bin/sh", "-c", SCRIPT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot start /bin/sh, which ends processes after this one.", e);
    }
    orders = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Guards a process. */
  public void guard(long pid) {
    order("pid " + pid);
  }

  /**
   * Guards a PostgreSQL server that is about to start on a data folder without a {@code
   * postmaster.pid}, until {@link #started}.
   */
  void starting(Path dataFolder) {
    order("starting " + dataFolder.toAbsolutePath());
  }

  /** Ends {@link #starting}: the server is guarded by its process id, or did not start. */
  void started() {
    order("started");
  }

  /** Guards a folder; it is removed after the processes have ended. */
  public void guard(Path folder) {
    order("folder " + folder.toAbsolutePath());
  }

  private synchronized void order(String line) {
    try {
      orders.write(line + "\n");
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot guard anything more: the shell has ended.", e);
    }
  }

  /** Ends the shell without stopping or removing anything. */
  @Override
  public void close() {
    try {
      order("done");
      orders.close();
      process.waitFor(1, TimeUnit.SECONDS);
    } catch (IOException | UncheckedIOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
