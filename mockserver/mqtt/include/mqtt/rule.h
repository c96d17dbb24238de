/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules that a packet or a session can break, in one table: the normative statement of
 * MQTT 3.1.1 and of 5.0 (the section where it has no number), the reason code that 5.0 answers
 * with, and a sentence for people. (One number of 3.1.1 really is written [MQTT-3-8.3-4].)
 */
#ifndef MQTT_RULE_H
#define MQTT_RULE_H

#include "mqtt/packet.h"

#include <stdint.h>

/* clang-format off */
/* X(constant, clause in 3.1.1, clause in 5.0, reason code, sentence) */
#define MQTT_RULE_MAP(X)                                                                           \
    /* data representations */                                                                     \
    X(MQTT_RULE_SHORT, "MQTT 3.1.1 section 2.2.3", "MQTT 5.0 section 2.1.4", 0x81,                 \
      "a field reaches past the end of the packet")                                                \
    X(MQTT_RULE_TRAILING, "MQTT 3.1.1 section 2.2.3", "MQTT 5.0 section 2.1.4", 0x81,              \
      "bytes are left over after the last field of the packet")                                    \
    X(MQTT_RULE_UTF8, "[MQTT-1.5.3-1]", "[MQTT-1.5.4-1]", 0x81,                                    \
      "a text is not well-formed UTF-8")                                                           \
    X(MQTT_RULE_UTF8_NUL, "[MQTT-1.5.3-2]", "[MQTT-1.5.4-2]", 0x81,                                \
      "a text holds the character U+0000")                                                         \
    X(MQTT_RULE_VARINT, "MQTT 3.1.1 section 2.2.3", "MQTT 5.0 section 1.5.5", 0x81,                \
      "a variable byte integer is longer than four bytes")                                         \
    X(MQTT_RULE_VARINT_MINIMAL, "MQTT 3.1.1 section 2.2.3", "[MQTT-1.5.5-1]", 0x81,                \
      "a variable byte integer takes more bytes than it needs")                                    \
    /* fixed header */                                                                             \
    X(MQTT_RULE_TYPE, "MQTT 3.1.1 section 2.2.1", "MQTT 5.0 section 2.1.2", 0x81,                  \
      "the packet's type is reserved")                                                             \
    X(MQTT_RULE_FLAGS, "[MQTT-2.2.2-2]", "[MQTT-2.1.3-1]", 0x81,                                   \
      "the flags of the fixed header are not those of this type of packet")                        \
    X(MQTT_RULE_FLAGS_PUBREL, "[MQTT-3.6.1-1]", "[MQTT-3.6.1-1]", 0x81,                            \
      "the flags of the fixed header of PUBREL are not 0010")                                      \
    X(MQTT_RULE_FLAGS_SUBSCRIBE, "[MQTT-3.8.1-1]", "[MQTT-3.8.1-1]", 0x81,                         \
      "the flags of the fixed header of SUBSCRIBE are not 0010")                                   \
    X(MQTT_RULE_FLAGS_UNSUBSCRIBE, "[MQTT-3.10.1-1]", "[MQTT-3.10.1-1]", 0x81,                     \
      "the flags of the fixed header of UNSUBSCRIBE are not 0010")                                 \
    X(MQTT_RULE_FLAGS_DISCONNECT, "[MQTT-3.14.1-1]", "[MQTT-3.14.1-1]", 0x81,                      \
      "the flags of the fixed header of DISCONNECT are not 0000")                                  \
    X(MQTT_RULE_FLAGS_AUTH, "MQTT 5.0 section 3.15.1", "[MQTT-3.15.1-1]", 0x81,                    \
      "the flags of the fixed header of AUTH are not 0000")                                        \
    X(MQTT_RULE_TOO_LARGE, "MQTT 3.1.1 section 2.2.3", "MQTT 5.0 section 3.2.2.3.6", 0x95,         \
      "the packet is larger than the server takes")                                                \
    X(MQTT_RULE_PACKET_ID_ZERO, "[MQTT-2.3.1-1]", "[MQTT-2.2.1-3]", 0x82,                          \
      "the packet identifier is zero")                                                             \
    X(MQTT_RULE_PACKET_ID_IN_USE, "[MQTT-2.3.1-2]", "[MQTT-2.2.1-3]", 0x82,                        \
      "the packet identifier of a new message is still in use")                                    \
    /* properties (5.0) */                                                                         \
    X(MQTT_RULE_PROPERTY_UNKNOWN, "MQTT 5.0 section 2.2.2.2", "MQTT 5.0 section 2.2.2.2", 0x81,    \
      "a property has an identifier that does not exist")                                          \
    X(MQTT_RULE_PROPERTY_PLACE, "MQTT 5.0 section 2.2.2.2", "MQTT 5.0 section 2.2.2.2", 0x81,      \
      "a property stands in a packet in which it may not")                                         \
    X(MQTT_RULE_PROPERTY_TWICE, "MQTT 5.0 section 2.2.2.2", "MQTT 5.0 section 2.2.2.2", 0x82,      \
      "a property that may stand once stands in the packet twice")                                 \
    X(MQTT_RULE_PROPERTY_VALUE, "MQTT 5.0 section 2.2.2.2", "MQTT 5.0 section 2.2.2.2", 0x82,      \
      "a property has a value that is not allowed")                                                \
    X(MQTT_RULE_PROPERTY_LENGTH, "MQTT 5.0 section 2.2.2.1", "MQTT 5.0 section 2.2.2.1", 0x81,     \
      "the property length reaches past the end of the packet or into a property")                 \
    X(MQTT_RULE_RESPONSE_TOPIC, "MQTT 5.0 section 3.3.2.3.5", "[MQTT-3.3.2-14]", 0x82,             \
      "the response topic holds a wildcard")                                                       \
    X(MQTT_RULE_AUTH_DATA, "MQTT 5.0 section 3.1.2.11.10", "MQTT 5.0 section 3.1.2.11.10", 0x82,   \
      "there is authentication data without an authentication method")                             \
    /* CONNECT */                                                                                  \
    X(MQTT_RULE_CONNECT_FIRST, "[MQTT-3.1.0-1]", "[MQTT-3.1.0-1]", 0x82,                           \
      "the first packet is not CONNECT")                                                           \
    X(MQTT_RULE_CONNECT_TWICE, "[MQTT-3.1.0-2]", "[MQTT-3.1.0-2]", 0x82,                           \
      "a second CONNECT came on the same connection")                                              \
    X(MQTT_RULE_PROTOCOL_NAME, "[MQTT-3.1.2-1]", "[MQTT-3.1.2-1]", 0x84,                           \
      "the protocol name is not MQTT")                                                             \
    X(MQTT_RULE_PROTOCOL_LEVEL, "[MQTT-3.1.2-2]", "[MQTT-3.1.2-2]", 0x84,                          \
      "the protocol level is none that exists")                                                    \
    X(MQTT_RULE_CONNECT_RESERVED, "[MQTT-3.1.2-3]", "[MQTT-3.1.2-3]", 0x81,                        \
      "the reserved bit of the CONNECT flags is set")                                              \
    X(MQTT_RULE_WILL_QOS_WITHOUT, "[MQTT-3.1.2-13]", "[MQTT-3.1.2-11]", 0x81,                      \
      "the will QoS is not zero although there is no will")                                        \
    X(MQTT_RULE_WILL_QOS_3, "[MQTT-3.1.2-14]", "[MQTT-3.1.2-12]", 0x81,                            \
      "the will QoS is 3")                                                                         \
    X(MQTT_RULE_WILL_RETAIN_WITHOUT, "[MQTT-3.1.2-15]", "[MQTT-3.1.2-13]", 0x81,                   \
      "will retain is set although there is no will")                                              \
    X(MQTT_RULE_PASSWORD_WITHOUT_USER, "[MQTT-3.1.2-22]", "MQTT 5.0 section 3.1.2.9", 0x81,        \
      "there is a password without a user name")                                                   \
    X(MQTT_RULE_CLIENT_ID_EMPTY, "[MQTT-3.1.3-7]", "MQTT 5.0 section 3.1.3.1", 0x85,               \
      "the client identifier is empty although the session is to be kept")                         \
    X(MQTT_RULE_CLIENT_ID_LENGTH, "MQTT 3.1 section 3.1", "[MQTT-3.1.3-5]", 0x85,                  \
      "the client identifier is not 1 to 23 characters long as MQTT 3.1 requires")                 \
    X(MQTT_RULE_WILL_TOPIC, "[MQTT-4.7.1-1]", "[MQTT-4.7.0-1]", 0x82,                              \
      "the will topic is empty or holds a wildcard")                                               \
    /* CONNACK */                                                                                  \
    X(MQTT_RULE_CONNACK_FLAGS, "MQTT 3.1.1 section 3.2.2.1", "[MQTT-3.2.2-1]", 0x81,               \
      "reserved bits of the CONNACK flags are set")                                                \
    X(MQTT_RULE_CONNACK_PRESENT, "[MQTT-3.2.2-4]", "[MQTT-3.2.2-6]", 0x82,                         \
      "CONNACK refuses and says that a session is present")                                        \
    X(MQTT_RULE_CONNACK_CODE, "MQTT 3.1.1 section 3.2.2.3", "[MQTT-3.2.2-8]", 0x81,                \
      "CONNACK has a code that does not exist")                                                    \
    /* PUBLISH and its acknowledgements */                                                         \
    X(MQTT_RULE_PUBLISH_QOS_3, "[MQTT-3.3.1-4]", "[MQTT-3.3.1-4]", 0x81,                           \
      "both QoS bits of a PUBLISH are set")                                                        \
    X(MQTT_RULE_PUBLISH_DUP, "[MQTT-3.3.1-2]", "[MQTT-3.3.1-2]", 0x81,                             \
      "DUP is set in a PUBLISH with QoS 0")                                                        \
    X(MQTT_RULE_TOPIC_WILDCARD, "[MQTT-3.3.2-2]", "[MQTT-3.3.2-2]", 0x90,                          \
      "the topic name of a PUBLISH holds a wildcard")                                              \
    X(MQTT_RULE_TOPIC_EMPTY, "[MQTT-4.7.3-1]", "[MQTT-4.7.3-1]", 0x82,                             \
      "the topic name is empty and there is no topic alias")                                       \
    X(MQTT_RULE_ALIAS_ZERO, "MQTT 5.0 section 3.3.2.3.4", "[MQTT-3.3.2-8]", 0x94,                  \
      "the topic alias is zero")                                                                   \
    X(MQTT_RULE_ALIAS_MAXIMUM, "MQTT 5.0 section 3.3.2.3.4", "[MQTT-3.3.2-9]", 0x94,               \
      "the topic alias is greater than the server allows")                                         \
    X(MQTT_RULE_ALIAS_UNKNOWN, "MQTT 5.0 section 3.3.2.3.4", "MQTT 5.0 section 3.3.2.3.4", 0x82,   \
      "the topic alias was never given a topic")                                                   \
    X(MQTT_RULE_PUBLISH_SUBSCRIPTION, "MQTT 5.0 section 3.3.4", "[MQTT-3.3.4-6]", 0x82,            \
      "a PUBLISH from a client holds a subscription identifier")                                   \
    X(MQTT_RULE_RECEIVE_MAXIMUM, "MQTT 5.0 section 3.3.4", "[MQTT-3.3.4-7]", 0x93,                 \
      "more messages are under way than the server's receive maximum")                             \
    X(MQTT_RULE_MAXIMUM_QOS, "MQTT 5.0 section 3.2.2.3.4", "[MQTT-3.2.2-11]", 0x9b,                \
      "the QoS is higher than the server's maximum QoS")                                           \
    X(MQTT_RULE_RETAIN_UNAVAILABLE, "MQTT 3.1.1 section 3.3.1.3", "[MQTT-3.2.2-14]", 0x9a,         \
      "a message is to be retained although the server does not retain")                           \
    X(MQTT_RULE_PUBACK_REASON, "MQTT 5.0 section 3.4.2.1", "[MQTT-3.4.2-1]", 0x81,                 \
      "PUBACK has a reason code that it may not have")                                             \
    X(MQTT_RULE_PUBREC_REASON, "MQTT 5.0 section 3.5.2.1", "[MQTT-3.5.2-1]", 0x81,                 \
      "PUBREC has a reason code that it may not have")                                             \
    X(MQTT_RULE_PUBREL_REASON, "MQTT 5.0 section 3.6.2.1", "[MQTT-3.6.2-1]", 0x81,                 \
      "PUBREL has a reason code that it may not have")                                             \
    X(MQTT_RULE_PUBCOMP_REASON, "MQTT 5.0 section 3.7.2.1", "[MQTT-3.7.2-1]", 0x81,                \
      "PUBCOMP has a reason code that it may not have")                                            \
    X(MQTT_RULE_ANSWER_WRONG, "MQTT 3.1.1 section 4.3", "MQTT 5.0 section 4.3", 0x82,              \
      "an acknowledgement is not the one that this message waits for")                             \
    /* SUBSCRIBE, UNSUBSCRIBE and their answers */                                                 \
    X(MQTT_RULE_SUBSCRIBE_EMPTY, "[MQTT-3.8.3-3]", "[MQTT-3.8.3-2]", 0x82,                         \
      "a SUBSCRIBE holds no topic filter")                                                         \
    X(MQTT_RULE_SUBSCRIBE_OPTIONS, "[MQTT-3-8.3-4]", "[MQTT-3.8.3-5]", 0x81,                       \
      "the options of a subscription have reserved bits or QoS 3")                                 \
    X(MQTT_RULE_RETAIN_HANDLING, "[MQTT-3-8.3-4]", "MQTT 5.0 section 3.8.3.1", 0x82,               \
      "the retain handling of a subscription is 3")                                                \
    X(MQTT_RULE_NO_LOCAL_SHARED, "[MQTT-3-8.3-4]", "[MQTT-3.8.3-4]", 0x82,                         \
      "no local is set for a shared subscription")                                                 \
    X(MQTT_RULE_UNSUBSCRIBE_EMPTY, "[MQTT-3.10.3-2]", "[MQTT-3.10.3-2]", 0x82,                     \
      "an UNSUBSCRIBE holds no topic filter")                                                      \
    X(MQTT_RULE_FILTER_EMPTY, "[MQTT-4.7.3-1]", "[MQTT-4.7.3-1]", 0x8f,                            \
      "a topic filter is empty")                                                                   \
    X(MQTT_RULE_FILTER_HASH, "[MQTT-4.7.1-2]", "[MQTT-4.7.1-1]", 0x8f,                             \
      "# is not alone in the last level of a topic filter")                                        \
    X(MQTT_RULE_FILTER_PLUS, "[MQTT-4.7.1-3]", "[MQTT-4.7.1-2]", 0x8f,                             \
      "+ is not alone in its level of a topic filter")                                             \
    X(MQTT_RULE_FILTER_SHARE, "[MQTT-4.7.1-2]", "[MQTT-4.8.2-1]", 0x8f,                            \
      "a shared subscription has no share name, or one with a wildcard, or no filter")             \
    X(MQTT_RULE_SUBACK_CODE, "[MQTT-3.9.3-2]", "[MQTT-3.9.3-2]", 0x81,                             \
      "SUBACK or UNSUBACK has a code that does not exist, or none at all")                         \
    /* DISCONNECT, AUTH and the session */                                                         \
    X(MQTT_RULE_DISCONNECT_REASON, "MQTT 5.0 section 3.14.2.1", "[MQTT-3.14.2-1]", 0x81,           \
      "DISCONNECT has a reason code that it may not have")                                         \
    X(MQTT_RULE_SESSION_EXPIRY, "MQTT 5.0 section 3.14.2.2.2", "MQTT 5.0 section 3.14.2.2.2",      \
      0x82, "DISCONNECT sets a session expiry although CONNECT said that there is none")           \
    X(MQTT_RULE_AUTH_REASON, "MQTT 5.0 section 3.15.2.1", "[MQTT-3.15.2-1]", 0x81,                 \
      "AUTH has a reason code that does not exist")                                                \
    X(MQTT_RULE_AUTH_METHOD, "MQTT 5.0 section 3.15.2.2.2", "MQTT 5.0 section 3.15.2.2.2", 0x82,   \
      "AUTH has no authentication method")                                                         \
    X(MQTT_RULE_AUTH_UNASKED, "MQTT 5.0 section 4.12", "[MQTT-4.12.0-7]", 0x82,                    \
      "AUTH came although CONNECT named no authentication method")                                 \
    X(MQTT_RULE_KEEP_ALIVE, "[MQTT-3.1.2-23]", "[MQTT-3.1.2-20]", 0x8d,                            \
      "nothing came within one and a half times the keep alive")                                   \
    X(MQTT_RULE_AFTER_DISCONNECT, "[MQTT-3.14.4-2]", "[MQTT-3.14.4-1]", 0x82,                      \
      "bytes came after DISCONNECT")                                                               \
    X(MQTT_RULE_DIRECTION, "MQTT 3.1.1 section 2.2.1", "MQTT 5.0 section 2.1.2", 0x82,             \
      "a packet came that only a server may send")
/* clang-format on */

enum mqtt_rule {
#define X(id, clause3, clause5, reason, text) id,
    MQTT_RULE_MAP(X)
#undef X
        MQTT_RULE_COUNT
};

struct mqtt_violation {
    enum mqtt_rule rule;
    uint8_t type;       /* of the packet, as far as it was known */
    uint8_t reason;     /* for a DISCONNECT or CONNACK of MQTT 5.0 */
    const char *clause; /* "[MQTT-3.1.0-2]", or a section where the statement has no number */
    const char *text;   /* what the packet does wrong */
    const char *detail; /* the name of a property, where there is one; else NULL */
};

/* A violation in the words of this version (unknown: those of 3.1.1). */
struct mqtt_violation mqtt_violation_of(enum mqtt_rule rule, enum mqtt_version version);

#endif
