/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests: CUnit as assertion and registry library, behind this header and test_main.c only.
 *
 * A test file defines its tests and one table, and ends with TEST_SUITE:
 *
 *     static void reads_a_big_endian_word(void) { ... CHECK_UINT_EQ(got, 0x1234); }
 *     TEST_SUITE(reader, TEST(reads_a_big_endian_word), TEST(refuses_a_short_input));
 *
 * CHECK... record a failure and go on; REQUIRE... record it and return from the test (CUnit's own
 * _FATAL macros longjmp and skip clean-up).
 */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct test_case {
    const char *name;
    void (*run)(void);
};

struct test_suite {
    const char *name;
    const struct test_case *cases; /* ends with a NULL name */
};

extern const struct test_suite test_suite;

#define TEST(function)                                                                             \
    {                                                                                              \
#function, function                                                                        \
    }
#define TEST_SUITE(suite, ...)                                                                     \
    static const struct test_case test_cases_[] = {__VA_ARGS__, {NULL, NULL}};                     \
    const struct test_suite test_suite = {#suite, test_cases_}

/* Records one assertion; the text carries values, not only expressions. */
bool test_check(bool ok, const char *file, unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Leave the running test with "skipped" (exit code 77); the reason is printed. */
void test_skip(const char *reason) __attribute__((noreturn));

/* A fresh directory of this test, removed when the test process ends. */
const char *test_directory(void);

/*
 * Keep malloc'ed memory until the test's process ends, so that a test need not release a text that
 * it uses all over. NULL (no memory) ends the process. At most 256 times.
 */
void *test_keep(void *memory);

#define CHECK(condition) test_check((condition), __FILE__, __LINE__, "%s", #condition)
#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        int check_status_ = (int)(call);                                                           \
        test_check(check_status_ == 0, __FILE__, __LINE__, "%s returned status %d", #call,         \
                   check_status_);                                                                 \
    } while (0)
#define CHECK_INT_EQ(got, want)                                                                    \
    do {                                                                                           \
        long long check_got_ = (long long)(got), check_want_ = (long long)(want);                  \
        test_check(check_got_ == check_want_, __FILE__, __LINE__, "%s: got %lld, want %lld", #got, \
                   check_got_, check_want_);                                                       \
    } while (0)
#define CHECK_UINT_EQ(got, want)                                                                   \
    do {                                                                                           \
        unsigned long long check_got_ = (unsigned long long)(got);                                 \
        unsigned long long check_want_ = (unsigned long long)(want);                               \
        test_check(check_got_ == check_want_, __FILE__, __LINE__, "%s: got %llu, want %llu", #got, \
                   check_got_, check_want_);                                                       \
    } while (0)
#define CHECK_STR_EQ(got, want)                                                                    \
    do {                                                                                           \
        const char *check_got_ = (got), *check_want_ = (want);                                     \
        test_check(check_got_ != NULL && check_want_ != NULL &&                                    \
                       strcmp(check_got_, check_want_) == 0,                                       \
                   __FILE__, __LINE__, "%s: got \"%s\", want \"%s\"", #got,                        \
                   check_got_ ? check_got_ : "(null)", check_want_ ? check_want_ : "(null)");      \
    } while (0)
#define CHECK_STR_CONTAINS(got, part)                                                              \
    do {                                                                                           \
        const char *check_got_ = (got), *check_part_ = (part);                                     \
        test_check(check_got_ != NULL && strstr(check_got_, check_part_) != NULL, __FILE__,        \
                   __LINE__, "%s: \"%s\" lacks \"%s\"", #got, check_got_ ? check_got_ : "(null)",  \
                   check_part_);                                                                   \
    } while (0)
#define CHECK_MEM_EQ(got, want, len)                                                               \
    test_check(memcmp((got), (want), (len)) == 0, __FILE__, __LINE__, "%s differs from %s", #got,  \
               #want)
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        bool require_ok_ = (condition);                                                            \
        test_check(require_ok_, __FILE__, __LINE__, "%s", #condition);                             \
        if (!require_ok_)                                                                          \
            return;                                                                                \
    } while (0)
#define REQUIRE_OK(call)                                                                           \
    do {                                                                                           \
        int require_status_ = (int)(call);                                                         \
        test_check(require_status_ == 0, __FILE__, __LINE__, "%s returned status %d", #call,       \
                   require_status_);                                                               \
        if (require_status_ != 0)                                                                  \
            return;                                                                                \
    } while (0)

#endif
