/* SPDX-License-Identifier: Apache-2.0 */
#include "report_writers.h"

#include <stddef.h>
#include <string.h>

const struct report_format report_formats[] = {
    {"json", "run.json", "everything, canonical (schema in reports/schema)", report_json},
    {"html", "report.html", "one self-contained page with the evidence", report_html},
    {"junit", "junit.xml", "for GitLab, Jenkins and other CI systems", report_junit},
    {"markdown", "summary.md", "a summary to read or to post", report_markdown},
    {"tap", NULL, "Test Anything Protocol 13", report_tap},
    {"sarif", NULL, "SARIF 2.1.0 for code-scanning dashboards", report_sarif},
    {"device-advisor", NULL, "the tests of AWS IoT Device Advisor that are served, under its names",
     report_device_advisor},
    {NULL, NULL, NULL, NULL},
};

const struct report_format *report_format_find(const char *name)
{
    for (const struct report_format *f = report_formats; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
