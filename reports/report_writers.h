/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of report_formats[], one file each. */
#ifndef REPORT_WRITERS_H
#define REPORT_WRITERS_H

#include "reports/report.h"

typedef enum assay_status report_fn(const struct run_record *run, const char *run_dir,
                                    struct buf *out, struct assay_error *err);

report_fn report_json, report_html, report_junit, report_markdown, report_tap, report_sarif,
    report_device_advisor;

#endif
