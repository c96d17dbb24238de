/* SPDX-License-Identifier: Apache-2.0 */
#include "assay_program.h"

#include "store/store.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_WORDS = 40, TIMEOUT_MS = 60000 };

const char *test_path(const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", test_directory(), name) < 0)
        abort();
    return test_keep(path);
}

const char *test_file(const char *name, const char *content)
{
    struct assay_error err = {.text = ""};
    struct buf text;

    buf_init(&text, 1 << 20);
    if (buf_add_text(&text, content) != ASSAY_OK ||
        store_write_file(test_directory(), name, &text, 0644, &err) != ASSAY_OK)
        CHECK_STR_EQ(err.text, "");
    buf_done(&text);
    return test_path(name);
}

static struct exec_spec make_spec(const char *const *words, const char **argv, const char **env)
{
    struct exec_spec spec = exec_spec_default();
    char *bench = NULL;
    size_t count = 0;

    if (asprintf(&bench, "ASSAY_BENCH_DIR=%s/bench", test_directory()) < 0)
        abort();
    argv[count++] = ASSAY_PROGRAM;
    for (; *words != NULL && count + 1 < MAX_WORDS; words++)
        argv[count++] = *words;
    argv[count] = NULL;
    env[0] = test_keep(bench);
    env[1] = NULL;
    spec.argv = argv;
    spec.env = env;
    spec.directory = test_directory();
    return spec;
}

int assay(struct buf *output, const char *const *words)
{
    const char *argv[MAX_WORDS];
    const char *env[2];
    struct exec_spec spec = make_spec(words, argv, env);
    struct exec_outcome outcome = {.code = -1};
    struct assay_error err = {.text = ""};
    enum assay_status status = exec_run(&spec, deadline_in_ms(TIMEOUT_MS), output, &outcome, &err);

    CHECK_STR_EQ(status == ASSAY_OK ? "" : err.text, "");
    return status == ASSAY_OK && !outcome.signalled ? outcome.code : -1;
}

enum assay_status assay_start(const char *const *words, struct exec_child *ret)
{
    const char *argv[MAX_WORDS];
    const char *env[2];
    struct exec_spec spec = make_spec(words, argv, env);
    struct assay_error err = {.text = ""};

    return exec_start(&spec, ret, &err);
}

bool load_run(const char *run_dir, struct run_record *ret)
{
    struct assay_error err = {.text = ""};
    enum assay_status status = run_json_read(run_dir, ret, &err);

    CHECK_STR_EQ(status == ASSAY_OK ? "" : err.text, "");
    return status == ASSAY_OK;
}

const struct case_record *find_case(const struct run_record *run, const char *id)
{
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].id, id) == 0)
            return &run->cases[i];
    return NULL;
}

void failed_ids(const struct run_record *run, struct buf *out)
{
    for (size_t i = 0; i < run->case_count; i++)
        if (verdict_is_fail(run->cases[i].verdict))
            CHECK_OK(buf_printf(out, "%s%s", out->len > 0 ? " " : "", run->cases[i].id));
}

size_t count_verdict(const struct run_record *run, enum verdict v)
{
    size_t count = 0;

    for (size_t i = 0; i < run->case_count; i++)
        count += run->cases[i].verdict == v;
    return count;
}
