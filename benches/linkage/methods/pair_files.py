"""What the methods share: reading a truth set, writing scored pairs, measuring cost.

Every method writes `OUT/<method>.parquet` with the columns of COLUMNS, one row per compared pair, and
`OUT/<method>.cost.json`. `source_left` sorts before `source_right`.
"""
import json
import pathlib
import resource
import time

COLUMNS = ["source_left", "native_left", "source_right", "native_right", "probability"]


def read_set(folder):
    return json.loads((pathlib.Path(folder) / "set.json").read_text())


class Cost:
    """Wall and CPU time since it was made, of this process and its children, and their peak memory."""

    def __init__(self):
        self.started_at, self.cpu_seconds_before = time.monotonic(), self.cpu_seconds()

    @staticmethod
    def used():
        return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]

    def cpu_seconds(self):
        return sum(one.ru_utime + one.ru_stime for one in self.used())

    def so_far(self):
        return {
            "seconds": time.monotonic() - self.started_at,
            "cpu_seconds": self.cpu_seconds() - self.cpu_seconds_before,
            "peak_mib": max(one.ru_maxrss for one in self.used()) / 1024,
        }


def write(frame, out, method, cost, **more):
    """Writes a pandas frame of scored pairs, each once and with its sources in order."""
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    swap = frame["source_left"] > frame["source_right"]
    for left, right in (("source_left", "source_right"), ("native_left", "native_right")):
        frame.loc[swap, [left, right]] = frame.loc[swap, [right, left]].to_numpy()
    frame = frame[COLUMNS].sort_values(COLUMNS[:4]).reset_index(drop=True)
    frame.to_parquet(out / f"{method}.parquet")
    (out / f"{method}.cost.json").write_text(json.dumps({**cost.so_far(), **more}, indent=1) + "\n")
    print(f"{method}: {len(frame)} pairs, {json.loads((out / f'{method}.cost.json').read_text())}")
