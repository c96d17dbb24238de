/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/settings.h"

#include "mqtt/decoder.h"
#include "mqtt/reason.h"

#include <stdio.h>
#include <string.h>

#define VERSION(version) (UINT32_C(1) << (version))

/* A row of a list key: a word and the bits that it stands for. */
struct word {
    const char *name;
    uint32_t bits;
};

static const struct word version_words[] = {
    {"3.1", VERSION(MQTT_V31)},
    {"3.1.1", VERSION(MQTT_V311)},
    {"5.0", VERSION(MQTT_V5)},
    {NULL, 0},
};

/* Withheld is what the bench would send; the name of a request stands for its answers. */
static const struct word withhold_words[] = {
    {"CONNACK", MQTT_IN(MQTT_CONNACK)},
    {"PUBACK", MQTT_IN(MQTT_PUBACK)},
    {"PUBREC", MQTT_IN(MQTT_PUBREC)},
    {"PUBREL", MQTT_IN(MQTT_PUBCOMP)},
    {"PUBCOMP", MQTT_IN(MQTT_PUBCOMP)},
    {"SUBACK", MQTT_IN(MQTT_SUBACK)},
    {"UNSUBACK", MQTT_IN(MQTT_UNSUBACK)},
    {"PINGRESP", MQTT_IN(MQTT_PINGRESP)},
    {"DISCONNECT", MQTT_IN(MQTT_DISCONNECT)},
    {"CONNECT", MQTT_IN(MQTT_CONNACK)},
    {"PUBLISH", MQTT_IN(MQTT_PUBACK) | MQTT_IN(MQTT_PUBREC)},
    {"SUBSCRIBE", MQTT_IN(MQTT_SUBACK)},
    {"UNSUBSCRIBE", MQTT_IN(MQTT_UNSUBACK)},
    {"PINGREQ", MQTT_IN(MQTT_PINGRESP)},
    {NULL, 0},
};

static const struct word habit_words[] = {
    {"silent-on-answers", MQTT_HABIT_SILENT_ON_ANSWERS},
    {"will-outlives-session", MQTT_HABIT_WILL_OUTLIVES_SESSION},
    {"takeover-keeps-will", MQTT_HABIT_TAKEOVER_KEEPS_WILL},
    {"unknown-release-done", MQTT_HABIT_UNKNOWN_RELEASE_DONE},
    {"deep-topics-close", MQTT_HABIT_DEEP_TOPICS_CLOSE},
    {"subscribe-malformed", MQTT_HABIT_SUBSCRIBE_MALFORMED},
    {"retained-exact", MQTT_HABIT_RETAINED_EXACT},
    {"hash-below-only", MQTT_HABIT_HASH_BELOW_ONLY},
    {NULL, 0},
};

static const struct word packet_words[] = {
#define X(id, value, name, flags) {name, MQTT_IN(value)},
    MQTT_TYPE_MAP(X)
#undef X
        {NULL, 0},
};

static enum assay_status add_word(const struct word *words, const struct value *value,
                                  const char *path, uint32_t *bits, struct assay_error *err)
{
    struct buf known;
    enum assay_status status = ASSAY_OK;

    for (const struct word *w = words; value_kind(value) == VALUE_TEXT && w->name != NULL; w++) {
        if (strcmp(w->name, value_text(value)) == 0) {
            *bits |= w->bits;
            return ASSAY_OK;
        }
    }
    buf_init(&known, 512);
    for (const struct word *w = words; w->name != NULL && status == ASSAY_OK; w++)
        status = buf_printf(&known, " %s", w->name);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s%s%s; it has to be one of%s", path,
                    value_kind_name(value_kind(value)), value_kind(value) == VALUE_TEXT ? " " : "",
                    value_kind(value) == VALUE_TEXT ? value_text(value) : "", buf_text(&known));
    buf_done(&known);
    return ASSAY_ERR_MALFORMED;
}

/* A list of words, or a single word. */
static enum assay_status read_words(const struct word *words, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    uint32_t bits = 0;
    char member[256];

    if (value_kind(value) != VALUE_LIST) {
        ASSAY_TRY(add_word(words, value, path, &bits, err));
    } else {
        for (size_t i = 0; i < value_count(value); i++) {
            snprintf(member, sizeof(member), "%s.%zu", path, i + 1);
            ASSAY_TRY(add_word(words, value_at(value, i), member, &bits, err));
        }
    }
    memcpy(target, &bits, sizeof(bits));
    return ASSAY_OK;
}

static enum assay_status read_versions(const struct key_spec *spec, const struct value *value,
                                       const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    return read_words(version_words, value, path, target, err);
}

static enum assay_status read_habits(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    return read_words(habit_words, value, path, target, err);
}

static enum assay_status read_withhold(const struct key_spec *spec, const struct value *value,
                                       const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    return read_words(withhold_words, value, path, target, err);
}

static enum assay_status read_packets(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    return read_words(packet_words, value, path, target, err);
}

static enum assay_status read_behind(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    bool is_relayed = true;

    (void)spec;
    if (value_kind(value) != VALUE_TEXT || strcmp(value_text(value), "mosquitto") != 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be \"mosquitto\", or left out",
                               path);
    memcpy(target, &is_relayed, sizeof(is_relayed));
    return ASSAY_OK;
}

typedef enum assay_status (*sentence_reader)(const char *text, const char *path,
                                             struct mqtt_fault *ret, struct assay_error *err);

static enum assay_status read_sentence(const struct value *value, const char *path,
                                       sentence_reader reader, struct mqtt_fault *ret,
                                       struct assay_error *err)
{
    if (value_kind(value) != VALUE_TEXT)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is %s; it has to be a text such as \"delay SUBACK by=1500\"",
                               path, value_kind_name(value_kind(value)));
    return reader(value_text(value), path, ret, err);
}

/* A list of sentences, or a single one. */
static enum assay_status read_sentences(const struct value *value, const char *path,
                                        sentence_reader reader, struct mqtt_fault *rows,
                                        size_t *ret_count, struct assay_error *err)
{
    bool is_list = value_kind(value) == VALUE_LIST;
    size_t count = is_list ? value_count(value) : 1;
    char member[256];

    if (count > MQTT_FAULTS_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has %zu sentences; %d at most", path,
                               count, MQTT_FAULTS_MAX);
    for (size_t i = 0; i < count; i++) {
        snprintf(member, sizeof(member), "%s.%zu", path, i + 1);
        ASSAY_TRY(
            read_sentence(is_list ? value_at(value, i) : value, member, reader, &rows[i], err));
    }
    *ret_count = count;
    return ASSAY_OK;
}

/* target is the settings: the member has no place of its own. */
static enum assay_status read_faults(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    struct mqtt_settings *settings = target;

    (void)spec;
    return read_sentences(value, path, mqtt_fault_read, settings->faults, &settings->fault_count,
                          err);
}

static enum assay_status read_messages(const struct key_spec *spec, const struct value *value,
                                       const char *path, void *target, struct assay_error *err)
{
    struct mqtt_settings *settings = target;

    (void)spec;
    return read_sentences(value, path, mqtt_message_read, settings->messages,
                          &settings->message_count, err);
}

enum {
    MAX_PACKET_MIN = 64,
    MAX_PACKET_MAX = 16 * 1024 * 1024 /* what the bench keeps of one connection */
};

#define AT(member) offsetof(struct mqtt_settings, member)

/* clang-format off */
const struct key_spec mqtt_keys[] = {
    {"versions", read_versions, AT(versions), 0, 0, "{\"3.1.1\", \"5.0\"}",
     "protocol versions that are accepted (3.1, 3.1.1, 5.0); others get the CONNACK that says so"},
    {"connack_code", key_read_int, AT(connack_code), 0, 255, "0",
     "return code (5.0: reason code) of CONNACK; all but 0 refuse the connection and close it"},
    {"session_present", key_read_bool, AT(session_present), 0, 0, "false",
     "the session present flag of CONNACK"},
    {"withhold", read_withhold, AT(withhold), 0, 0, "{}",
     "packets that are never sent; the name of a request (PUBLISH) stands for its answers"},
    {"close_after", read_packets, AT(close_after), 0, 0, "{}",
     "the connection is closed when a packet of this name was received (and answered) or sent"},
    {"suback_code", key_read_int, AT(suback_code), 0, 255, "the QoS asked for",
     "every subscription is answered with this code; 128 refuses"},
    {"puback_code", key_read_int, AT(puback_code), 0, 255, "0",
     "reason code of PUBACK and PUBREC in 5.0; 128 and above refuse the message"},
    {"max_packet", key_read_int, AT(max_packet), MAX_PACKET_MIN, MAX_PACKET_MAX, "1048576",
     "largest packet in bytes; larger ones are refused when they are declared (told in 5.0)"},
    {"max_qos", key_read_int, AT(max_qos), 0, 2, "2",
     "highest QoS that is granted (told in 5.0)"},
    {"server_keep_alive", key_read_int, AT(server_keep_alive_s), 0, 65535, "not sent",
     "keep alive in seconds that CONNACK of 5.0 sets"},
    {"receive_maximum", key_read_int, AT(receive_maximum), 1, 65535, "65535",
     "messages of QoS 1 and 2 that the board may have under way in 5.0"},
    {"topic_alias_maximum", key_read_int, AT(topic_alias_maximum), 0, 65535, "0",
     "highest topic alias that the board may use in 5.0"},
    {"assigned_client_id", key_read_text, AT(assigned_client_id), 0, MQTT_CLIENT_ID_TEXT,
     "assay-assigned",
     "identifier that a client gets which sends an empty one (told in 5.0); a second one gets -2 behind it"},
    {"session_expiry", key_read_int, AT(session_expiry_s), 0, UINT32_MAX, "the client's",
     "session expiry interval in seconds that CONNACK of 5.0 sets; 4294967295 is for ever"},
    {"tell_limits", key_read_bool, AT(tell_limits), 0, 0, "true",
     "CONNACK of 5.0 says max_packet"},
    {"tell_connect_errors", key_read_bool, AT(tell_connect_errors), 0, 0, "true",
     "5.0: a CONNECT that breaks a rule is answered; false closes without a word, as mosquitto does"},
    {"habits", read_habits, AT(habits), 0, 0, "{}",
     "what mosquitto 2.0 does otherwise than the specification or this broker, a list of words, see below"},
    {"send_topic_aliases", key_read_bool, AT(send_topic_aliases), 0, 0, "true",
     "use topic aliases towards a client of 5.0 that takes some"},
    {"retain_available", key_read_bool, AT(retain_available), 0, 0, "true",
     "messages may be retained; false is told in 5.0, and enforced"},
    {"wildcard_available", key_read_bool, AT(wildcard_available), 0, 0, "true",
     "5.0: filters may hold wildcards"},
    {"shared_available", key_read_bool, AT(shared_available), 0, 0, "true",
     "5.0: subscriptions may be shared"},
    {"subscription_ids_available", key_read_bool, AT(subscription_ids_available), 0, 0, "true",
     "5.0: subscriptions may have an identifier"},
    {"password_alone", key_read_bool, AT(password_alone), 0, 0, "false",
     "3.1.1: accept a password without a user name, which the specification forbids"},
    {"max_inflight", key_read_int, AT(max_inflight), 1, 65535, "20",
     "messages of QoS 1 and 2 that are under way to one client at a time"},
    {"max_queued", key_read_int, AT(max_queued), 0, 1000000, "1000",
     "messages of QoS 1 and 2 that wait for one client; more are dropped"},
    {"response_information", key_read_text, AT(response_information), 0, MQTT_TEXT, "none",
     "response information for a client of 5.0 that asks for it"},
    {"reason_string", key_read_text, AT(reason_string), 0, MQTT_TEXT, "none",
     "reason string of a CONNACK of 5.0 that refuses"},
    {"server_reference", key_read_text, AT(server_reference), 0, MQTT_TEXT, "none",
     "server reference of a CONNACK of 5.0 that refuses: where to go instead"},
    {"deny_subscribe", key_read_text, AT(deny_subscribe), 0, MQTT_TEXT, "none",
     "filters that this filter matches are refused with deny_code"},
    {"deny_code", key_read_int, AT(deny_code), 128, 255, "135",
     "reason code in SUBACK of 5.0 for deny_subscribe; 3.1.1 has 128 only"},
    {"behind", read_behind, AT(is_relayed), 0, 0, "nobody",
     "`mosquitto`: a real one answers, and the bench looks on and passes packets, see below"},
    {"keep_sessions", key_read_bool, AT(keep_sessions), 0, 0, "true",
     "false: a session ends with its connection, whatever the client asked for"},
    {"write_bytes", key_read_int, AT(write_bytes), 0, 65536, "as it comes",
     "what is sent leaves in pieces of so many bytes, each a TLS record of its own"},
    {"messages", read_messages, 0, 0, 0, "{}",
     "what the broker itself publishes, a list of sentences, see below"},
    {"faults", read_faults, 0, 0, 0, "{}",
     "what goes wrong with single packets, a list of sentences, see below"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

void mqtt_settings_default(struct mqtt_settings *ret)
{
    *ret = (struct mqtt_settings){
        .versions = VERSION(MQTT_V311) | VERSION(MQTT_V5),
        .suback_code = -1,
        .max_packet = MQTT_PACKET_DEFAULT_MAX,
        .max_qos = 2,
        .server_keep_alive_s = -1,
        .receive_maximum = 65535,
        .assigned_client_id = "assay-assigned",
        .session_expiry_s = -1,
        .tell_limits = true,
        .tell_connect_errors = true,
        .send_topic_aliases = true,
        .retain_available = true,
        .wildcard_available = true,
        .shared_available = true,
        .subscription_ids_available = true,
        .max_inflight = 20,
        .max_queued = 1000,
        .deny_code = 135,
        .keep_sessions = true,
    };
}

enum assay_status mqtt_settings_read(const struct value *description, struct mqtt_settings *ret,
                                     struct assay_error *err)
{
    struct mqtt_settings read;

    mqtt_settings_default(&read);
    ASSAY_TRY(keys_read(mqtt_keys, description, "mqtt", &read, err));
    *ret = read;
    return ASSAY_OK;
}
