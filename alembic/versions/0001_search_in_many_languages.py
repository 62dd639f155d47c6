"""Extensions, and a text search configuration without accents for each language that PostgreSQL stems."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LANGUAGES = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english", "fi": "finnish",
    "fr": "french", "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def upgrade() -> None:
    for extension in ("unaccent", "pg_trgm", "btree_gist"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    for language in sorted({"simple", *LANGUAGES.values()}):
        stem = "simple" if language == "simple" else f"{language}_stem"
        op.execute(f"CREATE TEXT SEARCH CONFIGURATION kiosque_{language} (COPY = {language})")
        op.execute(
            f"ALTER TEXT SEARCH CONFIGURATION kiosque_{language}"
            f" ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH unaccent, {stem}"
        )
    cases = " ".join(f"WHEN '{code}' THEN 'kiosque_{language}'::regconfig" for code, language in LANGUAGES.items())
    op.execute(
        "CREATE FUNCTION search_config(locale text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS"
        f" $$ SELECT CASE split_part(lower(locale), '-', 1) {cases} ELSE 'kiosque_simple'::regconfig END $$"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION search_config(text)")
    for language in sorted({"simple", *LANGUAGES.values()}):
        op.execute(f"DROP TEXT SEARCH CONFIGURATION kiosque_{language}")
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        op.execute(f"DROP EXTENSION IF EXISTS {extension}")
