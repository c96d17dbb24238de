/* SPDX-License-Identifier: Apache-2.0 */
/* What several connections of a board tell together: randomness, sessions, versions. */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

enum { EXT_SESSION_TICKET = 35, EXT_KEY_SHARE = 51 };

static bool same_bytes(const struct event_field *a, const struct event_field *b)
{
    return a != NULL && b != NULL && a->text_len > 0 && a->text_len == b->text_len &&
           memcmp(a->text, b->text, a->text_len) == 0;
}

/* ---- randomness ---- */

/* What has to be new in every ClientHello, and what it is called. NULL: nothing of that here. */
static const struct event_field *fresh_bytes(const struct event *e, const char **ret_name)
{
    if (event_is(e, EV_TLS_CLIENT_HELLO)) {
        *ret_name = "random";
        return event_field(e, "random");
    }
    if (event_is(e, EV_TLS_EXTENSION) && event_get_int(e, "type", -1) == EXT_KEY_SHARE &&
        strcmp(event_get_text(e, "message"), "ClientHello") == 0) {
        *ret_name = "key share";
        return event_field(e, "bytes");
    }
    return NULL;
}

/* The same bytes in a later connection: which attempt that is. */
static bool comes_again(const struct rule_walk *from, uint32_t conn,
                        const struct event_field *bytes, unsigned *ret_attempt)
{
    struct rule_walk walk = *from;
    const struct event *e = NULL;
    const char *name = "";

    while ((e = rule_walk_next(&walk)) != NULL) {
        /* After a HelloRetryRequest the same connection repeats its random: RFC 8446 4.1.2. */
        if (walk.attempts == from->attempts && e->conn == conn)
            continue;
        if (same_bytes(fresh_bytes(e, &name), bytes)) {
            *ret_attempt = walk.attempts;
            return true;
        }
    }
    return false;
}

void rule_randomness(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned hellos = 0;
    unsigned resets = 0;
    unsigned again = 0;
    const char *name = "";

    while ((e = rule_walk_next(&walk)) != NULL) {
        const struct event_field *bytes = fresh_bytes(e, &name);

        hellos += event_is(e, EV_TLS_CLIENT_HELLO) ? 1 : 0;
        resets += event_is(e, EV_BOARD_RESET) ? 1 : 0;
        if (bytes != NULL && comes_again(&walk, e->conn, bytes, &again)) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "The %s of connection %u came again in connection %u: its random numbers are "
                     "not random. Whoever has seen one connection can read the next; look for how "
                     "the generator is seeded.",
                     name, walk.attempts, again);
            return;
        }
    }
    if (hellos < 2)
        rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: it takes two connections.");
    else
        rule_say(ret, VERDICT_PASS,
                 "%u connections, %u resets between them, and no random and no key share twice.",
                 hellos, resets);
}

/* ---- sessions ---- */

/* Did a server of this run give out this session id? */
static bool is_known_session(const struct rule_walk *until, const struct event *hello)
{
    struct rule_walk walk = {.view = until->view};
    const struct event *e = NULL;

    while (walk.next < until->next && (e = rule_walk_find(&walk, EV_TLS_SERVER_HELLO)) != NULL &&
           walk.next < until->next)
        if (event_get_int(e, "version", 0) < 0x0304 &&
            same_bytes(event_field(e, "session_id"), event_field(hello, "session_id")))
            return true;
    return false;
}

/* Does this event offer to go on with an older session? */
static bool offers_session(const struct rule_walk *walk, const struct event *e)
{
    const struct event_field *bytes = event_field(e, "bytes");

    if (event_is(e, EV_TLS_EXTENSION))
        return event_get_int(e, "type", -1) == EXT_SESSION_TICKET && bytes != NULL &&
               bytes->text_len > 0 && strcmp(event_get_text(e, "message"), "ClientHello") == 0;
    if (!event_is(e, EV_TLS_CLIENT_HELLO))
        return false;
    return event_get_int(e, "psk_identities", 0) > 0 || is_known_session(walk, e);
}

/* Was there a connection to this host before? */
static bool was_there_before(const struct rule_walk *until)
{
    struct rule_walk walk = {.view = until->view};
    const char *host = event_get_text(until->begin, "host");
    const struct event *e = NULL;

    while (walk.next < until->next && (e = rule_walk_find(&walk, EV_TLS_ESTABLISHED)) != NULL &&
           walk.next < until->next)
        if (strcmp(event_get_text(walk.begin, "host"), host) == 0)
            return true;
    return false;
}

void rule_session_elsewhere(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned offered = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (!offers_session(&walk, e))
            continue;
        offered++;
        if (!was_there_before(&walk)) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It offered a session of another server to %s: that server can tell that it "
                     "is the same board, and could be let in without showing a certificate.",
                     event_get_text(walk.begin, "host"));
            return;
        }
    }
    if (offered == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It keeps no sessions: none was offered anywhere.");
    else
        rule_say(ret, VERDICT_PASS, "It offered sessions to the server that gave them only.");
}

struct resumption {
    bool offered, resumed; /* in the last connection */
};

static struct resumption last_connection(const struct rule_view *view)
{
    struct rule_walk walk = {.view = view};
    struct resumption r = {.offered = false};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN))
            r = (struct resumption){.offered = false};
        r.offered = r.offered || offers_session(&walk, e);
        if (event_is(e, EV_TLS_ESTABLISHED))
            r.resumed = event_get_bool(e, "resumed");
    }
    return r;
}

void rule_resumed(const struct rule_view *view, struct rule_finding *ret)
{
    struct resumption r = last_connection(view);

    if (r.resumed)
        rule_say(ret, VERDICT_PASS, "It resumed its session.");
    else if (r.offered)
        rule_say(ret, VERDICT_PASS, "It offered its session, and made a new one.");
    else
        rule_say(ret, VERDICT_PASS,
                 "It keeps no sessions: every connection costs a whole handshake.");
}

void rule_not_resumed(const struct rule_view *view, struct rule_finding *ret)
{
    struct resumption r = last_connection(view);

    if (r.resumed)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It resumed a session whose server certificate had ended: as long as the server "
                 "goes along, it never looks at a certificate again. Cap the life of a session by "
                 "that of its certificate.");
    else
        rule_say(ret, VERDICT_PASS, "It did not resume the old session.");
}

/* ---- versions ---- */

static int64_t highest_version(const struct event *hello)
{
    const struct event_field *list = event_field(hello, "versions");
    int64_t highest = event_get_int(hello, "legacy_version", 0);

    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (list->ints[i] > highest && list->ints[i] <= 0x0304)
            highest = list->ints[i];
    return highest;
}

/* The first ClientHello that offers less than one before; NULL: none. */
static const struct event *find_lower(const struct rule_view *view, unsigned *ret_hellos)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    int64_t highest = 0;

    *ret_hellos = 0;
    while ((e = rule_walk_find(&walk, EV_TLS_CLIENT_HELLO)) != NULL) {
        int64_t version = highest_version(e);

        (*ret_hellos)++;
        if (version < highest)
            return e;
        highest = version;
    }
    return NULL;
}

void rule_never_lower(const struct rule_view *view, struct rule_finding *ret)
{
    unsigned hellos = 0;
    const struct event *lower = find_lower(view, &hellos);

    if (lower != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "After a connection that failed it offered 0x%04" PRIx64 " at most: whoever "
                 "breaks its connections can choose the version.",
                 (uint64_t)highest_version(lower));
    else
        rule_say(ret, VERDICT_PASS, "In %u connections it never offered less than before.", hellos);
}

void rule_fallback_says(const struct rule_view *view, struct rule_finding *ret)
{
    unsigned hellos = 0;
    const struct event *lower = find_lower(view, &hellos);

    if (lower == NULL)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It never falls back, so there is nothing to say.");
    else if (event_get_bool(lower, "fallback_scsv"))
        rule_say(ret, VERDICT_PASS, "It says that it falls back (TLS_FALLBACK_SCSV).");
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It fell back to 0x%04" PRIx64 " without TLS_FALLBACK_SCSV, so that no server can "
                 "tell an attack from an old client.",
                 (uint64_t)highest_version(lower));
}
