/* SPDX-License-Identifier: Apache-2.0 */
#include "prober/settings.h"

#include "test_support.h"

static struct value *one(const char *key, struct value *v)
{
    struct value *map = value_new_map();

    CHECK_OK(value_set(map, key, v));
    return map;
}

static void by_default_it_is_a_good_client(void)
{
    struct prober_settings s;

    REQUIRE_OK(prober_settings_read(NULL, &s, NULL));
    CHECK_INT_EQ(s.opening, PROBER_OPEN_TLS);
    CHECK_INT_EQ(s.request, PROBER_ASK_GOOD);
    CHECK_INT_EQ(s.company, PROBER_ALONE);
    CHECK_INT_EQ(s.wait_ms, 3000);
}

static void words_are_looked_up(void)
{
    struct value *map = one("company", value_new_text("shaken"));
    struct prober_settings s;

    REQUIRE_OK(prober_settings_read(map, &s, NULL));
    CHECK_INT_EQ(s.company, PROBER_COMPANY_SHAKEN);
    value_free(map);
}

static void a_word_that_there_is_not_is_an_error_that_names_those_that_are(void)
{
    struct value *map = one("opening", value_new_text("ssh"));
    struct prober_settings s = {.wait_ms = 7};
    struct assay_error err = {.text = ""};

    CHECK_INT_EQ(prober_settings_read(map, &s, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "visit.opening has to be one of: tls, plain, garbage");
    CHECK_INT_EQ(s.wait_ms, 7);
    value_free(map);
}

static void a_number_that_is_no_word_is_refused(void)
{
    struct value *map = one("request", value_new_int(3));
    struct prober_settings s;

    CHECK_INT_EQ(prober_settings_read(map, &s, NULL), ASSAY_ERR_MALFORMED);
    value_free(map);
}

static void numbers_have_limits(void)
{
    struct value *map = one("company_count", value_new_int(513));
    struct prober_settings s;

    CHECK_INT_EQ(prober_settings_read(map, &s, NULL), ASSAY_ERR_MALFORMED);
    value_free(map);
}

TEST_SUITE(prober_settings, TEST(by_default_it_is_a_good_client), TEST(words_are_looked_up),
           TEST(a_word_that_there_is_not_is_an_error_that_names_those_that_are),
           TEST(a_number_that_is_no_word_is_refused), TEST(numbers_have_limits));
