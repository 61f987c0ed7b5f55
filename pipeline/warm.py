"""What a worker process needs before its first article: importing this loads the model and builds every rule."""

import sys

# spaCy imports torch where it is installed: 90 MB of what a worker may use, and nothing here needs it
sys.modules["torch"] = None  # type: ignore[assignment]
import spacy  # noqa: E402, F401

del sys.modules["torch"]

from pipeline.extract import extract_claims  # noqa: E402
from pipeline.models import Article  # noqa: E402

extract_claims(Article(path="", text="OpenAI a levé 3 millions d'euros en 2024, selon Bloomberg."))
