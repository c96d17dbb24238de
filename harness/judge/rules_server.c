/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for boards that are servers. */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

static void say_no_certificate(struct rule_finding *ret)
{
    rule_say(ret, VERDICT_NOT_APPLICABLE,
             "It presented no certificate, so there is none to look "
             "at.");
}

/* What is wrong with this certificate as a server's; NULL: nothing. */
static const char *complaint_of(const struct event *e, const struct event *issued)
{
    bool is_pinned = issued != NULL && event_get_bool(issued, "pinned");

    if (issued != NULL &&
        strcmp(event_get_text(e, "sha256"), event_get_text(issued, "sha256")) != 0)
        return is_pinned
                   ? "it is not the one whose fingerprint its owner gives"
                   : "it is not the one that it was issued: an old or built-in identity is in use";
    if (!event_get_bool(e, "name_ok"))
        return "it is not for the name that clients connect to";
    if (!is_pinned && !event_get_bool(e, "chain_ok"))
        return event_get_text(e, "chain_error");
    return NULL;
}

void rule_server_certificate(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *issued = NULL;
    const char *subject = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        const char *complaint = NULL;

        if (event_is(e, EV_IDENTITY_ISSUED))
            issued = e;
        if (!event_is(e, EV_TLS_SERVER_CERTIFICATE))
            continue;
        subject = event_get_text(e, "subject");
        complaint = complaint_of(e, issued);
        if (complaint == NULL)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "It presents the certificate %s, and %s.", subject,
                 complaint);
        return;
    }
    if (subject == NULL)
        say_no_certificate(ret);
    else
        rule_say(ret, VERDICT_PASS, "It presents the certificate that it was issued, %s.", subject);
}

void rule_server_key(const struct rule_view *view, struct rule_finding *ret)
{
    enum { RSA_BITS = 2048, EC_BITS = 224 };
    struct rule_walk walk = {.view = view};
    const struct event *e = rule_walk_find(&walk, EV_TLS_SERVER_CERTIFICATE);
    const char *type = e != NULL ? event_get_text(e, "key_type") : "";
    const char *signature = e != NULL ? event_get_text(e, "signature") : "";
    int64_t bits = e != NULL ? event_get_int(e, "key_bits", 0) : 0;

    if (e == NULL)
        say_no_certificate(ret);
    else if (bits < (strcmp(type, "RSA") == 0 ? RSA_BITS : EC_BITS))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its key is %s with %" PRId64 " bits: too short.",
                 type, bits);
    else if (strstr(signature, "sha1") != NULL || strstr(signature, "SHA1") != NULL ||
             strstr(signature, "md5") != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its certificate is signed with %s.", signature);
    else
        rule_say(ret, VERDICT_PASS, "Its key is %s with %" PRId64 " bits.", type, bits);
}

/* A second ServerHello in a connection that stood already. */
void rule_no_renegotiation(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    uint32_t established = 0;
    bool any = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_TLS_ESTABLISHED)) {
            established = e->conn;
            any = true;
        }
        if (!event_is(e, EV_TLS_SERVER_HELLO) || established == 0 || e->conn != established)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It began a second handshake because its client asked for one: a client that asks "
                 "without end keeps its processor busy. Turn renegotiation off.");
        return;
    }
    if (any)
        rule_say(ret, VERDICT_PASS, "It did not renegotiate.");
    else
        rule_say(ret, VERDICT_NOT_APPLICABLE,
                 "There was no connection that could be renegotiated.");
}

/* ---- what is said to a ClientHello ---- */

static const struct event *find_reply(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = rule_walk_find(&walk, EV_PROBER_REPLY);

    if (e == NULL)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It said nothing to the ClientHello.");
    return e;
}

void rule_hello_refused(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *e = find_reply(view, ret);

    if (e == NULL)
        return;
    if (event_get_bool(e, "hello"))
        rule_say(
            ret, VERDICT_FAIL_ACCEPT,
            "It answered with a ServerHello where it has to end the handshake: it does not look "
            "at its client's key share, and what it agrees on may be known to everybody.");
    else
        rule_say(ret, VERDICT_PASS, "It did not go on.");
}

void rule_compression_refused(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *e = find_reply(view, ret);

    if (e == NULL)
        return;
    if (event_get_bool(e, "hello") && event_get_int(e, "compression", 0) != 0)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It chose compression (method %" PRId64 "): lengths then tell what is encrypted "
                 "(CRIME).",
                 event_get_int(e, "compression", 0));
    else
        rule_say(ret, VERDICT_PASS, "It chose no compression.");
}

void rule_no_heartbeat(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *e = find_reply(view, ret);

    if (e == NULL)
        return;
    if (event_get_bool(e, "heartbeat"))
        rule_say(
            ret, VERDICT_FAIL_LEAK,
            "It answered a heartbeat that claims more bytes than it has: what it sends back is "
            "its own memory (Heartbleed, CVE-2014-0160).");
    else
        rule_say(ret, VERDICT_PASS, "It did not answer the heartbeat.");
}

void rule_no_early_data(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    bool any = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        any = any || event_is(e, EV_TLS_ESTABLISHED);
        if (!event_is(e, EV_TLS_SESSION_GIVEN) || event_get_int(e, "early_data", 0) == 0)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its tickets allow %" PRId64 " bytes of a request ahead of the handshake (0-RTT): "
                 "who records them can send them again, and a register is written twice.",
                 event_get_int(e, "early_data", 0));
        return;
    }
    if (any)
        rule_say(ret, VERDICT_PASS, "It takes no request ahead of the handshake.");
    else
        rule_say(ret, VERDICT_NOT_APPLICABLE, "There was no handshake that could give a ticket.");
}
