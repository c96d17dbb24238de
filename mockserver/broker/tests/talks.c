/* SPDX-License-Identifier: Apache-2.0 */
/* style: long table */
#include "talks.h"

#include "mqtt/settings.h"

/* CONNECT of 3.1.1 and 5.0 with a clean session, and the answers of the mosquitto profile. */
#define C4(id)      "10 0d <MQTT> 04 02 003c <" id ">\n"
#define C4_KEPT(id) "10 0d <MQTT> 04 00 003c <" id ">\n"
#define OK4         "20 02 00 00\n"
#define OK4_PRESENT "20 02 01 00\n"
#define C5(id)      "10 0e <MQTT> 05 02 003c 00 <" id ">\n"
/* Session expiry 60 s. */
#define C5_KEPT(id) "10 13 <MQTT> 05 00 003c 05 11 0000003c <" id ">\n"
#define OK5         "20 09 00 00 06 22 000a 21 0014\n"
#define OK5_PRESENT "20 09 01 00 06 22 000a 21 0014\n"
#define JOIN4(id)   id "> " C4(id) id "< " OK4
#define JOIN5(id)   id "> " C5(id) id "< " OK5
#define KEPT4(id)   id "> " C4_KEPT(id) id "< " OK4
#define KEPT5(id)   id "> " C5_KEPT(id) id "< " OK5
#define PING(id)    id "> c0 00\n" id "< d0 00\n"

#define SLASHES_10 "2f2f2f2f2f2f2f2f2f2f"
#define SLASHES_100                                                                                \
    SLASHES_10 SLASHES_10 SLASHES_10 SLASHES_10 SLASHES_10 SLASHES_10 SLASHES_10 SLASHES_10        \
        SLASHES_10 SLASHES_10
#define SLASHES_200 SLASHES_100 SLASHES_100
#define SLASHES_201 SLASHES_200 "2f"

/* clang-format off */
const struct talk talks[] = {
    /* --- connecting, 3.1.1 and 5.0 --- */
    {"a client of 3.1.1 connects, pings and leaves", NULL, JOIN4("a") PING("a") "a> e0 00\na.\n", 0},
    {"a client of 5.0 connects, pings and leaves", NULL, JOIN5("a") PING("a") "a> e0 00\na.\n", 0},
    {"a clean session of 3.1.1 is never present", NULL, JOIN4("a") "a!\n" JOIN4("a"), 0},
    {"a session of 3.1.1 that is kept is present", NULL, KEPT4("a") "a!\n" "a> " C4_KEPT("a") "a< " OK4_PRESENT, 0},
    {"a session of 5.0 that is kept is present", NULL, KEPT5("a") "a!\n" "a> " C5_KEPT("a") "a< " OK5_PRESENT, 0},
    {"clean start forgets a session that was kept", NULL, KEPT5("a") "a!\n" JOIN5("a"), 0},
    {"DISCONNECT may end a session that was to be kept", NULL,
     KEPT5("a") "a> e0 07 00 05 11 00000000\na.\n" "a> " C5_KEPT("a") "a< " OK5, 0},
    {"an identifier that connects again takes over in 3.1.1", NULL,
     JOIN4("a") "b> " C4("a") "b< " OK4 "a.\n" PING("b"), 0},
    {"an identifier that connects again takes over in 5.0, and the first one is told",
     "mosquitto 2.0.11 sends no DISCONNECT 0x8e (corrected in 2.0.15)",
     JOIN5("a") "b> " C5("a") "b< " OK5 "a< e0 01 8e\na.\n" PING("b"), 0},
    {"an authentication method that is not known is refused", NULL, "a> 10 14 <MQTT> 05 02 003c 06 15 <SCR> <a>\n"
     "a< 20 03 00 8c 00\na.\n", 0},
    {"a level that does not exist is refused in 3.1.1", NULL, "a> 10 0d <MQTT> 02 02 003c <a>\na< 20 02 00 01\na.\n", 0},
    {"an empty identifier of a kept session is refused in 3.1.1", NULL, "a> 10 0c <MQTT> 04 00 003c 0000\na< 20 02 00 02\na.\n", 0},
    /* --- messages --- */
    {"QoS 0 goes to a subscriber", NULL,
     JOIN4("a") JOIN4("b") "b> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\na> 30 07 <t/1> 'hi'\nb< 30 07 <t/1> 'hi'\n", 0},
    {"QoS 1 goes to a subscriber of QoS 1", NULL,
     JOIN4("a") JOIN4("b") "b> 82 08 0001 <t/1> 01\nb< 90 03 0001 01\na> 32 09 <t/1> 0007 'hi'\na< 40 02 0007\n"
     "b< 32 09 <t/1> 0001 'hi'\nb> 40 02 0001\n" PING("b"), 0},
    {"QoS 2 goes to a subscriber of QoS 2 when it is released", NULL,
     JOIN4("a") JOIN4("b") "b> 82 08 0001 <t/1> 02\nb< 90 03 0001 02\na> 34 09 <t/1> 0007 'hi'\na< 50 02 0007\n" PING("b")
     "a> 62 02 0007\na< 70 02 0007\nb< 34 09 <t/1> 0001 'hi'\nb> 50 02 0001\nb< 62 02 0001\nb> 70 02 0001\n" PING("b"), 0},
    {"QoS 2 goes to who subscribes before it is released", NULL,
     JOIN4("a") JOIN4("b") "a> 34 09 <t/1> 0007 'hi'\na< 50 02 0007\nb> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\n"
     "a> 62 02 0007\na< 70 02 0007\nb< 30 07 <t/1> 'hi'\n" PING("b"), 0},
    {"a subscriber gets no more than the QoS it asked for", NULL,
     JOIN4("a") JOIN4("b") "b> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\na> 32 09 <t/1> 0007 'hi'\na< 40 02 0007\n"
     "b< 30 07 <t/1> 'hi'\n", 0},
    {"a subscriber gets no more than the QoS of the message", NULL,
     JOIN4("a") JOIN4("b") "b> 82 08 0001 <t/1> 02\nb< 90 03 0001 02\na> 30 07 <t/1> 'hi'\nb< 30 07 <t/1> 'hi'\n", 0},
    {"PUBACK of 5.0 says that nobody is subscribed", NULL, JOIN5("a") "a> 32 0a <t/1> 0007 00 'hi'\na< 40 03 0007 10\n", 0},
    {"versions speak to each other", NULL,
     JOIN5("a") JOIN4("b") "b> 82 08 0001 <t/1> 01\nb< 90 03 0001 01\na> 32 0f <t/1> 0007 05 02 0000003c 'hi'\na< 40 02 0007\n"
     "b< 32 09 <t/1> 0001 'hi'\nb> 40 02 0001\n", 0},
    {"properties of 5.0 are passed on", NULL,
     JOIN5("a") JOIN5("b") "b> 82 09 0001 00 <t/1> 00\nb< 90 04 0001 00 00\n"
     "a> 30 1d <t/1> 15 01 01 03 <x> 08 <r> 09 <c> 26 <k> <v> 'hi'\n"
     "b< 30 1d <t/1> 15 01 01 03 <x> 08 <r> 09 <c> 26 <k> <v> 'hi'\n", 0},
    {"a message that was not acknowledged comes again with DUP", NULL,
     KEPT4("a") "a> 82 08 0001 <t/1> 01\na< 90 03 0001 01\n" JOIN4("b") "b> 32 09 <t/1> 0007 'hi'\nb< 40 02 0007\n"
     "a< 32 09 <t/1> 0001 'hi'\na!\na> " C4_KEPT("a") "a< " OK4_PRESENT "a< 3a 09 <t/1> 0001 'hi'\na> 40 02 0001\n" PING("a")
     "a!\na> " C4_KEPT("a") "a< " OK4_PRESENT PING("a"), 0},
    {"PUBREL comes again where PUBCOMP is missing", NULL,
     KEPT4("a") "a> 82 08 0001 <t/1> 02\na< 90 03 0001 02\n" JOIN4("b") "b> 34 09 <t/1> 0007 'hi'\nb< 50 02 0007\nb> 62 02 0007\n"
     "b< 70 02 0007\na< 34 09 <t/1> 0001 'hi'\na> 50 02 0001\na< 62 02 0001\na!\na> " C4_KEPT("a") "a< " OK4_PRESENT
     "a< 62 02 0001\na> 70 02 0001\n" PING("a"), 0},
    {"messages wait for a session that is kept, those of QoS 0 do not", NULL,
     KEPT4("a") "a> 82 08 0001 <t/1> 02\na< 90 03 0001 02\na!\n" JOIN4("b") "b> 30 07 <t/1> 'h0'\nb> 32 09 <t/1> 0007 'h1'\n"
     "b< 40 02 0007\n"
     "a> " C4_KEPT("a") "a< " OK4_PRESENT "a< 32 09 <t/1> 0001 'h1'\na> 40 02 0001\n" PING("a"), 0},
    {"a message of QoS 2 that comes twice is passed on once, over two connections", NULL,
     KEPT4("a") JOIN4("b") "b> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\na> 34 09 <t/1> 0007 'hi'\na< 50 02 0007\na!\n"
     "a> " C4_KEPT("a") "a< " OK4_PRESENT "a> 3c 09 <t/1> 0007 'hi'\na< 50 02 0007\na> 62 02 0007\na< 70 02 0007\n"
     "b< 30 07 <t/1> 'hi'\n" PING("b"), 0},
    {"the receive maximum of the client is kept", NULL,
     "a> 10 11 <MQTT> 05 02 003c 03 21 0001 <a>\na< " OK5 "a> 82 09 0001 00 <t/1> 01\na< 90 04 0001 00 01\n" JOIN4("b")
     "b> 32 09 <t/1> 0007 'h1'\nb< 40 02 0007\nb> 32 09 <t/1> 0008 'h2'\nb< 40 02 0008\n"
     "a< 32 0a <t/1> 0001 00 'h1'\n" PING("a") "a> 40 02 0001\na< 32 0a <t/1> 0002 00 'h2'\na> 40 02 0002\n" PING("a"), 0},
    {"a message that is too large for the client is not sent",
     "mosquitto 2.0 leaves the first byte of the packet out when it counts",
     "a> 10 13 <MQTT> 05 02 003c 05 27 00000014 <a>\na< " OK5 "a> 82 09 0001 00 <t/1> 00\na< 90 04 0001 00 00\n" JOIN4("b")
     "b> 30 12 <t/1> '1234567890123'\nb> 30 11 <t/1> '123456789012'\na< 30 12 <t/1> 00 '123456789012'\n" PING("a"), 0},
    {"a topic alias of the client stands for its topic", NULL,
     JOIN5("a") JOIN4("b") "b> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\na> 30 0b <t/1> 03 23 0001 'hi'\n"
     "a> 30 08 0000 03 23 0001 'ho'\n"
     "b< 30 07 <t/1> 'hi'\nb< 30 07 <t/1> 'ho'\n", 0},
    {"a PUBACK where PUBREC is due is a violation",
     "mosquitto 2.0 closes without DISCONNECT",
     JOIN5("a") "a> 82 09 0001 00 <t/1> 02\na< 90 04 0001 00 02\n" JOIN4("b") "b> 34 09 <t/1> 0007 'hi'\nb< 50 02 0007\n"
     "b> 62 02 0007\n"
     "b< 70 02 0007\na< 34 0a <t/1> 0001 00 'hi'\na> 40 02 0001\na< e0 01 82\na.\n", 0},
    /* --- subscriptions --- */
    {"wildcards", NULL,
     JOIN4("a") JOIN4("b") "b> 82 10 0001 <a/+/c> 00 <x/#> 00\nb< 90 04 0001 00 00\n"
     "a> 30 08 <a/b/c> '1'\na> 30 08 <a/b/d> '2'\na> 30 04 <x> '3'\na> 30 08 <x/y/z> '4'\n"
     "b< 30 08 <a/b/c> '1'\nb< 30 04 <x> '3'\nb< 30 08 <x/y/z> '4'\n" PING("b"), 0},
    {"a topic that begins with $ is not for wildcards", NULL,
     JOIN4("a") JOIN4("b") "b> 82 0c 0001 <#> 00 <+/a> 00\nb< 90 04 0001 00 00\na> 30 06 <$x/a>\na> 30 03 <z>\nb< 30 03 <z>\n"
     PING("b"), 0},
    {"an empty level is a level", NULL,
     JOIN4("a") JOIN4("b") "b> 82 0d 0001 </+> 00 <+/+> 00\nb< 90 04 0001 00 00\na> 30 03 </>\nb< 30 03 </>\n" PING("b"), 0},
    {"unsubscribing", NULL,
     JOIN4("a") JOIN4("b") "b> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\nb> a2 07 0002 <t/1>\nb< b0 02 0002\n"
     "a> 30 07 <t/1> 'hi'\n" PING("a") PING("b"), 0},
    {"UNSUBACK of 5.0 says that there was no subscription", NULL, JOIN5("a") "a> a2 08 0002 00 <t/1>\na< b0 04 0002 00 11\n", 0},
    {"no local", NULL,
     JOIN5("a") "a> 82 09 0001 00 <t/1> 04\na< 90 04 0001 00 00\na> 30 08 <t/1> 00 'hi'\n" PING("a"), 0},
    {"a subscription identifier comes with its messages", NULL,
     JOIN5("a") JOIN4("b") "a> 82 0b 0001 02 0b 2a <t/1> 00\na< 90 04 0001 00 00\nb> 30 07 <t/1> 'hi'\n"
     "a< 30 0a <t/1> 02 0b 2a 'hi'\n", 0},
    {"overlapping subscriptions give one copy with the highest QoS and every identifier",
     "mosquitto 2.0 takes the first subscription that it meets",
     JOIN5("a") JOIN4("b") "a> 82 0b 0001 02 0b 01 <t/1> 00\na< 90 04 0001 00 00\na> 82 0b 0002 02 0b 02 <t/+> 01\n"
     "a< 90 04 0002 00 01\n"
     "b> 32 09 <t/1> 0007 'hi'\nb< 40 02 0007\na< 32 0e <t/1> 0001 04 0b 01 0b 02 'hi'\na> 40 02 0001\n" PING("a"), 0},
    {"members of a share take turns", NULL,
     JOIN5("a") JOIN5("b") JOIN4("c") "a> 82 12 0001 00 <$share/g/t/1> 00\na< 90 04 0001 00 00\n"
     "b> 82 12 0001 00 <$share/g/t/1> 00\nb< 90 04 0001 00 00\n"
     "c> 30 06 <t/1> '1'\na< 30 07 <t/1> 00 '1'\nc> 30 06 <t/1> '2'\nb< 30 07 <t/1> 00 '2'\nc> 30 06 <t/1> '3'\n"
     "a< 30 07 <t/1> 00 '3'\n" PING("a") PING("b"), 0},
    {"a subscription with a broken filter", NULL, JOIN4("a") "a> 82 07 0001 <a#> 00\na.\n", 0},
    /* --- retained messages --- */
    {"a retained message waits for subscribers", NULL,
     JOIN4("a") "a> 31 07 <t/1> 'hi'\n" PING("a") JOIN4("b") "b> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\nb< 31 07 <t/1> 'hi'\n"
     "a> 31 07 <t/1> 'ho'\nb< 30 07 <t/1> 'ho'\na> 31 05 <t/1>\nb< 30 05 <t/1>\n", 0},
    {"an empty retained message takes it away", NULL,
     JOIN4("a") "a> 31 07 <t/1> 'hi'\na> 31 05 <t/1>\n" PING("a") JOIN4("b") "b> 82 08 0001 <t/1> 00\nb< 90 03 0001 00\n"
     PING("b"), 0},
    {"retained messages come for wildcards", NULL,
     JOIN4("a") "a> 31 06 <t/1> '1'\n" PING("a") JOIN4("b") "b> 82 08 0001 <t/#> 00\nb< 90 03 0001 00\nb< 31 06 <t/1> '1'\n"
     PING("b") "a> 31 05 <t/1>\nb< 30 05 <t/1>\n", 0},
    {"retain handling 1 sends with a new subscription only", NULL,
     JOIN5("a") "a> 31 08 <t/1> 00 'hi'\na> 82 09 0001 00 <t/1> 10\na< 90 04 0001 00 00\na< 31 08 <t/1> 00 'hi'\n"
     "a> 82 09 0002 00 <t/1> 10\na< 90 04 0002 00 00\n" PING("a") "a> 31 06 <t/1> 00\na< 30 06 <t/1> 00\n", 0},
    {"retain handling 2 sends nothing", NULL,
     JOIN5("a") "a> 31 08 <t/1> 00 'hi'\na> 82 09 0001 00 <t/1> 20\na< 90 04 0001 00 00\n" PING("a") "a> 31 06 <t/1> 00\n"
     "a< 30 06 <t/1> 00\n", 0},
    {"retain as published keeps the flag", NULL,
     JOIN5("a") "a> 82 09 0001 00 <t/1> 08\na< 90 04 0001 00 00\na> 31 08 <t/1> 00 'hi'\na< 31 08 <t/1> 00 'hi'\n"
     "a> 31 06 <t/1> 00\na< 31 06 <t/1> 00\n", 0},
    /* --- wills --- */
    {"a will is published when the connection is lost", NULL,
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\na> 10 15 <MQTT> 04 06 003c <a> <w> <bye>\na< " OK4 "a!\n"
     "b< 30 06 <w> 'bye'\n", 0},
    {"a will is not published after DISCONNECT", NULL,
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\na> 10 15 <MQTT> 04 06 003c <a> <w> <bye>\na< " OK4 "a> e0 00\na.\n"
     PING("b"), 0},
    {"DISCONNECT of 5.0 may ask for the will", NULL,
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\na> 10 17 <MQTT> 05 06 003c 00 <a> 00 <w> <bye>\na< " OK5 "a> e0 01 04\n"
     "a.\nb< 30 06 <w> 'bye'\n", 0},
    {"a broken rule publishes the will", NULL,
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\na> 10 15 <MQTT> 04 06 003c <a> <w> <bye>\na< "
     OK4 "a> 36 06 <t> 0001 'x'\na.\nb< 30 06 <w> 'bye'\n", 0},
    {"a retained will is retained", NULL,
     "a> 10 15 <MQTT> 04 26 003c <a> <w> <bye>\na< " OK4 "a!\n" JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\n"
     "b< 31 06 <w> 'bye'\nb> 31 03 <w>\nb< 30 03 <w>\n", 0},
    {"a will waits for its delay", "mosquitto looks at its delays once a second",
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\n"
     "a> 10 21 <MQTT> 05 04 003c 05 11 0000003c <a> 05 18 00000002 <w> <bye>\na< " OK5 "a!\n+1900\n" PING("b") "+200\n"
     "b< 30 06 <w> 'bye'\n", 0},
    {"a client that comes back in time takes its delayed will away", "mosquitto looks at its delays once a second",
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\n"
     "a> 10 21 <MQTT> 05 04 003c 05 11 0000003c <a> 05 18 00000002 <w> <bye>\na< " OK5 "a!\n+1900\na> " C5_KEPT("a") "a< "
     OK5_PRESENT "+5000\n" PING("b"), 0},
    {"a delayed will comes when its session ends",
     "mosquitto 2.0 waits for the delay although the session has ended",
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\n"
     "a> 10 1c <MQTT> 05 06 003c 00 <a> 05 18 0000003c <w> <bye>\na< " OK5 "a!\nb< 30 06 <w> 'bye'\n", 0},
    /* --- habits of mosquitto --- */
    {"a PUBACK where PUBREC is due, in silence", NULL,
     JOIN5("a") "a> 82 09 0001 00 <t/1> 02\na< 90 04 0001 00 02\n" JOIN4("b") "b> 34 09 <t/1> 0007 'hi'\nb< 50 02 0007\n"
     "b> 62 02 0007\n"
     "b< 70 02 0007\na< 34 0a <t/1> 0001 00 'hi'\na> 40 02 0001\na.\n", MQTT_HABIT_SILENT_ON_ANSWERS},
    {"a packet that only servers send, in silence", NULL, JOIN5("a") "a> 29 02 0001\na.\n", MQTT_HABIT_SILENT_ON_ANSWERS},
    {"PUBREL for nothing is completed", NULL, JOIN5("a") "a> 62 02 0007\na< 70 02 0007\n", MQTT_HABIT_UNKNOWN_RELEASE_DONE},
    {"a session that is taken over and goes on publishes no will", NULL,
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\na> 10 15 <MQTT> 04 04 003c <a> <w> <bye>\na< " OK4
     "c> " C4_KEPT("a") "c< " OK4_PRESENT "a.\n" PING("b"), MQTT_HABIT_TAKEOVER_KEEPS_WILL},
    {"a session that is taken over and ends publishes its will all the same", NULL,
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\na> 10 15 <MQTT> 04 06 003c <a> <w> <bye>\na< " OK4
     "c> " C4("a") "c< " OK4 "a.\nb< 30 06 <w> 'bye'\n", MQTT_HABIT_TAKEOVER_KEEPS_WILL},
    {"a client that comes back takes the delayed will of its ended session away", NULL,
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\n"
     "a> 10 1c <MQTT> 05 06 003c 00 <a> 05 18 0000003c <w> <bye>\na< " OK5 "a!\n" JOIN5("a") PING("b"),
     MQTT_HABIT_WILL_OUTLIVES_SESSION},
    {"a delayed will outlives its session", "mosquitto looks at its delays once a second",
     JOIN4("b") "b> 82 06 0001 <w> 00\nb< 90 03 0001 00\n"
     "a> 10 1c <MQTT> 05 06 003c 00 <a> 05 18 00000002 <w> <bye>\na< " OK5 "a!\n+1900\n" PING("b") "+200\n"
     "b< 30 06 <w> 'bye'\n", MQTT_HABIT_WILL_OUTLIVES_SESSION},
    /* --- habits of AWS IoT Core --- */
    {"nothing that is retained for a filter with a wildcard", "mosquitto sends it",
     JOIN4("b") "b> 31 07 <t/1> 'hi'\n" JOIN4("a") "a> 82 08 0001 <t/+> 00\na< 90 03 0001 00\n"
     "a> 82 06 0002 <#> 00\na< 90 03 0002 00\n" PING("a") "a> 82 08 0003 <t/1> 00\na< 90 03 0003 00\na< 31 07 <t/1> 'hi'\n",
     MQTT_HABIT_RETAINED_EXACT},
    {"a hash is for what is below only", "mosquitto follows the specification",
     JOIN4("a") "a> 82 08 0001 <t/#> 00\na< 90 03 0001 00\n" JOIN4("b") "b> 30 05 <t> 'hi'\n" PING("a")
     "b> 30 07 <t/1> 'hi'\na< 30 07 <t/1> 'hi'\nb> 30 06 <t/> 'hi'\na< 30 06 <t/> 'hi'\n", MQTT_HABIT_HASH_BELOW_ONLY},
    {"a hash alone is for everything", NULL,
     JOIN4("a") "a> 82 06 0001 <#> 00\na< 90 03 0001 00\n" JOIN4("b") "b> 30 05 <t> 'hi'\na< 30 05 <t> 'hi'\n",
     MQTT_HABIT_HASH_BELOW_ONLY},
    {"a filter of 202 levels closes", NULL, JOIN4("a") "a> 82 ce01 0001 00c9" SLASHES_201 "00\na.\n",
     MQTT_HABIT_DEEP_TOPICS_CLOSE},
    {"a filter of 201 levels does not", NULL, JOIN4("a") "a> 82 cd01 0001 00c8" SLASHES_200 "00\na< 90 03 0001 00\n",
     MQTT_HABIT_DEEP_TOPICS_CLOSE},
    {"a filter of 202 levels is malformed in 5.0", NULL, JOIN5("a") "a> 82 cf01 0001 00 00c9" SLASHES_201 "00\na< e0 01 81\na.\n",
     MQTT_HABIT_DEEP_TOPICS_CLOSE},
    {"a topic of 202 levels is a protocol error in 5.0", NULL, JOIN5("a") "a> 30 cc01 00c9" SLASHES_201 "00\na< e0 01 82\na.\n",
     MQTT_HABIT_DEEP_TOPICS_CLOSE},
    {"a SUBSCRIBE with the packet identifier 0 is malformed", NULL, JOIN5("a") "a> 82 09 0000 00 <t/1> 01\na< e0 01 81\na.\n",
     MQTT_HABIT_SUBSCRIBE_MALFORMED},
    {"an UNSUBSCRIBE without a filter is malformed", NULL, JOIN5("a") "a> a2 03 0001 00\na< e0 01 81\na.\n",
     MQTT_HABIT_SUBSCRIBE_MALFORMED},
    {"a SUBSCRIBE with the packet identifier 0 is a protocol error without that", "mosquitto 2.0 says malformed",
     JOIN5("a") "a> 82 09 0000 00 <t/1> 01\na< e0 01 82\na.\n", 0},
    {"a filter of 202 levels is refused without that", "mosquitto 2.0 closes",
     JOIN5("a") "a> 82 cf01 0001 00 00c9" SLASHES_201 "00\na< 90 04 0001 00 8f\n", 0},
    /* --- time --- */
    {"a session ends when its expiry has passed", "mosquitto looks at its sessions once a minute",
     KEPT5("a") "a!\n+61000\na> " C5_KEPT("a") "a< " OK5, 0},
    {"a message that waits loses the time that it waited, and is not sent when it has expired",
     "mosquitto looks at the clock once a second",
     KEPT5("a") "a> 82 09 0001 00 <t/1> 01\na< 90 04 0001 00 01\na!\n" JOIN5("b")
     "b> 32 0f <t/1> 0007 05 02 00000005 'h1'\nb< 40 02 0007\nb> 32 0f <t/1> 0008 05 02 00000002 'h2'\nb< 40 02 0008\n+3000\n"
     "a> " C5_KEPT("a") "a< " OK5_PRESENT "a< 32 0f <t/1> 0001 05 02 00000002 'h1'\na> 40 02 0001\n" PING("a"), 0},
    {"a retained message expires", "mosquitto looks at the clock once a second",
     JOIN5("a") "a> 31 0d <t/1> 05 02 00000002 'hi'\n+3000\na> 82 09 0001 00 <t/1> 00\na< 90 04 0001 00 00\n" PING("a"), 0},
};
/* clang-format on */

const size_t talk_count = sizeof(talks) / sizeof(talks[0]);
