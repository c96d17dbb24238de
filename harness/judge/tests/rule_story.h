/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up transcripts for rules: what a board does, event by event. */
#ifndef RULE_STORY_H
#define RULE_STORY_H

#include "base/transcript.h"

struct story {
    struct transcript *t;
    int attempts;
    uint32_t conn;
};

/* A ClientHello, as a good board with TLS 1.2 and 1.3 sends it, but for what differs. */
struct hello {
    int64_t legacy, versions[3], signature, group, compression, psk;
    const char *suite, *name, *alpn, *random;
    const char *only_suite; /* in place of all others; and the group */
    int64_t only_group;
    int64_t extensions[6];
    bool no_renegotiation, no_master_secret, fallback, no_signatures;
    int64_t max_fragment;
};

struct identity {
    const char *sha256, *key, *subject, *type, *signature, *purpose;
    int64_t bits, begin_s, end_s;
    bool ca;
};

extern const struct identity good_identity;

void story_event(struct story *s, struct event_builder *e, const char *kind);
void story_open_attempt(struct story *s, const char *role, const char *scenario, const char *host,
                        const char *alpn);
void story_close_attempt(struct story *s);
void story_open_connection(struct story *s);
void story_say_hello(struct story *s, struct hello h);
void story_say_extension(struct story *s, int64_t type, const char *bytes, size_t len);
void story_say_established(struct story *s, bool resumed);
void story_say(struct story *s, const char *kind, const char *field, const char *text,
               const char *field_2, const char *text_2);
void story_say_result(struct story *s, bool ok);
void story_say_message(struct story *s, const char *dir, const char *name, const char *bytes,
                       size_t len);
void story_say_wire(struct story *s, const char *bytes, size_t len);
void story_say_server_hello(struct story *s, const char *cipher, int64_t extension);
void story_issue(struct story *s, const char *sha256, const char *key);
void story_show(struct story *s, struct identity i);
void story_say_verified(struct story *s, bool ok);

#endif
