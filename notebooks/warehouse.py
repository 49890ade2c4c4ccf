"""The warehouse that DW_HOST, DW_PORT, DW_NAME, DW_USER and DW_PASSWORD name, read-only."""

import os

import pandas
import psycopg
from psycopg.rows import tuple_row

STATEMENT_LIMIT_MS = 120_000


def _is_here(host):
    return host in ("localhost", "127.0.0.1", "::1") or host.startswith("/")


class Warehouse:
    """A connection that acts as clickstream_reader and can't write."""

    def __init__(self, environment=os.environ):
        missing = [name for name in ("DW_HOST", "DW_NAME", "DW_USER") if not environment.get(name)]
        if missing:
            raise RuntimeError(f"set {', '.join(missing)}: the notebooks read a warehouse")
        host = environment["DW_HOST"]
        self._connection = psycopg.connect(
            host=host,
            port=environment.get("DW_PORT") or 5432,
            dbname=environment["DW_NAME"],
            user=environment["DW_USER"],
            password=environment.get("DW_PASSWORD") or None,
            sslmode=environment.get("DW_SSLMODE")
            or ("prefer" if _is_here(host) else "verify-full"),
            sslrootcert=environment.get("DW_SSLROOTCERT") or None,
            options=f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_LIMIT_MS} -c timezone=UTC",
            autocommit=True,
            row_factory=tuple_row,
        )
        try:
            self._connection.execute("SET ROLE clickstream_reader")
        except psycopg.Error as refusal:
            raise RuntimeError(
                f"{environment['DW_NAME']} is no migrated warehouse, or {environment['DW_USER']} is not in clickstream_reader"
            ) from refusal

    def query(self, statement, **parameters):
        """A query's rows as a DataFrame; its parameters are written as %(name)s, and a percent sign as %%."""
        cursor = self._connection.execute(statement, parameters)
        return pandas.DataFrame(
            cursor.fetchall(), columns=[column.name for column in cursor.description]
        )

    def value(self, statement, **parameters):
        """The only value of a query's only row."""
        return self._connection.execute(statement, parameters).fetchone()[0]

    def latest_days(self, days):
        """The first and last of so many reporting days that end with the latest one loaded."""
        first, last = self._connection.execute(
            "SELECT greatest(max(day) - %s::int + 1, min(day)), max(day) FROM traffic_daily", [days]
        ).fetchone()
        if last is None:
            raise RuntimeError("the warehouse holds no traffic: load some first")
        return first, last
