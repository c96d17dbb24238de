/* SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

#include "test_support.h"

static struct value *list_of(int64_t least, int64_t most)
{
    struct value *list = value_new_list();

    CHECK_OK(value_add(list, value_new_int(least)));
    CHECK_OK(value_add(list, value_new_int(most)));
    return list;
}

/* An hour: outages of a minute or two every ten minutes. */
static struct value *an_hour(void)
{
    struct value *description = value_new_map();
    struct value *outages = value_new_map();
    struct value *session = value_new_map();

    CHECK_OK(value_set(outages, "up_ms", list_of(600000, 600000)));
    CHECK_OK(value_set(outages, "down_ms", list_of(60000, 120000)));
    CHECK_OK(value_set(outages, "for_ms", value_new_int(3000000)));
    CHECK_OK(value_set(session, "keep_alive_s", value_new_int(30)));
    CHECK_OK(value_set(session, "every_ms", value_new_int(60000)));
    CHECK_OK(value_set(session, "backoff_ms", value_new_int(1000)));
    CHECK_OK(value_set(description, "outages", outages));
    CHECK_OK(value_set(description, "session", session));
    return description;
}

static int64_t at(const struct value *description, const char *path)
{
    return value_int(value_path(description, path));
}

static void everything_is_shortened_alike(void)
{
    struct value *d = an_hour();

    CHECK_OK(soak_scale(
        d,
        &(struct soak_wish){.lasts_ms = 3600000, .soak_ms = 36000, .seed = 42, .is_told = true}));
    CHECK_INT_EQ(at(d, "outages.up_ms.1"), 6000);
    CHECK_INT_EQ(at(d, "outages.down_ms.1"), 600);
    CHECK_INT_EQ(at(d, "outages.down_ms.2"), 1200);
    CHECK_INT_EQ(at(d, "outages.for_ms"), 30000);
    CHECK_INT_EQ(at(d, "outages.seed"), 42);
    CHECK_INT_EQ(at(d, "session.every_ms"), 600);
    CHECK_INT_EQ(at(d, "session.backoff_ms"), 10);
    CHECK_INT_EQ(at(d, "session.keep_alive_s"), 1); /* MQTT knows no less, but none at all */
    value_free(d);
}

static void a_board_with_waits_of_its_own_keeps_them(void)
{
    struct value *d = an_hour();

    CHECK_OK(soak_scale(d, &(struct soak_wish){.lasts_ms = 3600000, .soak_ms = 36000}));
    CHECK_INT_EQ(at(d, "session.backoff_ms"), 1000);
    value_free(d);
}

static void without_a_wish_it_takes_as_long_as_it_says(void)
{
    struct value *d = an_hour();

    CHECK_OK(soak_scale(d, &(struct soak_wish){.lasts_ms = 3600000, .seed = 7, .is_told = true}));
    CHECK_INT_EQ(at(d, "outages.up_ms.1"), 600000);
    CHECK_INT_EQ(at(d, "session.backoff_ms"), 1000);
    CHECK_INT_EQ(at(d, "outages.seed"), 7);
    value_free(d);
}

static void other_descriptions_stay_as_they_are(void)
{
    struct value *d = value_new_map();
    struct value *session = value_new_map();

    CHECK_OK(value_set(session, "backoff_ms", value_new_int(250)));
    CHECK_OK(value_set(d, "session", session));
    CHECK_OK(soak_scale(d, &(struct soak_wish){.lasts_ms = 1000, .soak_ms = 1, .is_told = true}));
    CHECK_INT_EQ(at(d, "session.backoff_ms"), 250);
    CHECK(value_get(d, "outages") == NULL);
    value_free(d);
}

TEST_SUITE(soak, TEST(everything_is_shortened_alike),
           TEST(a_board_with_waits_of_its_own_keeps_them),
           TEST(without_a_wish_it_takes_as_long_as_it_says),
           TEST(other_descriptions_stay_as_they_are));
