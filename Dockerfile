# Three stages on Debian 12: the pages' files of others, the build, and what the program
# needs to run.
FROM debian:bookworm-slim AS web
WORKDIR /src
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates default-jre-headless maven \
 && rm -rf /var/lib/apt/lists/*
COPY scripts/setup scripts/common.sh scripts/
COPY deps/pom.xml deps/
RUN scripts/setup --web

FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/packages.txt scripts/
# All but the private stack, which stands last in the list.
RUN apt-get update \
 && sed -e '/^# The private stack/,$d' -e '/^#/d' scripts/packages.txt \
    | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends \
 && rm -rf /var/lib/apt/lists/*
COPY . .
COPY --from=web /src/.local/web .local/web
RUN cmake --preset release && ninja -C build/release bankslip && strip build/release/bankslip

FROM debian:bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates curl fonts-liberation libcaf-core0.17 libcpp-httplib0.11 libcurl4 \
      libhpdf-2.3.0 libidn2-0 libpq5 libpqxx-6.4 libprometheus-cpp-core1.0 libqrencode4 librdkafka1 \
      libssl3 libutf8proc2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin bankslip
COPY --from=build /src/build/release/bankslip /usr/local/bin/bankslip
USER bankslip
WORKDIR /tmp
# In a container the network is the container's own; the API starts there with keys
# (API_KEYS_FILE), or with AUTH=off for everybody.
ENV SERVER_HOST=0.0.0.0 SERVER_PORT=8000 ADMIN_HOST=127.0.0.1 ADMIN_PORT=9464 LOG_FORMAT=json
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
  CMD curl -fsS -o /dev/null http://127.0.0.1:9464/healthz
ENTRYPOINT ["bankslip"]
CMD ["serve"]
