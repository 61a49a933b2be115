#!/usr/bin/env bash
# Downloads the release of voxev for this runner and checks it, unless a program is given. Writes its
# path to $GITHUB_OUTPUT as `program`.
#
# VOXEV_PATH, VOXEV_VERSION, VOXEV_REPOSITORY: the inputs path, version and repository of the action.
set -euo pipefail

fail() { printf '::error title=voxev::%s\n' "$1"; exit 2; }

installed() {
    "$1" --version
    printf 'program=%s\n' "$1" >> "$GITHUB_OUTPUT"
}

if [ -n "$VOXEV_PATH" ]; then
    case $VOXEV_PATH in *$'\n'*) fail 'the input path must be one line' ;; esac
    [ -f "$VOXEV_PATH" ] || fail 'the input path names no file'
    installed "$(cd "$(dirname "$VOXEV_PATH")" && pwd)/$(basename "$VOXEV_PATH")"
    exit
fi

version=$VOXEV_VERSION
if [ -z "$version" ]; then
    manifest=$(dirname "${BASH_SOURCE[0]}")/../../Cargo.toml
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$manifest" | head -n 1)
fi
# These become parts of a URL and of a path.
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail 'the input version is not one, such as 0.1.0'
[[ $VOXEV_REPOSITORY =~ ^[0-9A-Za-z_.-]+/[0-9A-Za-z_.-]+$ ]] || fail 'the input repository is not OWNER/NAME'

case $RUNNER_ARCH in
    X64) cpu=x86_64 ;;
    ARM64) cpu=aarch64 ;;
    *) fail "there is no release of voxev for $RUNNER_ARCH: build one and use the input path" ;;
esac
extension=tgz
suffix=
case $RUNNER_OS in
    # Static, so that it runs on any distribution.
    Linux) platform=unknown-linux-musl ;;
    macOS) platform=apple-darwin ;;
    # Windows runs the program for x86-64 on ARM, too.
    Windows) platform=pc-windows-msvc cpu=x86_64 extension=zip suffix=.exe ;;
    *) fail "there is no release of voxev for $RUNNER_OS: build one and use the input path" ;;
esac

name=voxev-$version-$cpu-$platform
archive=$name.$extension
folder=$RUNNER_TEMP/$name
releases=${GITHUB_SERVER_URL:-https://github.com}/$VOXEV_REPOSITORY/releases/download/v$version
mkdir -p "$folder"
cd "$folder"
for file in SHA256SUMS "$archive"; do
    curl --fail --silent --show-error --location --retry 3 --output "$file" "$releases/$file" ||
        fail "cannot download $releases/$file"
done

awk -v name="$archive" '$2 == name || $2 == "*" name' SHA256SUMS > expected
[ -s expected ] || fail "SHA256SUMS does not list $archive"
if command -v sha256sum > /dev/null; then check=sha256sum; else check='shasum -a 256'; fi
# shellcheck disable=SC2086 # a command and its options
$check --check expected || fail "the checksum of $archive is wrong"

case $extension in
    tgz) tar -xzf "$archive" ;;
    zip) unzip -q -o "$archive" ;;
esac
installed "$folder/$name/voxev$suffix"
