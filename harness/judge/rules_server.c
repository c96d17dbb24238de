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
