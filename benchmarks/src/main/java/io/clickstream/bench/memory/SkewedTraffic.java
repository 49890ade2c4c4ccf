package io.clickstream.bench.memory;

import io.clickstream.simulator.SimulatedPost;
import java.util.Iterator;
import java.util.regex.Pattern;

/**
 * A traffic of which every second post is one client's.
 *
 * @param traffic the same with all its clients
 */
record SkewedTraffic(Iterable<SimulatedPost> traffic) implements Iterable<SimulatedPost> {

  private static final Pattern CLIENT_ID = Pattern.compile("\"clientId\":\"[^\"]*\"");

  @Override
  public Iterator<SimulatedPost> iterator() {
    Iterator<SimulatedPost> posts = traffic.iterator();
    return new Iterator<>() {
      private boolean second;

      @Override
      public boolean hasNext() {
        return posts.hasNext();
      }

      @Override
      public SimulatedPost next() {
        SimulatedPost post = posts.next();
        second = !second;
        return second ? post : ofOneClient(post);
      }
    };
  }

  private static SimulatedPost ofOneClient(SimulatedPost post) {
    String body = CLIENT_ID.matcher(post.body()).replaceFirst("\"clientId\":\"one-for-half\"");
    return new SimulatedPost(
        post.id(), post.receivedAt(), body, post.sourceIp(), post.userAgent(), post.kind());
  }
}
