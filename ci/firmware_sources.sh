#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/firmware_sources.sh [--where]   fetch what the firmware of the emulated boards is built from
#
# The source packages of lwIP, BearSSL, mbedTLS and wolfSSL come from the distribution's own
# mirrors, through apt with lists and sources of our own: nothing of the system changes, and no root
# is needed. They go to $ASSAY_SOURCES_DIR, or ~/.cache/assay/sources. Quiet, and quick when they
# are there. --where prints that folder and does nothing else.
set -euo pipefail

folder=${ASSAY_SOURCES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/sources}
packages=(lwip bearssl mbedtls wolfssl)
work=

die() {
    printf 'firmware_sources: %s\n' "$*" >&2
    exit 1
}

clean_up() {
    [ -z "$work" ] || rm -rf "$work"
}

missing_packages() {
    local name
    for name in "${packages[@]}"; do
        [ -f "$folder/$name/.complete" ] || printf '%s\n' "$name"
    done
}

# The machine's own binary sources of its own release, as sources of source packages.
derive_sources() {
    local codename=$1
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -f "$file" ] || continue
        awk -v codename="$codename" '
            $1 == "deb" {
                suite = $2 ~ /^\[/ ? 0 : 3
                for (i = 2; !suite && i <= NF; i++) if ($i ~ /\]$/) suite = i + 2
                if ($suite == codename || index($suite, codename "-") == 1) {
                    $1 = "deb-src"
                    print
                }
            }' "$file" >>"$work/sources.list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        awk -v codename="$codename" -v RS= '
            /(^|\n)Types:[^\n]*deb/ && $0 ~ "(^|\n)Suites:[^\n]*[ \t]" codename "([-/ \t\n]|$)" {
                sub(/Types:[^\n]*/, "Types: deb-src")
                print $0 "\n"
            }' "$file" >>"$work/parts/$(basename "$file")"
    done
}

private_apt() {
    apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" \
        -o "Dir::Etc::SourceParts=$work/parts" -o "Dir::State::Lists=$work/lists" \
        -o "Dir::Cache=$work/cache" -o Acquire::Languages=none -o Acquire::Retries=3 \
        -o APT::Sandbox::User=root "$@" >>"$work/log" 2>&1
}

# Unpacked beside where it goes to, so that half a package is never taken for one.
fetch() {
    local name=$1
    local unpacked
    mkdir -p "$work/unpack/$name"
    (cd "$work/unpack/$name" && private_apt source "$name") || {
        tail -n 3 "$work/log" >&2
        die "apt-get source $name failed (above): no network, or no such source package"
    }
    unpacked=$(find "$work/unpack/$name" -mindepth 1 -maxdepth 1 -type d)
    [ -d "$unpacked" ] || die "the source package $name has no folder"
    rm -rf "$folder/$name.new" "${folder:?}/$name"
    mv "$unpacked" "$folder/$name.new"
    basename "$unpacked" >"$folder/$name.new/.complete"
    mv "$folder/$name.new" "$folder/$name"
}

main() {
    local names name codename
    if [ "${1:-}" = --where ]; then
        printf '%s\n' "$folder"
        return
    fi
    [ $# -eq 0 ] || die "unknown word \"$1\"; there is --where"
    [ -n "$(missing_packages)" ] || return 0
    command -v apt-get >/dev/null ||
        die "no apt-get: put the sources of ${packages[*]} into $folder"
    command -v dpkg-source >/dev/null || die "no dpkg-source: install dpkg-dev"
    mkdir -p "$folder"
    exec 9>"$folder/.lock"
    flock 9
    names=$(missing_packages)
    [ -n "$names" ] || return 0
    work=$(mktemp -d "$folder/.work.XXXXXX")
    trap clean_up EXIT
    mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"
    : >"$work/sources.list"
    # shellcheck disable=SC1091
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    [ -n "$codename" ] || die "/etc/os-release names no release"
    derive_sources "$codename"
    private_apt update || {
        tail -n 3 "$work/log" >&2
        die "apt-get update failed (above): is there a network?"
    }
    for name in $names; do
        fetch "$name"
    done
}

main "$@"
