"""What a row costs PostgreSQL as the table grows, and what it takes on disk."""
from stand import TICK, Stand
from verify import file_header

PARTS = 10

SIZES = """select pg_relation_size('bankslips'), pg_relation_size('bankslips_pkey'),
  pg_indexes_size('bankslips') - pg_relation_size('bankslips_pkey')"""
# CPU of the session's own backend, user and system.
OWN_CPU = "select pg_read_file('/proc/self/stat', 0, 1000)"


def copy_part(stand, path):
    """CPU seconds of the backend that copies a file into the table of debts."""
    columns = ", ".join(file_header(path))
    answer = stand.psql(f"\\copy bankslips ({columns}) from '{path}' with (format csv, header true)",
                        OWN_CPU)
    return sum(map(int, answer.rsplit(")", 1)[1].split()[11:13])) / TICK


def growth(bench):
    """Ten files one after the other by \\copy: the backend's CPU of a row in the first and in
    the last one, and bytes of a row in the end."""
    costs = []
    with Stand(bench.program) as stand:
        for part in range(PARTS):
            path = bench.file(bench.rows, start=part * bench.rows)
            costs.append(1e6 * copy_part(stand, path) / bench.rows)
            path.unlink()
            # The broker closes a connection on which nothing was asked for ten minutes.
            stand.kafka.delete_topics([])
        table, key, others = map(int, stand.psql("vacuum analyze bankslips", SIZES).split("|"))
    rows = PARTS * bench.rows
    return {"growth_rows": rows, "growth_ratio": costs[-1] / costs[0],
            "growth_table_bytes": table / rows, "growth_key_bytes": key / rows,
            "growth_other_index_bytes": others / rows,
            **{f"growth_us_{part + 1:02}": cost for part, cost in enumerate(costs)}}, []
