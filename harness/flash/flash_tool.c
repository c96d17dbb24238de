/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_tool.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
const struct flash_tool flash_tools[] = {
    {"bossac", "the Debian package bossa-cli", "\\(([0-9]+)/([0-9]+) pages\\)"},
    {"stm32flash", "the Debian package stm32flash", "\\(([0-9]+)\\.[0-9]+%\\)"},
    {"avrdude", "the Debian package avrdude", "\\| *([0-9]+)%"},
    {"openocd", "the Debian package openocd", NULL},
    {"dfu-util", "the Debian package dfu-util", " ([0-9]+)% "},
    {"esptool", "PyPI (pipx install esptool)", "\\(([0-9]+) ?%\\)"},
    {"esptool.py", "PyPI (pipx install esptool)", "\\(([0-9]+) ?%\\)"},
    {"arduino-cli", "https://arduino.github.io/arduino-cli", "([0-9]+)%"},
    {"arduino-fwuploader", "https://github.com/arduino/arduino-fwuploader", NULL},
    {NULL, NULL, NULL},
};
/* clang-format on */

const struct flash_tool *flash_tool_find(const char *program)
{
    const char *slash = strrchr(program, '/');
    const char *name = slash != NULL ? slash + 1 : program;

    for (const struct flash_tool *tool = flash_tools; tool->name != NULL; tool++)
        if (strcmp(tool->name, name) == 0)
            return tool;
    return NULL;
}

ASSAY_RESULT flash_patterns_compile(const struct value *list, struct flash_patterns *ret,
                                    struct assay_error *err)
{
    struct flash_patterns made = {.count = 0};
    char why[128];

    if (value_count(list) > FLASH_PATTERNS_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "at most %d patterns", FLASH_PATTERNS_MAX);
    for (size_t i = 0; i < value_count(list); i++) {
        const char *text = value_text(value_at(list, i));
        int code = regcomp(&made.compiled[made.count], text, REG_EXTENDED);

        if (code != 0) {
            (void)regerror(code, &made.compiled[made.count], why, sizeof(why));
            flash_patterns_done(&made);
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "\"%.100s\" is no regular expression: %s", text, why);
        }
        made.count++;
    }
    *ret = made;
    return ASSAY_OK;
}

ASSAY_RESULT flash_patterns_known(const struct flash_tool *tool, struct flash_patterns *ret,
                                  struct assay_error *err)
{
    struct value *list = value_new_list();
    enum assay_status status =
        list != NULL ? value_add(list, value_new_text(tool->progress)) : ASSAY_ERR_NOMEM;

    status = status == ASSAY_OK ? flash_patterns_compile(list, ret, err)
                                : assay_error_set(err, status, "out of memory");
    value_free(list);
    return status;
}

void flash_patterns_done(struct flash_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        regfree(&patterns->compiled[i]);
    patterns->count = 0;
}

bool flash_patterns_match(const struct flash_patterns *patterns, const char *line)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (regexec(&patterns->compiled[i], line, 0, NULL, 0) == 0)
            return true;
    return false;
}

/* The first word counts: stm32flash says "Wrote and verified". */
static const char *phase_of(const char *line)
{
    static const struct {
        const char *word, *phase;
    } rows[] = {{"wrote", "write"}, {"writ", "write"},    {"verif", "verify"},
                {"read", "verify"}, {"compar", "verify"}, {"eras", "erase"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcasestr(line, rows[i].word) != NULL)
            return rows[i].phase;
    return "write";
}

/* Whole digits; a number that is too large is no progress. */
static bool read_number(const char *line, const regmatch_t *group, int64_t *ret)
{
    enum { DIGITS_MAX = 12 };
    int64_t number = 0;

    if (group->rm_so < 0 || group->rm_eo - group->rm_so > DIGITS_MAX ||
        group->rm_eo == group->rm_so)
        return false;
    for (regoff_t i = group->rm_so; i < group->rm_eo; i++) {
        if (line[i] < '0' || line[i] > '9')
            return false;
        number = 10 * number + (line[i] - '0');
    }
    *ret = number;
    return true;
}

bool flash_patterns_progress(const struct flash_patterns *patterns, const char *line,
                             const char **ret_phase, int64_t *ret_done, int64_t *ret_total)
{
    for (size_t i = 0; i < patterns->count; i++) {
        regmatch_t groups[3];
        int64_t done = 0;
        int64_t total = 100;
        bool is_one = false;

        if (regexec(&patterns->compiled[i], line, 3, groups, 0) != 0)
            continue;
        is_one = patterns->compiled[i].re_nsub < 2;
        if (!read_number(line, &groups[1], &done) ||
            (!is_one && !read_number(line, &groups[2], &total)) || total == 0 || done > total)
            continue;
        *ret_phase = phase_of(line);
        *ret_done = done;
        *ret_total = total;
        return true;
    }
    return false;
}
