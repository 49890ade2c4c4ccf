package io.clickstream.local.diff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.local.diff.TableDiff.Example;
import io.clickstream.local.diff.TableDiff.ValueChange;
import io.clickstream.local.diff.WarehouseDiff.SettingChange;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** A difference as one line of JSON. */
final class DiffJson {

  private final JsonGenerator json;

  private DiffJson(JsonGenerator json) {
    this.json = json;
  }

  static String of(WarehouseDiff diff) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      new DiffJson(json).write(diff);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON.", e);
    }
    return text.toString();
  }

  private void write(WarehouseDiff diff) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("differs", diff.differs());
    json.writeStringField("old", diff.old());
    json.writeStringField("new", diff.current());
    json.writeArrayFieldStart("settings");
    for (SettingChange setting : diff.settings()) {
      json.writeStartObject();
      json.writeStringField("name", setting.name());
      json.writeStringField("old", setting.before());
      json.writeStringField("new", setting.after());
      json.writeEndObject();
    }
    json.writeEndArray();
    writeNames("tablesOnlyOld", diff.tablesOnlyOld());
    writeNames("tablesOnlyNew", diff.tablesOnlyNew());
    writeNames("tablesNotCompared", diff.notCompared());
    json.writeArrayFieldStart("tables");
    for (TableDiff table : diff.tables()) {
      write(table);
    }
    json.writeEndArray();
    write(diff.metrics());
    json.writeEndObject();
  }

  private void writeNames(String field, List<String> names) throws IOException {
    json.writeArrayFieldStart(field);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  private void write(TableDiff table) throws IOException {
    json.writeStartObject();
    json.writeStringField("table", table.table());
    json.writeNumberField("oldRows", table.oldRows());
    json.writeNumberField("newRows", table.newRows());
    json.writeNumberField("changed", table.changed());
    json.writeNumberField("onlyOld", table.onlyOld());
    json.writeNumberField("onlyNew", table.onlyNew());
    json.writeObjectFieldStart("changedColumns");
    for (Map.Entry<String, Long> column : table.changedColumns().entrySet()) {
      json.writeNumberField(column.getKey(), column.getValue());
    }
    json.writeEndObject();
    writeNames("columnsOnlyOld", table.columnsOnlyOld());
    writeNames("columnsOnlyNew", table.columnsOnlyNew());
    json.writeArrayFieldStart("examples");
    for (Example example : table.examples()) {
      write(example);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(Example example) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", example.kind().toString());
    json.writeObjectFieldStart("key");
    for (Map.Entry<String, String> part : example.key().entrySet()) {
      json.writeStringField(part.getKey(), part.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("values");
    for (ValueChange value : example.values()) {
      json.writeStartObject();
      json.writeStringField("column", value.column());
      json.writeStringField("old", value.before());
      json.writeStringField("new", value.after());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(MetricsDiff metrics) throws IOException {
    json.writeArrayFieldStart("metrics");
    for (MetricsDiff.Total total : metrics.totals()) {
      json.writeStartObject();
      json.writeStringField("metric", total.metric());
      json.writeNumberField("old", total.before());
      json.writeNumberField("new", total.after());
      json.writeNumberField("daysChanged", total.daysChanged());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("changedDayValues", metrics.changedValues());
    json.writeArrayFieldStart("dayValues");
    for (MetricChange change : metrics.changes()) {
      json.writeStartObject();
      json.writeStringField("day", change.day());
      json.writeStringField("metric", change.metric());
      json.writeNumberField("old", change.before());
      json.writeNumberField("new", change.after());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
