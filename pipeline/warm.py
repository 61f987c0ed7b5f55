"""What a worker process needs before its first article: importing this loads the model and builds every rule."""

import sys

from pipeline.extract import extract_claims
from pipeline.models import Article

extract_claims(Article(path="", text="OpenAI a levé 3 millions d'euros en 2024, selon Bloomberg."))


def limit_memory(limit: int) -> None:
    """Makes this process fail with MemoryError beyond so many bytes of data; Windows has no such limit."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))
