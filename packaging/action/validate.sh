#!/usr/bin/env bash
# Runs `voxev validate` with annotations and a SARIF report. Writes `errors` and `sarif` to
# $GITHUB_OUTPUT.
#
# VOXEV: the program. VOXEV_FILES, VOXEV_ARGUMENTS, VOXEV_SARIF, VOXEV_FAIL: the inputs files,
# arguments, sarif and fail-on-error of the action.
set -euo pipefail

fail() { printf '::error title=voxev::%s\n' "$1"; exit 2; }

case $VOXEV_SARIF in *$'\n'*) fail 'the input sarif must be one line' ;; esac
case $VOXEV_FAIL in true | false) ;; *) fail 'the input fail-on-error must be true or false' ;; esac

command=("$VOXEV" validate --format github)
if [ -n "$VOXEV_SARIF" ]; then command+=(--report "sarif=$VOXEV_SARIF"); fi
while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then command+=("$line"); fi
done <<< "$VOXEV_ARGUMENTS"
# What follows is a file, even if it begins with a dash.
command+=(--)
while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then command+=("$line"); fi
done <<< "$VOXEV_FILES"

exit_code=0
# Without files, voxev must not wait for standard input.
"${command[@]}" < /dev/null || exit_code=$?
{
    if [ "$exit_code" = 1 ]; then echo 'errors=true'; else echo 'errors=false'; fi
    if [ -n "$VOXEV_SARIF" ] && [ -f "$VOXEV_SARIF" ]; then printf 'sarif=%s\n' "$VOXEV_SARIF"; fi
} >> "$GITHUB_OUTPUT"
if [ "$exit_code" = 1 ] && [ "$VOXEV_FAIL" = false ]; then exit_code=0; fi
exit "$exit_code"
