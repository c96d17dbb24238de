/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_<file> --list             names every test, one "suite/test" a line
 * test_<file> --run suite/test   runs one test; exit 0 passed, 1 failed, 2 no such test, 77 skipped
 * test_<file>                    runs all of them
 *
 * A test that makes no assertion fails.
 */
#include "test_support.h"

#include <CUnit/Basic.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_NO_SUCH_TEST = 2, EXIT_SKIPPED = 77 };

/* Of one test process: the directory that test_directory() made, if any. */
static char made_directory[PATH_MAX];

/* Of one test process: what test_keep() took. */
static void *kept[256];
static size_t kept_count;

static void free_kept(void)
{
    while (kept_count > 0)
        free(kept[--kept_count]);
}

void *test_keep(void *memory)
{
    if (memory == NULL || kept_count == sizeof(kept) / sizeof(kept[0])) {
        fprintf(stderr, "test_keep: no memory, or too often\n");
        exit(EXIT_FAILED);
    }
    if (kept_count == 0)
        atexit(free_kept);
    kept[kept_count++] = memory;
    return memory;
}

bool test_check(bool ok, const char *file, unsigned line, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return CU_assertImplementation(ok ? CU_TRUE : CU_FALSE, line, text, file, "", CU_FALSE) !=
           CU_FALSE;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void remove_directory(void)
{
    if (made_directory[0] != '\0' && getenv("ASSAY_TEST_KEEP") == NULL)
        nftw(made_directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_directory(void)
{
    const char *base = getenv("TMPDIR");

    if (made_directory[0] != '\0')
        return made_directory;
    snprintf(made_directory, sizeof(made_directory), "%s/assay-test-XXXXXX",
             base != NULL ? base : "/tmp");
    if (mkdtemp(made_directory) == NULL) {
        perror(made_directory);
        exit(EXIT_FAILED);
    }
    atexit(remove_directory);
    return made_directory;
}

void test_skip(const char *reason)
{
    printf("skipped: %s\n", reason);
    exit(EXIT_SKIPPED);
}

static int outcome(void)
{
    CU_pFailureRecord record = CU_get_failure_list();

    for (; record != NULL; record = record->pNext)
        fprintf(stderr, "%s:%u: %s\n", record->strFileName, record->uiLineNumber,
                record->strCondition);
    if (CU_get_number_of_tests_run() == 0) {
        fprintf(stderr, "no test ran\n");
        return EXIT_NO_SUCH_TEST;
    }
    if (CU_get_number_of_asserts() == 0) {
        fprintf(stderr, "the test asserts nothing\n");
        return EXIT_FAILED;
    }
    return CU_get_number_of_failure_records() == 0 && CU_get_number_of_tests_failed() == 0
               ? EXIT_PASSED
               : EXIT_FAILED;
}

static int run(const char *wanted)
{
    CU_pSuite suite = NULL;
    const struct test_case *c = test_suite.cases;
    char name[512];

    if (CU_initialize_registry() != CUE_SUCCESS)
        return EXIT_FAILED;
    suite = CU_add_suite(test_suite.name, NULL, NULL);
    if (suite == NULL)
        return EXIT_FAILED;
    for (; c->name != NULL; c++) {
        snprintf(name, sizeof(name), "%s/%s", test_suite.name, c->name);
        if (wanted != NULL && strcmp(name, wanted) != 0)
            continue;
        if (CU_add_test(suite, c->name, c->run) == NULL)
            return EXIT_FAILED;
    }
    CU_basic_set_mode(CU_BRM_SILENT);
    CU_basic_run_tests();
    int code = outcome();
    CU_cleanup_registry();
    return code;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (const struct test_case *c = test_suite.cases; c->name != NULL; c++)
            printf("%s/%s\n", test_suite.name, c->name);
        return EXIT_PASSED;
    }
    if (argc == 3 && strcmp(argv[1], "--run") == 0)
        return run(argv[2]);
    return run(NULL);
}
