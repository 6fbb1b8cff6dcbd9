# The image of a site: Node.js, the libraries it loads, the bundled site with its page, models and catalogue, and
# nothing else: no shell, no package manager. Build it with ./build.sh, run it with ./deploy.sh.
# Why it is so: docs/decisions/0012-the-container.md.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20

# Gives the files of the platform that the image is for; nothing in it is run, so building for another needs no emulator.
FROM ${NODE_IMAGE} AS platform

FROM --platform=${BUILDPLATFORM} ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/package.json apps/cli/
COPY apps/site/package.json apps/site/
COPY apps/web/package.json apps/web/
COPY packages/client/package.json packages/client/
COPY packages/contracts/package.json packages/contracts/
COPY packages/geometry/package.json packages/geometry/
COPY packages/sklearn/package.json packages/sklearn/
COPY packages/vectors/package.json packages/vectors/
RUN --mount=type=cache,target=/root/.npm npm ci --workspace @chamfer/site --workspace @chamfer/web
COPY . .
ARG TARGETARCH
ARG SOURCE_DATE_EPOCH=0
RUN --mount=type=bind,from=platform,target=/platform \
    node scripts/assemble-image.ts /platform /image "${TARGETARCH}" "${SOURCE_DATE_EPOCH}"

FROM scratch
# The runtime changes with Node.js, the site with every commit: two layers, so that an upgrade moves only the second.
COPY --from=build /image/runtime /
COPY --from=build /image/site /
COPY --from=build --chown=65532:65532 /image/volume /
# Else glibc keeps what was freed in up to eight heaps a processor.
ENV PATH=/usr/local/bin \
    MALLOC_ARENA_MAX=2 \
    NODE_ENV=production \
    CHAMFER_DATA=/data \
    CHAMFER_HOST=0.0.0.0 \
    CHAMFER_PORT=8000 \
    CHAMFER_GRPC_PORT=8001
USER 65532:65532
VOLUME /data
EXPOSE 8000 8001
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "/app/healthcheck.mjs"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/apps/site/dist/main.js"]
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Chamfer" \
      org.opencontainers.image.description="Serves a pretrained geometry model and its design recommendations." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
