# One image for web, worker and beat: only the command differs.
# Every wheel brings its own libraries; apt only installs tesseract, which reads scanned pages.

FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    EMBEDDING_MODEL_DIR=/opt/models/granite-embedding-30m-english

FROM base AS build
RUN python -m venv /opt/venv
COPY bin/lock/worker.txt /build/
RUN pip install --no-cache-dir --require-hashes --no-deps -r /build/worker.txt
# The embedding model, so that containers start without a network and with the same weights.
WORKDIR /build
COPY vectorstores/embeddings vectorstores/embeddings
RUN python -c "import os, pathlib; from vectorstores.embeddings.granite import build; build(pathlib.Path(os.environ['EMBEDDING_MODEL_DIR']))"

FROM base
# More languages are more packages, such as tesseract-ocr-deu, and the setting OCR_LANGUAGES.
RUN apt-get update && apt-get install --yes --no-install-recommends tesseract-ocr \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home app && install --directory --owner=app --group=app /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/models /opt/models
WORKDIR /app
COPY LICENSE NOTICE manage.py ./
COPY config config
COPY ingestion ingestion
COPY vectorstores vectorstores
# By number, so that Kubernetes can tell that it is not root.
USER 10001
EXPOSE 8000
# Of the web process; docker-compose.yml has the worker's.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8000/readyz', timeout=5)"]
# Threads, since a request mostly waits. WEB_CONCURRENCY is the number of processes.
CMD ["gunicorn", "config.wsgi", "--config=python:config.gunicorn", "--bind=0.0.0.0:8000", \
     "--worker-class=config.web.Worker", "--threads=8", "--keep-alive=75", "--graceful-timeout=30", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--access-logfile=-"]
