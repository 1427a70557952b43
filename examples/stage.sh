#!/usr/bin/env bash
# stage.sh NAME PROFILE OUT: builds the example NAME, or the plugin in the folder NAME, and assembles in OUT what
# its package holds. PROFILE is debug or release. Afterwards `sprocket pack OUT` makes the package.
set -euo pipefail
[ $# = 3 ] || { echo "usage: $0 NAME debug|release OUT" >&2; exit 2; }
profile=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
case $1 in */*) source=$1 ;; *) source=$here/$1 ;; esac
name=$(basename "$source")
platform=x86_64-unknown-linux-gnu
library=$out/lib/$platform/lib$name.so
[ -f "$source/plugin.json" ] || { echo "there is no plugin.json in $source" >&2; exit 2; }

rm -rf "$out"
mkdir -p "$(dirname "$library")"
for part in plugin.json locales web README.md CHANGELOG.md; do
  [ ! -e "$source/$part" ] || cp -R "$source/$part" "$out/"
done
if [ -f "$source/Cargo.toml" ]; then
  flags=()
  [ "$profile" = debug ] || flags+=(--profile "$profile")
  cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p "$name" "${flags[@]}"
  cp "${CARGO_TARGET_DIR:-$root/target}/$profile/lib$name.so" "$library"
else
  [ "$profile" = debug ] && optimise=-O0 || optimise=-O2
  cc -std=c99 -Wall -Wextra "$optimise" -shared -fPIC -fvisibility=hidden \
    -I "$root/crates/plugin-sdk/include" -o "$library" "$source"/*.c
fi
chmod 0644 "$library"
