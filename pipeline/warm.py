"""What a worker process needs before its first article: importing this loads the model and builds every rule."""

from pipeline.extract import extract_claims
from pipeline.models import Article

extract_claims(Article(path="", text="OpenAI a levé 3 millions d'euros en 2024, selon Bloomberg."))
