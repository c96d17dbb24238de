/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "mqtt/reason.h"
#include "mqtt/topic.h"

static void filters_match_the_topics_that_the_specification_says(void)
{
    /* Examples of section 4.7, and the corners between them. */
    static const struct {
        const char *filter, *topic;
        bool matches;
    } rows[] = {
        {"sport/tennis/player1/#", "sport/tennis/player1", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
        {"sport/tennis/player1/#", "sport/tennis/player10", false},
        {"sport/#", "sport", true},
        {"#", "a", true},
        {"#", "/a/b/", true},
        {"sport/tennis/+", "sport/tennis/player1", true},
        {"sport/tennis/+", "sport/tennis/player1/ranking", false},
        {"sport/+", "sport", false},
        {"sport/+", "sport/", true},
        {"+/+", "/finance", true},
        {"/+", "/finance", true},
        {"+", "/finance", false},
        {"+/monitor/Clients", "$SYS/monitor/Clients", false},
        {"#", "$SYS/x", false},
        {"$SYS/#", "$SYS/x", true},
        {"$SYS/monitor/+", "$SYS/monitor/Clients", true},
        {"a/b", "a/b", true},
        {"a/b", "A/b", false},
        {"a/b", "a/b/", false},
        {"a/b/", "a/b", false},
        {"a/+/c", "a//c", true},
        {"a/b/#", "a", false},
        {"+/#", "a", true},
        {"", "a", false},
        {"a", "", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_check(mqtt_filter_matches(mqtt_view_text(rows[i].filter),
                                       mqtt_view_text(rows[i].topic)) == rows[i].matches,
                   __FILE__, __LINE__, "%s and %s", rows[i].filter, rows[i].topic);
}

static void wildcards_fill_a_level_and_hash_is_the_last(void)
{
    static const struct {
        const char *filter;
        bool hash, plus;
    } rows[] = {
        {"#", true, true},       {"a/#", true, true},         {"a#", false, true},
        {"a/#/b", false, true},  {"#/", false, true},         {"##", false, true},
        {"+", true, true},       {"+/a/+", true, true},       {"a+", true, false},
        {"+a/b", true, false},   {"+#", false, false},        {"/", true, true},
        {"a/+b/#", true, false}, {"plain/topic", true, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mqtt_view filter = mqtt_view_text(rows[i].filter);

        test_check(mqtt_filter_hash_valid(filter) == rows[i].hash, __FILE__, __LINE__, "# in %s",
                   rows[i].filter);
        test_check(mqtt_filter_plus_valid(filter) == rows[i].plus, __FILE__, __LINE__, "+ in %s",
                   rows[i].filter);
    }
}

static void shared_filters_need_a_plain_name_and_a_filter(void)
{
    static const struct {
        const char *filter;
        bool shared, valid;
    } rows[] = {
        {"$share/g/a", true, true},    {"$share/g/#", true, true}, {"$share/g//a", true, true},
        {"$share/g/", true, false},    {"$share/g", true, false},  {"$share//a", true, false},
        {"$share/+/a", true, false},   {"$share/", true, false},   {"$share", false, false},
        {"$shared/g/a", false, false}, {"a/b/c", false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mqtt_view filter = mqtt_view_text(rows[i].filter);

        CHECK_INT_EQ(mqtt_filter_is_shared(filter), rows[i].shared);
        if (rows[i].shared)
            test_check(mqtt_filter_share_valid(filter) == rows[i].valid, __FILE__, __LINE__, "%s",
                       rows[i].filter);
    }
}

static void topics_with_wildcards_are_recognised(void)
{
    CHECK(mqtt_topic_has_wildcard(mqtt_view_text("a/#")));
    CHECK(mqtt_topic_has_wildcard(mqtt_view_text("a+b")));
    CHECK(!mqtt_topic_has_wildcard(mqtt_view_text("a/b")));
    CHECK(!mqtt_topic_has_wildcard(mqtt_view_empty()));
}

static void reasons_have_names_and_places(void)
{
    CHECK_STR_EQ(mqtt_reason_name(0x87), "not authorized");
    CHECK_STR_EQ(mqtt_reason_name(0x7f), "unknown reason");
    CHECK_STR_EQ(mqtt_return_name(5), "not authorized");
    CHECK_STR_EQ(mqtt_return_name(6), "unknown return code");
    CHECK(mqtt_reason_allowed(MQTT_SUBACK, 2) && !mqtt_reason_allowed(MQTT_UNSUBACK, 2));
    CHECK(mqtt_reason_allowed(MQTT_PUBREL, 0x92) && !mqtt_reason_allowed(MQTT_PUBACK, 0x92));
    CHECK(mqtt_reason_of_client(0x04) && !mqtt_reason_of_client(0x8e));
}

TEST_SUITE(mqtt_topic, TEST(filters_match_the_topics_that_the_specification_says),
           TEST(wildcards_fill_a_level_and_hash_is_the_last),
           TEST(shared_filters_need_a_plain_name_and_a_filter),
           TEST(topics_with_wildcards_are_recognised), TEST(reasons_have_names_and_places));
