"""The tables, in the migrations that made them. A migration that has shipped is never edited: add the next one."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pipeline.store.rows import FROM_CLAIMS, claim_of, review_key

migrations = Migrations("recoupe")

TABLES = """
-- One row an article; an article is known by its URL, else by its path. `debris`: JSON spans of `text`; `text_key`:
-- the same for the same words; `copy_of`: the article that this one is a near-copy of.
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    url TEXT,
    source TEXT,
    title TEXT,
    author TEXT,
    published TEXT,
    published_origin TEXT,
    modified TEXT,
    language TEXT,
    agency TEXT,
    paywalled INTEGER NOT NULL,
    ai_written INTEGER NOT NULL,
    copy_of TEXT REFERENCES articles (id) ON DELETE SET NULL,
    content_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    debris TEXT NOT NULL,
    text_key TEXT,
    signature BLOB,
    text TEXT NOT NULL
);
CREATE INDEX articles_text_key ON articles (text_key);
CREATE INDEX articles_source ON articles (source);
CREATE INDEX articles_path ON articles (path);
CREATE INDEX articles_copy_of ON articles (copy_of) WHERE copy_of IS NOT NULL;

CREATE TABLE article_versions (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    published TEXT,
    modified TEXT,
    run_id INTEGER REFERENCES runs (id),
    PRIMARY KEY (article_id, version)
);

-- MinHash bands of the texts: near-copies share one.
CREATE TABLE article_bands (
    band INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE INDEX article_bands_article ON article_bands (article_id);

-- Every place an article was read at, who published it there, and what was read: what is unchanged is not processed
-- again, and the same text is kept once.
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    url TEXT,
    source TEXT,
    content_hash TEXT NOT NULL,
    extractor TEXT NOT NULL
);
CREATE INDEX files_article ON files (article_id);

-- Amounts are exact decimals as text, in units of the currency. `family`: metrics that are compared together.
-- `first_day` and `last_day`: when the claim holds, its publication day where it states no period. `statement`: the
-- same for all mentions of one statement; `figure`: the same also for those of other days; `said_day`: the publication
-- day. `size`: the amount as a search key, never shown and never computed with.
CREATE TABLE claims (
    claim_id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    quote TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    sentence TEXT NOT NULL,
    amount_min TEXT,
    amount_max TEXT,
    bound TEXT NOT NULL,
    currency TEXT,
    currency_inferred INTEGER NOT NULL,
    per TEXT,
    change INTEGER NOT NULL,
    company TEXT,
    company_mention TEXT,
    counterparty TEXT,
    metric TEXT NOT NULL,
    scope TEXT,
    period_start TEXT,
    period_end TEXT,
    duration TEXT,
    modality TEXT NOT NULL,
    attribution TEXT,
    family TEXT NOT NULL,
    statement TEXT NOT NULL,
    first_day TEXT,
    last_day TEXT,
    figure TEXT NOT NULL,
    size REAL NOT NULL,
    said_day TEXT
);
CREATE INDEX claims_article ON claims (article_id);
-- all that choosing the representatives of a neighbourhood needs, so that no row is read that is not chosen
CREATE INDEX claims_company ON claims (company, metric, first_day, last_day, figure, size, said_day);
CREATE INDEX claims_size ON claims (company, metric, size, first_day, last_day, figure, said_day);
CREATE INDEX claims_group ON claims (company, family);
CREATE INDEX claims_metric ON claims (metric, first_day);
CREATE INDEX claims_days ON claims (first_day, last_day);
CREATE INDEX claims_counterparty ON claims (counterparty) WHERE counterparty IS NOT NULL;

-- `cell`: where the conflict was found, see `pending`; `gravity`: the gravest first, for
-- sorting; `details`: JSON of how it was compared; `review_key`: the two statements, whoever repeats them.
CREATE TABLE conflicts (
    conflict_id TEXT NOT NULL,
    cell TEXT NOT NULL,
    a TEXT NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
    b TEXT NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    reason TEXT NOT NULL,
    superseded INTEGER NOT NULL,
    gravity REAL NOT NULL,
    review_key TEXT NOT NULL,
    statement_a TEXT NOT NULL,
    statement_b TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (conflict_id, cell)
);
CREATE INDEX conflicts_cell ON conflicts (cell, statement_a, statement_b);
CREATE INDEX conflicts_a ON conflicts (a);
CREATE INDEX conflicts_b ON conflicts (b);
CREATE INDEX conflicts_gravity ON conflicts (gravity DESC);

-- Conflicts of claims that a newer version of their article took back: JSON, kept on record.
CREATE TABLE superseded (
    conflict_id TEXT PRIMARY KEY,
    gravity REAL NOT NULL,
    document TEXT NOT NULL
);

CREATE TABLE reviews (
    review_key TEXT PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('confirmed', 'dismissed', 'resolved')),
    note TEXT,
    reviewed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Cells whose conflicts are out of date: written with the claims, cleared with the conflicts. A cell is a group of
-- claims (company and family, '' for no company), the neighbourhood of one claim in a large group (`near`, JSON), or
-- one article, whose figures must add up.
CREATE TABLE pending (
    cell TEXT PRIMARY KEY,
    company TEXT,
    family TEXT,
    article_id TEXT REFERENCES articles (id) ON DELETE CASCADE,
    near TEXT
);
CREATE INDEX pending_group ON pending (company, family);

-- `aliases`: JSON list. The companies of the claims, and those that the user added.
CREATE TABLE companies (
    name TEXT PRIMARY KEY,
    aliases TEXT NOT NULL DEFAULT '[]',
    country TEXT,
    fiscal_year_end INTEGER
);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    paths TEXT NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0,
    articles INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    copies INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    claims INTEGER NOT NULL DEFAULT 0,
    contradictions INTEGER NOT NULL DEFAULT 0,
    tensions INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE run_failures (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    problem TEXT NOT NULL,
    remedy TEXT NOT NULL
);
CREATE INDEX run_failures_run ON run_failures (run_id);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# For people who open the database with another tool: amounts as numbers, names instead of ids.
VIEWS = """
CREATE VIEW facts AS
SELECT claims.company, claims.metric, claims.scope, CAST(claims.amount_min AS REAL) AS amount_min,
    CAST(claims.amount_max AS REAL) AS amount_max, claims.bound, claims.currency, claims.per, claims.change,
    claims.period_start, claims.period_end, claims.modality, claims.counterparty, claims.attribution,
    articles.source, articles.published, articles.title, claims.quote, claims.sentence, articles.path AS article,
    articles.url, claims.claim_id
FROM claims JOIN articles ON articles.id = claims.article_id;

CREATE VIEW contradictions AS
SELECT conflicts.severity, conflicts.kind, conflicts.reason, coalesce(reviews.status, 'open') AS status,
    a.company, a.metric, a.quote AS quote_a, x.source AS source_a, x.published AS published_a,
    b.quote AS quote_b, y.source AS source_b, y.published AS published_b, conflicts.conflict_id
FROM conflicts
JOIN claims AS a ON a.claim_id = conflicts.a JOIN articles AS x ON x.id = a.article_id
JOIN claims AS b ON b.claim_id = conflicts.b JOIN articles AS y ON y.id = b.article_id
LEFT JOIN reviews ON reviews.review_key = conflicts.review_key
WHERE NOT conflicts.superseded;
"""


@migrations()
def first(db: Database) -> None:
    """All tables, the full-text index over sentences and the views for people."""
    db.executescript(TABLES)
    db.table("claims").enable_fts(["sentence"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")
    db.executescript(VIEWS)


COMPANY_OF_CONFLICTS = """
-- What the claims of both sides say, so that the gravest conflicts of a company are found without its claims.
ALTER TABLE conflicts ADD COLUMN company_a TEXT;
ALTER TABLE conflicts ADD COLUMN metric_a TEXT;
ALTER TABLE conflicts ADD COLUMN company_b TEXT;
ALTER TABLE conflicts ADD COLUMN metric_b TEXT;
UPDATE conflicts SET (company_a, metric_a) = (SELECT company, metric FROM claims WHERE claim_id = conflicts.a),
    (company_b, metric_b) = (SELECT company, metric FROM claims WHERE claim_id = conflicts.b);
CREATE INDEX conflicts_company_a ON conflicts (company_a, metric_a);
CREATE INDEX conflicts_company_b ON conflicts (company_b, metric_b);
DROP INDEX conflicts_gravity;
CREATE INDEX conflicts_gravity ON conflicts (gravity DESC, conflict_id);
"""


@migrations()
def companies_of_conflicts(db: Database) -> None:
    """Company and metric beside each conflict."""
    db.executescript(COMPANY_OF_CONFLICTS)


@migrations()
def reviews_by_figure(db: Database) -> None:
    """Judgements hold for two figures, in whichever spelling the next article gives them."""
    rows = db.query("SELECT review_key, a, b FROM conflicts WHERE review_key IN (SELECT review_key FROM reviews)")
    for row in list(rows):
        a, b = (claim_of(next(db.query(f"{FROM_CLAIMS} WHERE claim_id = ?", [row[side]]))) for side in ("a", "b"))
        renewed = review_key(a, b), row["review_key"]
        db.execute("UPDATE OR IGNORE reviews SET review_key = ? WHERE review_key = ?", renewed)
        db.execute("UPDATE conflicts SET review_key = ? WHERE review_key = ?", renewed)
