/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: conversations between several clients and a broker, byte by byte. The same table is
 * held against our broker and against mosquitto.
 *
 * A script is a list of lines. The first letter names a client, which connects when it first
 * speaks: a> 10 0d <MQTT> 04 02 003c <a>     sends a< 20 02 00 00                     is sent
 * exactly this next a!                                 loses its connection a. has been sent
 * everything, and is hung up on +1500                              so many milliseconds pass
 */
#ifndef TALKS_H
#define TALKS_H

#include <stdbool.h>
#include <stddef.h>

struct talk {
    const char *name;
    const char *differs; /* NULL: mosquitto 2.0 says the same; else why it does not */
    const char *script;
    unsigned habits; /* MQTT_HABIT_... of our broker, for what mosquitto 2.0 does otherwise */
};

extern const struct talk talks[];
extern const size_t talk_count;

enum talk_verb { TALK_SAYS, TALK_HEARS, TALK_VANISHES, TALK_HUNG_UP_ON, TALK_TIME };

struct talk_line {
    enum talk_verb verb;
    char client;
    unsigned ms;
    char bytes[8192];
};

/* The next line from *at; false: the end. A mistake aborts the test program. */
bool talk_next(const char **at, struct talk_line *ret);

#endif
