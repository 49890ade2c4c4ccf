package io.clickstream.etl.schema;

import java.io.Serializable;

/** A column of a warehouse or staging table. */
public record Column(String name, ColumnType type) implements Serializable {}
