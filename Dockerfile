# Four stages: the pages' files of others, the build, which shared libraries the program
# needs, and the image itself. Another Debian: --build-arg BASE=debian:bookworm-slim.
ARG BASE=debian:trixie-slim

FROM ${BASE} AS web
WORKDIR /src
# Without a place for manuals, as slim images are, Java's package does not install.
# hadolint ignore=DL3008
RUN mkdir -p /usr/share/man/man1 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates default-jre-headless maven \
 && rm -rf /var/lib/apt/lists/*
COPY scripts/setup scripts/common.sh scripts/
COPY deps/pom.xml deps/
RUN scripts/setup --web

FROM ${BASE} AS build
WORKDIR /src
COPY scripts/packages.txt scripts/
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# All but the private stack, which stands last in the list.
# hadolint ignore=DL3008
RUN apt-get update \
 && sed -e '/^# The private stack/,$d' -e '/^#/d' scripts/packages.txt \
    | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends \
 && rm -rf /var/lib/apt/lists/*
COPY . .
COPY --from=web /src/.local/web .local/web
# At a time; empty: one for each core.
ARG BUILD_JOBS=
# A second build compiles only what has changed.
RUN --mount=type=cache,target=/root/.cache/ccache \
    cmake --preset release -DBANKSLIP_TESTS=OFF \
 && ninja -C build/release ${BUILD_JOBS:+-j "$BUILD_JOBS"} bankslip \
 && strip -o /usr/local/bin/bankslip build/release/bankslip
# The packages of its shared libraries by their names on this Debian.
RUN ldd /usr/local/bin/bankslip | awk '$2 == "=>" {print $3}' | xargs realpath \
    | xargs dpkg-query -S | cut -d : -f 1 | sort -u >/usr/local/share/libraries.txt

FROM ${BASE}
COPY --from=build /usr/local/share/libraries.txt /usr/local/share/
# curl asks for the health. Slips are written in the fonts where the reader has no letter;
# tzdata has the clocks of EMAIL_SCHEDULE.
# hadolint ignore=DL3008
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive xargs -a /usr/local/share/libraries.txt \
      apt-get install -y --no-install-recommends ca-certificates curl fonts-liberation openssl tzdata \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && useradd --system --uid 10001 --user-group --home-dir /var/lib/bankslip --create-home \
      --shell /usr/sbin/nologin bankslip
COPY --from=build /usr/local/bin/bankslip /usr/local/bin/
# By its number, so that an orchestrator sees that it is not root.
USER 10001:10001
# The program itself writes no file: this is for those who give it one, such as a ledger.
WORKDIR /var/lib/bankslip
# In a container the network is the container's own; the API starts there with keys
# (API_KEYS_FILE), or with AUTH=off for everybody.
ENV SERVER_HOST=0.0.0.0 SERVER_PORT=8000 ADMIN_HOST=127.0.0.1 ADMIN_PORT=9464 LOG_FORMAT=json
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=10s --start-period=30s --retries=6 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:9464/healthz"]
ENTRYPOINT ["bankslip"]
CMD ["serve"]
# Last, since they change with every commit.
ARG VERSION=0.1.0
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="bankslip" \
      org.opencontainers.image.description="Turns CSV files of debts into bank slips and e-mails" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
