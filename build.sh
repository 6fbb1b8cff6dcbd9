#!/usr/bin/env bash
# Builds the container image of this checkout with docker or podman and tags it with its version and commit.
set -euo pipefail
readonly called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
# For say, fail and choose_engine.
# shellcheck source=deploy.sh
source ./deploy.sh

readonly REPOSITORY=localhost/chamfer

usage() {
  cat <<END
Usage: ./build.sh [OPTION ...]

Builds $REPOSITORY:VERSION-COMMIT and tags it $REPOSITORY:latest too.

Options
  --archive FILE     Write the image into one compressed file, which \`deploy.sh --archive FILE\` loads on a machine
                     without a registry.
  --platform OS/ARCH Build for another platform, such as linux/arm64 (default: this machine's).
  --base IMAGE       Base image instead of the one pinned in the Dockerfile; any with Node.js 24 and npm on Debian.
  --engine NAME      docker or podman (default: the first of the two that answers).
  --help             Print this.

Examples
  ./build.sh && ./deploy.sh
  ./build.sh --archive chamfer.tar.gz
END
}

# Writes through a neighbour, so that the archive is never half of one.
write_archive() {
  say "Writing $archive ..."
  trap 'rm -f "$archive.part"' EXIT
  "$engine" save "$@" | gzip -9n >"$archive.part"
  mv "$archive.part" "$archive"
  say "$archive has $(($(wc -c <"$archive") / 1000000)) MB."
}

build() {
  local version commit epoch
  version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
  commit=$(git rev-parse --short=12 HEAD 2>/dev/null) || commit=unknown
  epoch=$(git log -1 --format=%ct 2>/dev/null) || epoch=0
  if [[ -n $(git status --porcelain 2>/dev/null) ]]; then commit+=-modified; fi
  local tag=$REPOSITORY:$version-$commit
  local arguments=(
    --tag "$tag"
    --tag "$REPOSITORY:latest"
    --build-arg "VERSION=$version"
    --build-arg "REVISION=$commit"
    --build-arg "SOURCE_DATE_EPOCH=$epoch"
  )
  [[ -z $platform ]] || arguments+=(--platform "$platform")
  [[ -z $base ]] || arguments+=(--build-arg "NODE_IMAGE=$base")
  # podman's own format has no health check.
  [[ $engine == docker ]] || arguments+=(--format docker)
  say "Building $tag with $engine ..."
  DOCKER_BUILDKIT=1 "$engine" build "${arguments[@]}" .
  say "Built $tag: $(($("$engine" image inspect --format '{{.Size}}' "$tag") / 1000000)) MB unpacked."
  if [[ -n $archive ]]; then
    write_archive "$tag" "$REPOSITORY:latest"
    say "Next, on the other machine:  ./deploy.sh --archive $(basename "$archive")    (copy deploy.sh and the archive there)"
  else
    say 'Next:  ./deploy.sh    (where it is deployed already: ./deploy.sh --upgrade)'
  fi
}

main() {
  # Global, because what runs when the script ends reads it too.
  archive=''
  local platform='' base='' wanted='' engine=''
  while (($# > 0)); do
    case $1 in
      --help | -h) usage; return ;;
      --archive | --platform | --base | --engine)
        (($# >= 2)) || fail "$1 needs a value. See --help."
        case $1 in
          --archive) if [[ $2 == /* ]]; then archive=$2; else archive=$called_from/$2; fi ;;
          --platform) platform=$2 ;;
          --base) base=$2 ;;
          --engine) wanted=$2 ;;
        esac
        shift
        ;;
      *) fail "Unknown option $1. See --help." ;;
    esac
    shift
  done
  choose_engine "$wanted"
  build
}

main "$@"
