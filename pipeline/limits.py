"""What a worker process may use; Windows has neither limit."""

import signal
import sys


def limit_memory(limit: int) -> None:
    """Makes this process fail with MemoryError beyond so many bytes of data."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def limit_time(seconds: float) -> None:
    """Makes the system end this process, within C code too, once it has computed for so many seconds more; 0 lifts the
    limit. Time on the clock would punish an article for a busy machine."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def ran_out_of_time(status: int) -> bool:
    """Whether the exit status of a process is that of one that `limit_time` ended."""
    return sys.platform != "win32" and status == -signal.SIGPROF
