#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/setup.sh [SECTION...]   install what ci/packages.txt lists (default: all sections)
#
# Changes nothing and needs no network when everything is there. Asks nothing, starts no daemon.
# The section "emulated" also fetches sources for firmware (ci/firmware_sources.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

list=ci/packages.txt
log=
missing= # lines "name kind"

say() { printf 'setup: %s\n' "$*"; }
die() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# "name optional?" of every package of the wanted sections.
wanted() {
    awk -v sections=" $* " '
        /^# section:/ { current = $3; next }
        /^#/ || NF == 0 { next }
        sections == "  " || index(sections, " " current " ") {
            print $1, ($0 ~ /# optional:/ ? "optional" : "needed")
        }' "$list"
}

check_sections() {
    local section
    for section in "$@"; do
        grep -qx "# section: $section" "$list" ||
            die "no section \"$section\" in $list; there are:" \
                "$(sed -n 's/^# section: //p' "$list" | tr '\n' ' ')"
    done
}

# Reads "name kind" lines, writes those that are not installed.
not_installed() {
    local installed
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
    awk 'NR == FNR { have[$1] = 1; next } !($1 in have)' <(printf '%s\n' "$installed") -
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n -- "$@"
    fi
}

check_root() {
    [ "$(id -u)" -eq 0 ] && return
    command -v sudo >/dev/null || die "needs root to install:$1; run it as root"
    sudo -n true 2>/dev/null ||
        die "needs root to install:$1; run \"sudo ci/setup.sh\" once, then go on without it"
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true NEEDRESTART_MODE=l \
        apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -qq "$@" \
        >"$log" 2>&1
}

apt_failed() {
    tail -n 20 "$log" >&2
    die "apt-get $1 failed (above). Is there a network, and are the package sources right?" \
        "Missing:$2"
}

# Debian asks this file whether an installed daemon may be started (invoke-rc.d); one that stands
# there already is left as it is.
forbid_daemons() {
    [ -e /usr/sbin/policy-rc.d ] && return
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
    as_root chmod 755 /usr/sbin/policy-rc.d
}

made_policy=no
clean_up() {
    [ "$made_policy" = no ] || as_root rm -f /usr/sbin/policy-rc.d
    [ -z "$log" ] || rm -f "$log"
}

# Not at the next boot either; only those that we brought.
disable_daemons() {
    local unit
    [ -d /run/systemd/system ] || return 0
    for unit in mosquitto nginx; do
        case " $* " in
        *" $unit "* | *" $unit-light "*)
            as_root systemctl disable --now "$unit.service" >/dev/null 2>&1 ||
                say "could not disable $unit.service; it may start at the next boot"
            ;;
        esac
    done
}

# Of "name kind" lines: names that apt knows; an unknown one is fatal unless it is optional.
available() {
    local name kind
    while read -r name kind; do
        if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
            printf '%s\n' "$name"
        elif [ "$kind" = optional ]; then
            say "$name is not in this distribution; going on without it" >&2
        else
            die "no package $name in the package sources of this machine (Debian 12 has it)"
        fi
    done
}

install() {
    local names=$1
    check_root " $names"
    log=$(mktemp)
    trap clean_up EXIT
    say "installing: $names"
    apt update || apt_failed update " $names"
    names=$(available <<<"$missing" | tr '\n' ' ')
    [ -n "$names" ] || return 0
    forbid_daemons
    # shellcheck disable=SC2086 # one word a package
    apt install -y --no-install-recommends $names || apt_failed install " $names"
    disable_daemons "$names"
}

install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "this is not Debian or Ubuntu: install the counterparts of $list yourself"
        return
    fi
    missing=$(wanted "$@" | not_installed)
    [ -n "$missing" ] || return 0
    # Only optional packages are missing, and this distribution has none of them: nothing to do.
    if ! grep -q ' needed$' <<<"$missing" && [ -z "$(available <<<"$missing" 2>/dev/null)" ]; then
        return
    fi
    install "$(awk '{ print $1 }' <<<"$missing" | tr '\n' ' ')"
}

main() {
    check_sections "$@"
    install_packages "$@"
    case " $* " in
    "  " | *" emulated "*) ci/firmware_sources.sh || say "no firmware for emulated boards" >&2 ;;
    esac
}

main "$@"
