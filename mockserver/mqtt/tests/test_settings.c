/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "mqtt/settings.h"

static struct value *texts(const char *const *words)
{
    struct value *list = value_new_list();

    for (; *words != NULL; words++)
        CHECK_OK(value_add(list, value_new_text(*words)));
    return list;
}

/* Read one key; ownership of value passes. */
static enum assay_status read_one(const char *key, struct value *value, struct mqtt_settings *ret,
                                  struct assay_error *err)
{
    struct value *map = value_new_map();
    enum assay_status status = ASSAY_OK;

    CHECK_OK(value_set(map, key, value));
    status = mqtt_settings_read(map, ret, err);
    value_free(map);
    return status;
}

static void nothing_said_is_a_good_broker(void)
{
    struct mqtt_settings s;
    struct value *empty = value_new_map();

    CHECK_OK(mqtt_settings_read(NULL, &s, NULL));
    CHECK_UINT_EQ(s.versions, 1U << MQTT_V311 | 1U << MQTT_V5);
    CHECK_INT_EQ(s.connack_code, 0);
    CHECK_UINT_EQ(s.withhold, 0);
    CHECK_UINT_EQ(s.close_after, 0);
    CHECK_INT_EQ(s.max_packet, 1048576);
    CHECK_INT_EQ(s.max_qos, 2);
    CHECK_OK(mqtt_settings_read(empty, &s, NULL));
    CHECK_STR_EQ(s.assigned_client_id, "assay-assigned");
    value_free(empty);
}

static void versions_and_packets_are_words_or_lists_of_words(void)
{
    static const char *const both[] = {"3.1", "5.0", NULL};
    static const char *const acks[] = {"CONNACK", "PUBLISH", "PINGREQ", NULL};
    static const char *const ends[] = {"CONNECT", "PUBACK", NULL};
    static const char *const none[] = {NULL};
    struct mqtt_settings s;

    CHECK_OK(read_one("versions", texts(both), &s, NULL));
    CHECK_UINT_EQ(s.versions, 1U << MQTT_V31 | 1U << MQTT_V5);
    CHECK_OK(read_one("versions", value_new_text("3.1.1"), &s, NULL));
    CHECK_UINT_EQ(s.versions, 1U << MQTT_V311);
    CHECK_OK(read_one("versions", texts(none), &s, NULL));
    CHECK_UINT_EQ(s.versions, 0);
    CHECK_OK(read_one("withhold", texts(acks), &s, NULL));
    CHECK_UINT_EQ(s.withhold, MQTT_IN(MQTT_CONNACK) | MQTT_IN(MQTT_PUBACK) | MQTT_IN(MQTT_PUBREC) |
                                  MQTT_IN(MQTT_PINGRESP));
    CHECK_OK(read_one("close_after", texts(ends), &s, NULL));
    CHECK_UINT_EQ(s.close_after, MQTT_IN(MQTT_CONNECT) | MQTT_IN(MQTT_PUBACK));
}

static void every_answer_of_a_broker_can_be_withheld(void)
{
    static const struct {
        const char *word;
        uint32_t bits;
    } rows[] = {
        {"CONNECT", MQTT_IN(MQTT_CONNACK)},       {"CONNACK", MQTT_IN(MQTT_CONNACK)},
        {"PUBACK", MQTT_IN(MQTT_PUBACK)},         {"PUBREC", MQTT_IN(MQTT_PUBREC)},
        {"PUBCOMP", MQTT_IN(MQTT_PUBCOMP)},       {"PUBREL", MQTT_IN(MQTT_PUBCOMP)},
        {"SUBACK", MQTT_IN(MQTT_SUBACK)},         {"SUBSCRIBE", MQTT_IN(MQTT_SUBACK)},
        {"UNSUBACK", MQTT_IN(MQTT_UNSUBACK)},     {"UNSUBSCRIBE", MQTT_IN(MQTT_UNSUBACK)},
        {"PINGRESP", MQTT_IN(MQTT_PINGRESP)},     {"PINGREQ", MQTT_IN(MQTT_PINGRESP)},
        {"DISCONNECT", MQTT_IN(MQTT_DISCONNECT)},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mqtt_settings s;

        CHECK_OK(read_one("withhold", value_new_text(rows[i].word), &s, NULL));
        test_check(s.withhold == rows[i].bits, __FILE__, __LINE__, "%s", rows[i].word);
    }
}

static void numbers_are_taken_at_their_limits_and_refused_beyond(void)
{
    for (const struct key_spec *key = mqtt_keys; key->name != NULL; key++) {
        struct mqtt_settings s;
        struct assay_error err = {0};

        if (key->read != key_read_int)
            continue;
        CHECK_OK(read_one(key->name, value_new_int(key->min), &s, NULL));
        CHECK_OK(read_one(key->name, value_new_int(key->max), &s, NULL));
        CHECK_INT_EQ(read_one(key->name, value_new_int(key->min - 1), &s, &err),
                     ASSAY_ERR_MALFORMED);
        CHECK_INT_EQ(read_one(key->name, value_new_int(key->max + 1), &s, &err),
                     ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, key->name);
        CHECK_STR_CONTAINS(err.text, "it has to be between");
    }
}

static void every_key_refuses_a_value_of_another_kind_and_names_its_path(void)
{
    for (const struct key_spec *key = mqtt_keys; key->name != NULL; key++) {
        struct mqtt_settings s = {.connack_code = 77};
        struct assay_error err = {0};

        CHECK_INT_EQ(read_one(key->name, value_new_map(), &s, &err), ASSAY_ERR_MALFORMED);
        CHECK(strncmp(err.text, "mqtt.", 5) == 0);
        CHECK_STR_CONTAINS(err.text, key->name);
        CHECK_INT_EQ(s.connack_code, 77);
    }
}

static void wrong_words_name_their_place_in_the_list(void)
{
    static const char *const wrong[] = {"3.1.1", "4", NULL};
    struct mqtt_settings s;
    struct assay_error err = {0};

    CHECK_INT_EQ(read_one("versions", texts(wrong), &s, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "mqtt.versions.2 is a text 4; it has to be one of 3.1 3.1.1 5.0");
    CHECK_INT_EQ(read_one("withhold", value_new_text("puback"), &s, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "CONNACK");
    CHECK_INT_EQ(read_one("verions", texts(wrong), &s, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "mqtt.verions: no such key; there are: versions, connack_code");
}

static void a_description_that_is_no_table_is_refused(void)
{
    struct value *text = value_new_text("good");
    struct mqtt_settings s;
    struct assay_error err = {0};

    CHECK_INT_EQ(mqtt_settings_read(text, &s, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "mqtt is a text; it has to be a table");
    value_free(text);
}

static void an_identifier_to_assign_fits_or_is_refused(void)
{
    char long_text[MQTT_CLIENT_ID_TEXT + 1];
    struct mqtt_settings s;

    memset(long_text, 'a', sizeof(long_text));
    long_text[MQTT_CLIENT_ID_TEXT] = '\0';
    CHECK_INT_EQ(read_one("assigned_client_id", value_new_text(long_text), &s, NULL),
                 ASSAY_ERR_MALFORMED);
    long_text[MQTT_CLIENT_ID_TEXT - 1] = '\0';
    CHECK_OK(read_one("assigned_client_id", value_new_text(long_text), &s, NULL));
    CHECK_STR_EQ(s.assigned_client_id, long_text);
    CHECK_INT_EQ(read_one("assigned_client_id", value_new_bytes("a\0b", 3), &s, NULL),
                 ASSAY_ERR_MALFORMED);
}

TEST_SUITE(mqtt_settings, TEST(nothing_said_is_a_good_broker),
           TEST(versions_and_packets_are_words_or_lists_of_words),
           TEST(every_answer_of_a_broker_can_be_withheld),
           TEST(numbers_are_taken_at_their_limits_and_refused_beyond),
           TEST(every_key_refuses_a_value_of_another_kind_and_names_its_path),
           TEST(wrong_words_name_their_place_in_the_list),
           TEST(a_description_that_is_no_table_is_refused),
           TEST(an_identifier_to_assign_fits_or_is_refused));
