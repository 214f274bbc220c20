# quietfeed in a container: `docker compose run --rm quietfeed init`, see docs/install.md. What it keeps is in /data.

FROM python:3.13-slim AS build
# Those of a fleet, docs/fleet.md: --build-arg REQUIREMENTS=requirements-fleet.txt; with the local page, docs/desk.md:
# --build-arg REQUIREMENTS=requirements-desk.txt
ARG REQUIREMENTS=requirements.txt
WORKDIR /sources
COPY requirements.txt requirements-desk.txt requirements-fleet.txt requirements-build.txt ./
RUN python -m venv /opt/quietfeed \
    && /opt/quietfeed/bin/pip install --no-cache-dir --require-hashes -r $REQUIREMENTS \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.txt
COPY . .
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/quietfeed/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.13-slim
RUN groupadd --gid 10001 quietfeed \
    && useradd --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin quietfeed \
    && install -d -o quietfeed -g quietfeed -m 700 /data
COPY --from=build /opt/quietfeed /opt/quietfeed
ENV PATH=/opt/quietfeed/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    QUIETFEED_CONFIG=/data/config.yaml \
    QUIETFEED_STATE_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
# A sweep may take minutes the first time; after that, none for an hour is a reason to look. A warning (1) is no reason
# to start anew, and an engine knows no other bad health than 1.
HEALTHCHECK --interval=10m --timeout=1m --start-period=30m --retries=2 \
    CMD ["sh", "-c", "quietfeed status --check || [ $? -eq 1 ]"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["quietfeed"]
CMD ["run"]
