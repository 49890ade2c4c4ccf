package io.clickstream.local;

import io.clickstream.servers.Home;
import java.nio.file.Path;

/** A {@link LocalStack} in a process of its own, until that is killed. */
final class StackProcess {

  /** Written when everything is up. */
  static final String UP = "up";

  private StackProcess() {}

  /** Takes the folder. */
  public static void main(String[] args) throws Exception {
    LocalStack stack =
        LocalStack.start(new LocalStack.Plan(Home.find(), Path.of(args[0]), true, 0, 2));
    System.out.println(UP + " " + stack.api().endpoint());
    Thread.sleep(Long.MAX_VALUE);
  }
}
