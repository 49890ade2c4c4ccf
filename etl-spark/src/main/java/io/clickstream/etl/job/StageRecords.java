package io.clickstream.etl.job;

import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.ObjectOutcomes;
import io.clickstream.etl.staging.ObjectOutcomes.Unreadable;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.staging.StagingWriter;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Writes parsed rows into new staging tables. */
final class StageRecords {

  private StageRecords() {}

  /**
   * Writes the rows, in tasks.
   *
   * @param parsed rows of {@code ParsedRow}
   * @throws UnreadableObjectsException if objects cannot be read and the run does not skip them
   */
  static void stage(
      Run run, SqlConnection stagingConnection, StagingTables staging, Dataset<Row> parsed) {
    staging.create(stagingConnection);
    new StagingWriter(
            run.warehouse(),
            List.of(
                new StagingWriter.Target(ParsedRow.EVENT, staging.events()),
                new StagingWriter.Target(ParsedRow.REJECTED, staging.rejected()),
                new StagingWriter.Target(ParsedRow.ERASED, staging.erased()),
                new StagingWriter.Target(ParsedRow.OBJECT, staging.objects())))
        .write(parsed);
    if (!run.skipUnreadable()) {
      Optional<Unreadable> unreadable = ObjectOutcomes.unreadable(stagingConnection, staging);
      if (unreadable.isPresent()) {
        throw new UnreadableObjectsException(unreadable.get());
      }
    }
  }
}
