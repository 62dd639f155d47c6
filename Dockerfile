# The image of `cms serve` and `cms worker`: Kiosque and its libraries, without the engines of `cms up`.
# Another base that has Python 3.11 or newer: --build-arg PYTHON=…
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /opt/kiosque
COPY requirements.txt ./
RUN python -m venv .venv \
    && .venv/bin/pip install --require-hashes --no-deps --requirement requirements.txt \
    && .venv/bin/pip uninstall --yes pip setuptools
COPY cms ./cms
COPY alembic ./alembic
COPY schema ./schema
# What runs later may not write, so the bytecode is made here.
RUN printf '#!/opt/kiosque/.venv/bin/python\nimport sys\n\nfrom cms.cli import main\n\nif __name__ == "__main__":\n    sys.exit(main())\n' > .venv/bin/cms \
    && chmod +x .venv/bin/cms \
    && .venv/bin/python -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'kiosque.pth').write_text('/opt/kiosque')" \
    && .venv/bin/python -m compileall -q cms

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Kiosque" \
      org.opencontainers.image.description="A headless CMS for publishers, over GraphQL" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/kiosque/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000
RUN groupadd --gid 10001 kiosque \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kiosque
COPY --from=builder /opt/kiosque /opt/kiosque
WORKDIR /opt/kiosque
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/readyz\", timeout=4)"]
CMD ["cms", "serve"]
