package org.rapaio.jupyter.kernel.channels;

/**
 * Replaces the class of the same name in rapaio-jupyter-kernel 3.0.1, because it is earlier on the classpath.
 *
 * <p>The original thread sets its flag {@code running} after it has started. If the new thread reads the flag first, it
 * ends, and a channel of the kernel does not answer: 6 of 40 starts failed. This thread sets the flag before it starts.
 */
public final class LoopThread extends Thread {

  private final long sleepMillis;
  private final Runnable body;
  private volatile boolean running = true;

  public LoopThread(String name, long sleepMillis, Runnable body) {
    super(name);
    this.sleepMillis = sleepMillis;
    this.body = body;
  }

  @Override
  public void run() {
    while (running) {
      body.run();
      try {
        Thread.sleep(sleepMillis);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  public void shutdown() {
    running = false;
  }
}
