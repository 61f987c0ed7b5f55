"""Which language a text is in."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipeline.models import Article

SHORTEST, SAMPLE = 200, 6_000  # characters: less is guesswork, more tells nothing new
LANGUAGES = ["ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hu", "it", "ja", "ko", "nl", "no", "pl",
             "pt", "ro", "ru", "sv", "tr", "uk", "vi", "zh"]  # fmt: skip  # of the web's news; rare ones are mistakes


def detect_language(text: str, declared: str | None = None) -> str | None:
    """ISO 639-1 code of the text's language ("fr"); what the page declares where the text is too short to tell.

    The text goes before the declaration: French pages that declare "en" are many.
    """
    if len(text) < SHORTEST:
        return declared
    middle = max(len(text) // 2 - SAMPLE // 2, 0)
    return str(_identifier().classify(text[middle : middle + SAMPLE])[0])


def is_in(article: Article, language: str) -> bool:
    """Whether the article is in the language asked for; "any" takes all, and so does an article of no known one."""
    return language == "any" or article.language in (None, language)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
