"""Several runs beside each other, each in a process of its own: waiting for one program is time for another.

Refuses to share anything between them but what they report at their end.
"""

import os
import traceback
from concurrent.futures import ProcessPoolExecutor

import damage
import disk
import kills
import scale_out
import server
from life import Counters

LANES = 2


def embedded(program, folder, seed, number, until, only):
    """The kills over all lanes, and beside them what happens to disks and files; one set of counters."""
    shares = [number // LANES + (lane < number % LANES) for lane in range(LANES)]
    work = [(_kills, share, f"lane{lane}") for lane, share in enumerate(shares) if "kills" in only]
    if only & {"disk", "damage"}:
        work.append((_files, only, "files"))
    whole = Counters(seed)
    with ProcessPoolExecutor(len(work)) as pool:
        runs = [pool.submit(function, program, os.path.join(folder, name), seed, name, share, until) for function, share, name in work]
        for run in runs:
            whole.add(run.result())
    return whole


def _kills(program, folder, seed, name, number, until):
    counters = Counters(seed)
    counters.count("planned kills", number)
    try:
        counters.count("kills", kills.run(program, folder, counters, f"{seed} {name}", number, until))
    finally:
        server.end_all()
    return counters.report()


def _files(program, folder, seed, _name, only, _until):
    counters = Counters(seed)
    endings = []
    try:
        for part, run in (("disk", disk.run), ("damage", damage.run)):
            if part in only:
                try:
                    endings += run(program, folder, counters, seed) or []
                except Exception as error:  # a part that breaks off is a finding, and hides none of the others
                    counters.wrong("unexpected", f"{part} broke off: {type(error).__name__}: {error}\n{traceback.format_exc()}")
        for ending in endings:
            ending.join()
    finally:
        server.end_all()
    return counters.report()


def elsewhere(program, folder, seed, number, until):
    """The scale-out engine; its one database is one lane."""
    counters = Counters(seed)
    postgres = scale_out.engine()
    if not scale_out.has_engine(program):
        counters.skip("the scale-out engine", "hospes dev has no --postgres in this build")
    elif postgres is None:
        counters.skip("the scale-out engine", "nobody has started a PostgreSQL for it")
    else:
        counters.count("planned kills", number)
        try:
            counters.count("kills", scale_out.run(program, folder, counters, seed, number, until, postgres))
        finally:
            server.end_all()
    return counters
