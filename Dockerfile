# The daemon in a container: docs/operator.md, "In a container".

# What `npm publish` would send, installed: native code of pkcs11js included.
FROM node:20-bookworm-slim AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm pack --silent --pack-destination /tmp \
  && npm install --global --prefix /opt/tuf-on-git /tmp/tuf-on-git-*.tgz

FROM node:20-bookworm-slim
# Empty for an image without SoftHSM; or the Debian package of another token's PKCS#11 module.
ARG TOKEN_PACKAGE=softhsm2
RUN apt-get update \
  && apt-get install --yes --no-install-recommends git tini ${TOKEN_PACKAGE} \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --user-group --uid 10001 --home-dir /srv/tuf --shell /usr/sbin/nologin tuf \
  && install --directory --owner tuf --group tuf --mode 0755 /srv/tuf
COPY --from=build /opt/tuf-on-git /opt/tuf-on-git
ENV PATH=/opt/tuf-on-git/bin:$PATH
# Where the health check asks: another address where config.json names one.
ENV READY_URL=http://127.0.0.1:8081/readyz
USER tuf
WORKDIR /srv/tuf
VOLUME /srv/tuf
EXPOSE 8080 8081
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.READY_URL).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "tuf-on-git"]
CMD ["serve", "/srv/tuf/home"]
