# The daemon in a container; see docs/installing.md. `docker build -t day-newsfeed .`
ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /src
# Packages change seldom: a layer of their own, at the versions and hashes of the lock.
# Wheels only, for the image has no compiler; feedgen, pure Python, ships none.
COPY locks/runtime.txt locks/
RUN python -m venv /opt/day-newsfeed/.venv \
    && /opt/day-newsfeed/.venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --no-binary feedgen --require-hashes -r locks/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/day-newsfeed/.venv/bin/python -m hatchling build -t wheel -d /tmp/wheel \
    && /opt/day-newsfeed/.venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --no-index --no-deps /tmp/wheel/*.whl

FROM python:${PYTHON}
# Fixed numbers, so that the owner of a volume or a bind mount can be set beforehand.
RUN groupadd --gid 10001 newsfeed \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data \
        --shell /usr/sbin/nologin newsfeed \
    && install -d -o 10001 -g 10001 /data \
    && install -d /config
COPY --from=build /opt/day-newsfeed /opt/day-newsfeed
ENV PATH=/opt/day-newsfeed/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    AGGREGATOR_CONFIG=/config/sources.yaml \
    AGGREGATOR_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 \
    CMD ["aggregator", "healthcheck"]
ENTRYPOINT ["aggregator"]
CMD ["run"]
