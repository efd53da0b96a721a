# One image for every process: web, worker, beat, migrate and, for trying it out, the mail catcher.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /app
COPY requirements.lock .
# Every package is checked against its hash.
RUN /app/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md ./
COPY alerts alerts
COPY workers workers
RUN /app/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin oncofertility \
 && install --directory --owner oncofertility --mode 0700 /var/lib/oncofertility-mail
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1
USER oncofertility
WORKDIR /tmp
EXPOSE 8765
HEALTHCHECK NONE
CMD ["oncofertility", "web", "--host", "0.0.0.0"]
