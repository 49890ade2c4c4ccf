package io.clickstream.simulator;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * One {@code POST /clickstream} as it arrives at the server.
 *
 * @param id names this post; unique within a traffic, derived from its seed (UUID version 4)
 * @param receivedAt when the server has it, to the millisecond
 * @param body the request body as the browser sends it, without {@code _ingest}
 * @param sourceIp from a range reserved for documentation or carrier networks
 * @param userAgent the {@code User-Agent} header
 * @param kind what is special about it
 */
public record SimulatedPost(
    UUID id, Instant receivedAt, String body, String sourceIp, String userAgent, Kind kind) {

  /** What is special about a post; each has exactly one kind. */
  public enum Kind {
    /** A person's event, sent at once. */
    GOOD,
    /**
     * A person's event, queued while offline: {@code sentAt} is later than {@code clientTimestamp}.
     */
    LATE,
    /** A person's event whose client gave it no event id. */
    WITHOUT_ID,
    /** A crawler's event. */
    BOT,
    /** The same body as an earlier post, byte for byte. */
    RETRY,
    /** The event id of an earlier post with another visitor and event name. */
    TWIN,
    /** No JSON object with members: the Lambda refuses it, and the job would reject it. */
    BROKEN;

    /** Whether the server takes it: all but {@link #BROKEN}. */
    public boolean accepted() {
      return this != BROKEN;
    }

    /** Whether its event id stands in an earlier post, so that it becomes no event of its own. */
    public boolean repeated() {
      return this == RETRY || this == TWIN;
    }
  }

  public SimulatedPost {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(receivedAt, "receivedAt");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(sourceIp, "sourceIp");
    Objects.requireNonNull(userAgent, "userAgent");
    Objects.requireNonNull(kind, "kind");
  }
}
