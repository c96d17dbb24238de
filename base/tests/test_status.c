/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include "test_support.h"

#include <errno.h>

static void has_a_text_of_its_own_for_every_status(void)
{
    for (int i = 0; i < ASSAY_STATUS_COUNT; i++) {
        CHECK(assay_status_text((enum assay_status)i)[0] != '\0');
        for (int k = 0; k < i; k++)
            CHECK(strcmp(assay_status_text((enum assay_status)i),
                         assay_status_text((enum assay_status)k)) != 0);
    }
    CHECK_INT_EQ(ASSAY_OK, 0);
}

static void has_a_text_for_what_is_no_status(void)
{
    CHECK_STR_EQ(assay_status_text(ASSAY_STATUS_COUNT), "unknown status");
    CHECK_STR_EQ(assay_status_text((enum assay_status) - 1), "unknown status");
}

static void fills_an_error_and_returns_its_status(void)
{
    struct assay_error err = {.sys_errno = 5};

    CHECK_INT_EQ(assay_error_set(&err, ASSAY_ERR_LIMIT, "%s is %d", "x", 7), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(err.status, ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(err.sys_errno, 0);
    CHECK_STR_EQ(err.text, "x is 7");
}

static void says_what_the_system_said(void)
{
    struct assay_error err;

    CHECK_INT_EQ(assay_error_sys(&err, ENOENT, "cannot open %s", "a"), ASSAY_ERR_IO);
    CHECK_INT_EQ(err.status, ASSAY_ERR_IO);
    CHECK_INT_EQ(err.sys_errno, ENOENT);
    CHECK_STR_EQ(err.text, "cannot open a: No such file or directory");
}

static void takes_no_error_at_all(void)
{
    CHECK_INT_EQ(assay_error_set(NULL, ASSAY_ERR_LIMIT, "x"), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(assay_error_sys(NULL, ENOENT, "x"), ASSAY_ERR_IO);
    CHECK_INT_EQ(assay_error_prefix(NULL, ASSAY_ERR_STATE, "x"), ASSAY_ERR_STATE);
}

static void puts_a_prefix_before_the_text(void)
{
    struct assay_error err;

    assay_error_set(&err, ASSAY_ERR_LIMIT, "too long");
    CHECK_INT_EQ(assay_error_prefix(&err, ASSAY_ERR_MALFORMED, "%s:%d", "a.yaml", 3),
                 ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(err.text, "a.yaml:3: too long");
    CHECK_INT_EQ(err.status, ASSAY_ERR_MALFORMED);
}

static void cuts_texts_that_are_too_long(void)
{
    struct assay_error err;
    char word[2000];

    memset(word, 'x', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    assay_error_set(&err, ASSAY_ERR_LIMIT, "%s", word);
    CHECK_UINT_EQ(strlen(err.text), sizeof(err.text) - 1);
    assay_error_prefix(&err, ASSAY_ERR_LIMIT, "a.yaml");
    CHECK_UINT_EQ(strlen(err.text), sizeof(err.text) - 1);
    CHECK(strncmp(err.text, "a.yaml: xxx", 11) == 0);
    assay_error_prefix(&err, ASSAY_ERR_LIMIT, "%s", word);
    CHECK_UINT_EQ(strlen(err.text), sizeof(err.text) - 1);
    assay_error_sys(&err, ENOENT, "%s", word);
    CHECK_UINT_EQ(strlen(err.text), sizeof(err.text) - 1);
}

TEST_SUITE(status, TEST(has_a_text_of_its_own_for_every_status),
           TEST(has_a_text_for_what_is_no_status), TEST(fills_an_error_and_returns_its_status),
           TEST(says_what_the_system_said), TEST(takes_no_error_at_all),
           TEST(puts_a_prefix_before_the_text), TEST(cuts_texts_that_are_too_long));
