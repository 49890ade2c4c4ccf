package io.clickstream.infra;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;

/** All stacks of the platform, in the order of their dependencies. */
public final class Platform {

  private final List<Stack> stacks = new ArrayList<>();

  /** Adds the stacks to a CDK app. */
  public Platform(Construct app, PlatformOptions options) {
    BucketsStack buckets = add(new BucketsStack(app));
    NetworkStack network = add(new NetworkStack(app, buckets));
    if (options.with().contains(OptionalStack.STREAM)) {
      add(new StreamStack(app, buckets, options));
    }
    IngestStack ingest = add(new IngestStack(app, buckets, options));
    WarehouseStack warehouse = add(new WarehouseStack(app, network, buckets, options));
    add(new EtlStack(app, network, buckets, warehouse, options));
    if (options.with().contains(OptionalStack.PACKS)) {
      add(new PacksStack(app, buckets, options));
    }
    List<String> otherAlarms = new ArrayList<>(DatabaseHost.alarms("warehouse"));
    if (options.with().contains(OptionalStack.OLTP)) {
      otherAlarms.addAll(DatabaseHost.alarms("oltp"));
    }
    if (options.with().contains(OptionalStack.STREAM)) {
      otherAlarms.addAll(StreamStack.alarms());
    }
    add(new ObservabilityStack(app, ingest, otherAlarms, options.with()));
    OltpStack oltp =
        options.with().contains(OptionalStack.OLTP)
            ? add(new OltpStack(app, network, options))
            : null;
    if (options.with().contains(OptionalStack.AUTH)) {
      add(new AuthStack(app));
    }
    if (options.with().contains(OptionalStack.WEB)) {
      add(new WebStack(app, ingest, oltp));
    }
    if (options.with().contains(OptionalStack.EDGE)) {
      add(new EdgeStack(app));
    }
    Tags.of(app).add("project", "clickstream");
    Tags.of(app)
        .add("environment", options.environment().isEmpty() ? "main" : options.environment());
  }

  /** Returns the stacks that were added. */
  public List<Stack> stacks() {
    return List.copyOf(stacks);
  }

  private <T extends Stack> T add(T stack) {
    stacks.add(stack);
    return stack;
  }
}
