/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario_fixture.h"

#include "test_support.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SCRIPT "path/PATH-01-x.lua"

const char *fixture_directory(void)
{
    return test_directory();
}

static void make_parent(const char *path)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');

    snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
    CHECK(mkdir(parent, 0700) == 0 || errno == EEXIST);
}

void fixture_write_bytes(const char *relative, const void *text, size_t len)
{
    char path[PATH_MAX];
    FILE *file = NULL;

    snprintf(path, sizeof(path), "%s/%s", fixture_directory(), relative);
    make_parent(path);
    file = fopen(path, "wb");
    REQUIRE(file != NULL);
    CHECK_UINT_EQ(fwrite(text, 1, len, file), len);
    CHECK_INT_EQ(fclose(file), 0);
}

void fixture_write(const char *relative, const char *text)
{
    fixture_write_bytes(relative, text, strlen(text));
}

void fixture_write_control(void)
{
    fixture_write("pos/POS-01-control.lua", "scenario{" GOOD_CONTROL "}\n");
}

struct scenario_set *fixture_load(struct assay_error *err)
{
    struct scenario_set *set = NULL;

    *err = (struct assay_error){0};
    return scenario_set_load(fixture_directory(), &set, err) == ASSAY_OK ? set : NULL;
}

void fixture_expect_error(const char *script, int line, const char *part)
{
    struct scenario_set *set = NULL;
    struct assay_error err;
    char begin[PATH_MAX];

    fixture_write_control();
    fixture_write(SCRIPT, script);
    set = fixture_load(&err);
    test_check(set == NULL, __FILE__, __LINE__, "it loads: %s", script);
    scenario_set_free(set);
    CHECK_INT_EQ(err.status, ASSAY_ERR_SCRIPT);
    snprintf(begin, sizeof(begin), "%s/" SCRIPT ":%d: ", fixture_directory(), line);
    test_check(strncmp(err.text, begin, strlen(begin)) == 0, __FILE__, __LINE__,
               "\"%s\" does not begin with \"%s\"", err.text, begin);
    CHECK_STR_CONTAINS(err.text, part);
}

struct scenario_set *fixture_expect_good(const char *script)
{
    struct scenario_set *set = NULL;
    struct assay_error err;

    fixture_write_control();
    fixture_write(SCRIPT, script);
    set = fixture_load(&err);
    test_check(set != NULL, __FILE__, __LINE__, "%s", err.text);
    return set;
}
