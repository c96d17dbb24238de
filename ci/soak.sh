#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# soak.sh [MINUTES] [--build DIR] [--cycles N] [--seed N] [--pause SECONDS]
#
# Runs assay-mock for MINUTES (60) with faults on while good, rude, broken and slow clients come and
# go, and fails when memory or descriptors grow, or when anything is missing in its events.
# docs/performance.md says more.
exec "$(command -v python3)" -B "$(dirname "$0")/soak.py" "$@"
