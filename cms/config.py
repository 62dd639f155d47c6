"""The settings, and the only module that reads the environment."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the operator can set: each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True, populate_by_name=True)

    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 15 or newer, as `postgresql://user:password@host:port/name`. Absent: `cms up` starts its own.",
    )
    database_pool_size: int = Field(
        10, ge=1, le=200, description="Connections a process may hold for reads, and as many for writes."
    )
    s3_endpoint: str | None = Field(
        None,
        description="URL of the S3-compatible store as Kiosque reaches it. Absent: `cms up` starts its own.",
    )
    s3_public_endpoint: str | None = Field(
        None,
        description="URL of the same store as browsers reach it; presigned requests are signed for it. Default: `S3_ENDPOINT`.",
    )
    s3_bucket: str = Field("kiosque", description="Bucket that holds the assets.")
    s3_region: str = Field("us-east-1", description="Region that signatures name.")
    s3_access_key: str | None = Field(None, description="Access key id of the store.")
    s3_secret_key: SecretStr | None = Field(None, description="Secret key of the store.")
    s3_path_style: bool = Field(
        True, description="Address the bucket as a path (`true`) or as a host name (`false`)."
    )
    s3_checksums: Literal["when_required", "when_supported"] = Field(
        "when_required", description="When the client adds checksums that not every store understands."
    )
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that the server listens on.")
    public_url: str | None = Field(
        None,
        description="URL under which clients reach Kiosque; image URLs start with it. Default: host and port.",
    )
    cors_origins: list[str] = Field(
        default=["*"],
        description="Origins whose pages may call the API, as a JSON list. `*` allows all; credentials are never cookies.",
    )
    upload_bytes_max: int = Field(
        200_000_000, ge=1, description="Largest file that may be uploaded, in bytes."
    )
    upload_parts_bytes_min: int = Field(
        16_000_000, ge=1, description="Smallest file that may be sent in parts (`MULTIPART`), in bytes."
    )
    upload_part_bytes: int = Field(
        8_388_608,
        ge=5_242_880,
        le=5_368_709_120,
        description="Length of the parts but the last, in bytes; more where a file would have over a hundred of them.",
    )
    upload_multipart_bytes_max: int = Field(
        5_000_000, ge=1, description="Largest file that may be sent through the API itself, in bytes."
    )
    upload_expires_seconds: int = Field(
        900, ge=10, le=604_800, description="How long a presigned upload request is good for."
    )
    import_seconds_max: float = Field(
        60.0,
        gt=0,
        description="Longest time that fetching a picture from an address may take, in seconds; `INTAKE_SECONDS_MAX` bounds the whole.",
    )
    import_ports: list[Annotated[int, Field(ge=1, le=65_535)]] = Field(
        default=[80, 443],
        description="Ports that pictures may be fetched from, as a JSON list. Only hosts of the public internet are asked, whatever is set here.",
    )
    housekeeping_seconds: float = Field(
        300.0,
        ge=1,
        description="How often the worker removes what abandoned uploads have left behind, in seconds.",
    )
    job_poll_seconds: float = Field(
        1.0,
        ge=0.05,
        description="How often a worker looks for jobs whose time has come, in seconds: how late something scheduled may be.",
    )
    job_silence_seconds: float = Field(
        20.0,
        ge=2,
        description="After how many seconds without a sign of life a worker is taken for dead, and its jobs are done by another.",
    )
    versions_kept: int | None = Field(
        None,
        ge=1,
        description="How many of the newest versions of an article are kept; older ones that were never published go. Absent: all are kept, "
        "unless `VERSION_DAYS_KEPT` is set. What was ever published is kept for ever.",
    )
    version_days_kept: float | None = Field(
        None,
        ge=0,
        description="How many days a version is kept that was never published. With `VERSIONS_KEPT`, only what is past both goes.",
    )
    preview_seconds_max: int = Field(
        604_800,
        ge=60,
        description="Longest time that a preview link may be good for, in seconds; one is for a day, or for so long if that is less, "
        "unless whoever makes it says otherwise.",
    )
    image_pixels_max: int = Field(
        100_000_000,
        ge=1,
        description="Largest picture that is accepted, in pixels (width × height × frames).",
    )
    image_frames_max: int = Field(
        1_000, ge=1, description="Most frames (of an animation) or pages that an accepted picture has."
    )
    image_ratio_max: float = Field(
        100.0,
        ge=1,
        description="How many times the longer side of an accepted picture may be the shorter one.",
    )
    c2pa_trust_anchors: Path | None = Field(
        None,
        description="File of certificates (PEM) of those whose content credentials are trusted. Absent: none; they are read all the same, if the extra `c2pa` is installed.",
    )
    rendition_processes: int = Field(
        2, ge=1, le=64, description="Processes that make renditions of pictures, for each server process."
    )
    rendition_seconds_max: float = Field(
        30.0, gt=0, description="Longest time that making one rendition may take, in seconds."
    )
    renditions_per_asset_max: int = Field(
        200,
        ge=10,
        description="Most renditions of a picture that are kept; beyond them the oldest give way, and are made anew when asked for.",
    )
    rendition_memory_bytes: int = Field(
        64_000_000,
        ge=0,
        description="Most bytes of renditions that a server process keeps in memory beside the bucket.",
    )
    original_disk_bytes: int = Field(
        64_000_000,
        ge=0,
        description="Most bytes of originals that a server process keeps for ten minutes in its temporary folder, for other sizes of the same pictures.",
    )
    avif_pixels_max: int = Field(
        400_000,
        ge=0,
        description="Largest rendition that is made as AVIF without being asked for, in pixels: AVIF is small, but slow to make.",
    )
    avif_job_pixels_max: int = Field(
        4_000_000,
        ge=0,
        description="Largest rendition that the worker makes as AVIF once a browser has asked for it that takes AVIF, in pixels. 0: none.",
    )
    body_characters_max: int = Field(1_000_000, ge=1, description="Longest Markdown body, in characters.")
    audit_retention_days: int | None = Field(
        None,
        ge=30,
        description="How long the worker keeps the entries of the audit log, in days. Absent: for ever.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe message that is logged."
    )
    introspection: bool = Field(
        True, description="Whether clients may read the schema through introspection."
    )
    graphiql: bool = Field(True, description="Whether /graphql shows GraphiQL in a browser.")
    request_bytes_max: int = Field(
        1_000_000, ge=1_000, description="Largest JSON request to /graphql, in bytes."
    )
    request_seconds_max: float = Field(
        15.0,
        gt=0,
        description="Longest time that a GraphQL request may take, in seconds, unless it takes in a file.",
    )
    intake_seconds_max: float = Field(
        180.0,
        gt=0,
        description="Longest time that a GraphQL request may take that takes in a file (`completeUpload`, `uploadAsset`, `importAsset`), in seconds; never "
        "shorter than `REQUEST_SECONDS_MAX`.",
    )
    request_body_seconds_max: float = Field(
        10.0,
        gt=0,
        description="Longest time that a client may take to send the body of a request, in seconds.",
    )
    upload_seconds_max: float = Field(
        60.0,
        gt=0,
        description="Longest time that an upload through the API itself may take to arrive, in seconds.",
    )
    suggestions: bool = Field(
        True, description="Whether error messages suggest names of the schema (“Did you mean …?”)."
    )
    document_characters_max: int = Field(
        200_000,
        ge=100,
        description="Longest GraphQL document, in characters; long texts belong in variables.",
    )
    document_tokens_max: int = Field(5_000, ge=10, description="Longest GraphQL document, in lexical tokens.")
    document_depth_max: int = Field(
        16, ge=1, description="Deepest nesting of fields in a document, fragments included."
    )
    introspection_depth_max: int = Field(
        16, ge=1, description="Deepest nesting of fields under `__schema` and `__type`."
    )
    introspection_fields_max: int = Field(
        400,
        ge=1,
        description="Most fields that an operation may select under `__schema` and `__type`, fragments counted wherever they are spread.",
    )
    document_fields_max: int = Field(
        2_000,
        ge=1,
        description="Most fields that an operation may select, fragments counted wherever they are spread.",
    )
    document_repeats_max: int = Field(
        50, ge=1, description="Most times that one selection set may name the same field."
    )
    document_aliases_max: int = Field(
        200,
        ge=0,
        description="Most aliases that an operation may use, fragments counted wherever they are spread.",
    )
    document_directives_max: int = Field(
        200,
        ge=0,
        description="Most directives that an operation may use, fragments counted wherever they are spread.",
    )
    document_root_fields_max: int = Field(
        30, ge=1, description="Most fields that an operation may select on its root type."
    )
    list_cost_max: int = Field(
        25_000,
        ge=1,
        description="Most objects that an operation could answer with, by the page sizes that it asks for.",
    )
    list_length_assumed: int = Field(
        10, ge=1, description="Length that the cost of an operation assumes for a list without pages."
    )
    page_length_default: int = Field(
        20, ge=1, description="Length of a page when neither `first` nor `last` is given."
    )
    variables_bytes_max: int = Field(
        1_000_000, ge=2, description="Largest variables of a request, as JSON in bytes."
    )
    variables_depth_max: int = Field(
        20,
        ge=1,
        description="Deepest nesting of lists and objects in variables and in literals of a document.",
    )
    document_cache_entries_max: int = Field(
        500, ge=0, description="Documents that a process keeps parsed and validated."
    )
    document_cache_bytes_max: int = Field(
        400_000,
        ge=0,
        description="Sum of the lengths of the kept documents; one over a twentieth of it is never kept.",
    )
    persisted_documents_max: int = Field(
        1_000, ge=0, description="Automatic persisted queries that a process remembers. 0 turns them off."
    )
    trusted_documents: Path | None = Field(
        None, description="JSON manifest of trusted documents. When set, only these run."
    )
    response_cache_bytes_max: int = Field(
        64_000_000,
        ge=0,
        description="Memory that a process may use to keep whole answers to anonymous queries, in bytes. 0 turns that cache off.",
    )
    response_cache_entries_max: int = Field(
        10_000, ge=1, description="Most answers that a process keeps in that cache."
    )
    response_cache_stale_seconds_max: float = Field(
        5.0,
        gt=0,
        description="Longest time that a kept answer is given without having heard from the database that it still holds, in seconds.",
    )
    events_poll_seconds: float = Field(
        1.0,
        gt=0,
        description="How often a process looks for events that nothing has announced, in seconds.",
    )
    events_kept_hours: float = Field(
        168.0, gt=0, description="How long the worker keeps events for those who follow them, in hours."
    )
    cache_seconds: int = Field(
        0, ge=0, description="How long a browser may keep a public answer (`max-age`), in seconds."
    )
    cache_shared_seconds: int = Field(
        60, ge=0, description="How long a CDN may keep a public answer (`s-maxage`), in seconds."
    )
    cache_revalidate_seconds: int = Field(
        30,
        ge=0,
        description="How long after that it may give the old one while it fetches a new one (`stale-while-revalidate`), in seconds.",
    )
    cache_tag_headers: list[Literal["surrogate-key", "cache-tag"]] = Field(
        default=["surrogate-key", "cache-tag"],
        description="Headers that name what an answer is made of, as a JSON list: `surrogate-key` for Fastly and Varnish, `cache-tag` for Cloudflare.",
    )
    cache_tag_header_bytes_max: int = Field(
        1_500,
        ge=100,
        le=16_000,
        description="Longest value of such a header, in bytes; beyond it the tags of single things give way to those of their lists.",
    )
    websocket_init_seconds_max: float = Field(
        10.0, gt=0, description="Longest time until a WebSocket client says `connection_init`, in seconds."
    )
    websocket_frame_bytes_max: int = Field(
        256_000, ge=1_000, description="Largest WebSocket message from a client, in bytes."
    )
    websocket_operations_max: int = Field(
        50, ge=1, description="Most operations that one WebSocket runs at the same time."
    )

    oidc_issuer: str | None = Field(
        None,
        description="Issuer whose bearer tokens are accepted, exactly as their `iss` has it. Absent: API tokens alone. [More](access.md#signing-in).",
    )
    oidc_audience: list[str] = Field(
        default=[],
        description="Audiences of which a token's `aud` must name one, as a JSON list. Needed with `OIDC_ISSUER`.",
    )
    oidc_jwks_url: str | None = Field(
        None, description="URL of the issuer's keys. Default: what its discovery document says."
    )
    oidc_role_claim: str = Field(
        "roles",
        description="Claim that names somebody's roles: its name, or the path to it, as in `realm_access.roles`.",
    )
    oidc_roles: dict[str, str] = Field(
        default={},
        description="Which value of that claim gives which role, built-in or custom, as a JSON object; the first that fits.",
    )
    oidc_default_role: str | None = Field(
        None,
        description="Role of somebody whose token names no role of `OIDC_ROLES`, and who has none that was given here. Absent: they are not let in.",
    )
    oidc_algorithms: list[
        Literal["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
    ] = Field(
        default=["RS256", "ES256", "EdDSA"],
        min_length=1,
        description="Algorithms by which a token may be signed, as a JSON list.",
    )
    oidc_leeway_seconds: int = Field(
        30, ge=0, le=600, description="How far the issuer's clock may be off, in seconds."
    )
    oidc_jwks_cache_seconds: float = Field(
        600.0, ge=1, le=86_400, description="How long the issuer's keys are kept, in seconds."
    )

    @field_validator("oidc_issuer", "oidc_jwks_url")
    @classmethod
    def url_that_nobody_listens_to(cls, value: str | None) -> str | None:
        """Check that it is an https URL, or one of this machine."""
        if value is None:
            return None
        url = AnyHttpUrl(value)
        if url.scheme != "https" and url.host not in {"localhost", "127.0.0.1", "[::1]"}:
            raise ValueError("must be an https URL: whoever listens on the way could send keys of their own")
        return value

    @model_validator(mode="after")
    def audience_with_issuer(self) -> Self:
        """Check that the tokens of an issuer must be meant for Kiosque."""
        if self.oidc_issuer is not None and not self.oidc_audience:
            raise ValueError(
                "OIDC_ISSUER needs OIDC_AUDIENCE: a token that is meant for another program is not good here"
            )
        return self

    @field_validator("s3_endpoint", "s3_public_endpoint", "public_url")
    @classmethod
    def url_without_slash(cls, value: str | None) -> str | None:
        """Check that it is an http(s) URL and drop the slash at its end."""
        return None if value is None else str(AnyHttpUrl(value)).rstrip("/")

    @property
    def base_url(self) -> str:
        """The URL under which clients reach this instance, without a slash at its end."""
        host = "localhost" if self.host in {"", "0.0.0.0", "::"} else self.host  # noqa: S104  (recognised, not listened on)
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


@lru_cache(maxsize=1)
def settings_from_environment() -> Settings:
    """Read the environment once."""
    return Settings()  # pyright: ignore[reportCallIssue]  (pydantic-settings fills the fields)


PROJECT_ROOT = Path(__file__).resolve().parent.parent
