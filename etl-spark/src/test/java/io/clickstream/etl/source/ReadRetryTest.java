package io.clickstream.etl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadRetryTest {

  private final ReadRetry retry = new ReadRetry(3, Duration.ofMillis(1));
  private int attempts;

  private int attemptsUntil(IOException error, ReadRetry with) {
    attempts = 0;
    assertThatThrownBy(
            () ->
                with.call(
                    () -> {
                      attempts++;
                      throw error;
                    }))
        .isSameAs(error);
    return attempts;
  }

  @Test
  void aTransientErrorIsRetriedUpToTheBound() {
    assertThat(attemptsUntil(new SocketException("reset"), retry)).isEqualTo(3);
  }

  @Test
  void theJobTriesAnObjectFourTimes() {
    assertThat(attemptsUntil(new SocketException("reset"), ReadRetry.standard())).isEqualTo(4);
  }

  @Test
  void anErrorThatIsNotTransientIsNotRetried() {
    assertThat(attemptsUntil(new FileNotFoundException(), retry)).isEqualTo(1);
    assertThat(attemptsUntil(new AccessDeniedException("it"), retry)).isEqualTo(1);
  }

  @Test
  void anUncheckedErrorIsRetriedAsAnIoException() {
    assertThatThrownBy(
            () ->
                retry.call(
                    () -> {
                      attempts++;
                      throw new IllegalStateException("checksum mismatch");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("checksum mismatch");
    assertThat(attempts).isEqualTo(3);
  }

  @Test
  void pausesDoubleAndVaryByHalf() {
    long start = System.nanoTime();
    attemptsUntil(new IOException("500"), new ReadRetry(4, Duration.ofMillis(40)));
    // 40, 80 and 160 ms, each at least half as long.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(139));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theFirstSuccessfulAttemptIsTheResult(int failures) throws IOException {
    assertThat(
            retry.<String>call(
                () -> {
                  if (attempts++ < failures) {
                    throw new IOException("500");
                  }
                  return "done";
                }))
        .isEqualTo("done");
    assertThat(attempts).isEqualTo(failures + 1);
  }

  @Test
  void anInterruptEndsThePause() {
    ReadRetry patient = new ReadRetry(3, Duration.ofMinutes(10));
    Thread reader = Thread.currentThread();
    assertThatThrownBy(
            () ->
                patient.call(
                    () -> {
                      attempts++;
                      new Thread(reader::interrupt).start();
                      throw new IOException("500");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void aRetryIsSerializable() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    attemptsUntil(new SocketException("reset"), retry);
    new ObjectOutputStream(bytes).writeObject(retry);
    ReadRetry received =
        (ReadRetry)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(attemptsUntil(new SocketException("reset"), received)).isEqualTo(3);
  }
}
