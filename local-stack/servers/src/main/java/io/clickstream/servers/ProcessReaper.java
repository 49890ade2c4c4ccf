package io.clickstream.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Ends what we started even if we are killed with −9: a small process that waits for the end of its
 * standard input, which the kernel brings when we are gone, then stops the processes and removes
 * the folders that it was told of. A shutdown hook could not: it doesn't run then.
 */
public final class ProcessReaper implements AutoCloseable {

  /**
   * SIGINT is PostgreSQL's fast shutdown; what is left after five seconds is killed. A server that
   * was starting is given three to write its process id. Folders are removed until they stay away:
   * a program that works in one notices a moment later.
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

  /** Starts the process. */
  public ProcessReaper() {
    try {
      process =
          new ProcessBuilder("/bin/sh", "-c", SCRIPT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("can't start /bin/sh", e);
    }
    orders = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** A process to be stopped if we die. */
  public void guard(long pid) {
    order("pid " + pid);
  }

  /**
   * A PostgreSQL server that is about to start on a data folder without a {@code postmaster.pid},
   * to be stopped if we die before {@link #started}.
   */
  void starting(Path dataFolder) {
    order("starting " + dataFolder.toAbsolutePath());
  }

  /** The server that was starting is up, and guarded by its id, or did not start. */
  void started() {
    order("started");
  }

  /** A folder to be removed if we die, after the processes. */
  public void guard(Path folder) {
    order("folder " + folder.toAbsolutePath());
  }

  private synchronized void order(String line) {
    try {
      orders.write(line + "\n");
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the lifeline is gone", e);
    }
  }

  /** Dismisses it: everything was stopped in good order. */
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
