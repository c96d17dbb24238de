/* SPDX-License-Identifier: Apache-2.0 */
/* What a run will do, in words: one line a board, or the whole plan. */
#ifndef CLI_FORECAST_H
#define CLI_FORECAST_H

#include "run/run.h"

/* ctx: struct buf *. "virtual/bearssl: 24 cases, 52 connections, about 1 s (...)". */
enum assay_status forecast_line(void *ctx, const struct run_forecast *f);

/* ctx: struct buf *. The line, then the cases below the controls that bracket them. */
enum assay_status forecast_plan(void *ctx, const struct run_forecast *f);

#endif
