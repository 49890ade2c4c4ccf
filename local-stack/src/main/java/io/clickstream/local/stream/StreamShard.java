package io.clickstream.local.stream;

import java.util.List;

/**
 * A shard of a stream.
 *
 * @param parents the shards of which it was made by a split or a merge
 */
record StreamShard(String id, List<String> parents) {}
