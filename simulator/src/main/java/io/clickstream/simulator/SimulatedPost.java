package io.clickstream.simulator;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A {@code POST /clickstream} as it arrives at the server.
 *
 * @param id the unique id of the post, derived from the seed (UUID version 4)
 * @param receivedAt the time of reception, to the millisecond
 * @param body the request body as the browser sends it, without {@code _ingest}
 * @param sourceIp an address reserved for documentation or carrier networks
 * @param userAgent the {@code User-Agent} header
 * @param kind the kind of the post
 */
public record SimulatedPost(
    UUID id, Instant receivedAt, String body, String sourceIp, String userAgent, Kind kind) {

  /** The kinds of posts; each post has exactly one. */
  public enum Kind {
    /** A person's event, sent at once. */
    GOOD,
    /**
     * A person's event, queued while offline: {@code sentAt} is later than {@code clientTimestamp}.
     */
    LATE,
    /** A person's event whose client gave it no event id. */
    WITHOUT_ID,
    /** An order that the shop's back end reports, with the user agent of an HTTP library. */
    SERVER,
    /** A crawler's event. */
    BOT,
    /** The same body as an earlier post, byte for byte. */
    RETRY,
    /** A duplicate of an earlier post's event id with another visitor and event name. */
    CONFLICT,
    /** Not a JSON object with members: the Lambda and the job reject it. */
    BROKEN;

    /** Returns true if the server accepts the post: all kinds but {@link #BROKEN}. */
    public boolean accepted() {
      return this != BROKEN;
    }

    /** Returns true if an earlier post has the same event id: this one is a duplicate. */
    public boolean repeated() {
      return this == RETRY || this == CONFLICT;
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
