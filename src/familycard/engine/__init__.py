"""Where SQL runs: DuckDB now, behind an interface that Spark can stand behind too."""
