"""Read-only connection to the warehouse that the DW_* variables name."""

import os

import pandas
import psycopg
from psycopg.rows import tuple_row

STATEMENT_LIMIT_MS = 120_000


def _is_here(host):
    return host in ("localhost", "127.0.0.1", "::1") or host.startswith("/")


class Warehouse:
    """A read-only connection that acts as clickstream_reader."""

    def __init__(self, environment=os.environ):
        missing = [name for name in ("DW_HOST", "DW_NAME", "DW_USER") if not environment.get(name)]
        if missing:
            raise RuntimeError(f"Cannot find the warehouse: set {', '.join(missing)}.")
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
            options=(
                "-c default_transaction_read_only=on -c timezone=UTC"
                f" -c statement_timeout={STATEMENT_LIMIT_MS}"
            ),
            autocommit=True,
            row_factory=tuple_row,
        )
        try:
            self._connection.execute("SET ROLE clickstream_reader")
        except psycopg.Error as refusal:
            raise RuntimeError(
                f"Cannot read {environment['DW_NAME']}: it is not migrated, or "
                f"{environment['DW_USER']} is not a member of clickstream_reader."
            ) from refusal

    def query(self, statement, **parameters):
        """Returns the rows as a DataFrame. Parameters are %(name)s, and a percent sign is %%."""
        cursor = self._connection.execute(statement, parameters)
        return pandas.DataFrame(
            cursor.fetchall(), columns=[column.name for column in cursor.description]
        )

    def value(self, statement, **parameters):
        """Returns the single value of a single row."""
        return self._connection.execute(statement, parameters).fetchone()[0]

    def latest_days(self, days):
        """Returns the first and last day of a range that ends with the latest reporting day.

        Sessions and events of closed days are gone, so the range begins after them.
        """
        first, last = self._connection.execute(
            "SELECT greatest(max(day) - %s::int + 1, min(day), closed_day()), max(day)"
            " FROM traffic_daily",
            [days],
        ).fetchone()
        if last is None:
            raise RuntimeError(
                "Cannot choose days: the warehouse is empty. Load some events first."
            )
        return first, last

    def require_all_sessions(self, instead):
        """Stops if sessions of a closed period are gone; `instead` names what has their figures."""
        if self.value("SELECT closed_before() > '-infinity'"):
            day = self.value("SELECT closed_day()")
            raise RuntimeError(
                f"Cannot count from the first session: sessions before {day} are gone, because "
                f"their period is closed. {instead} still has their figures."
            )
