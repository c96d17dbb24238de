/* SPDX-License-Identifier: Apache-2.0 */
/* What the cipher suites of a ClientHello tell. Their names are those of IANA. */
#include "rules_hello.h"

#include "base/event_kinds.h"

#include <string.h>

struct suite_word {
    const char *word; /* in the name of IANA */
    const char *why;
    enum verdict verdict;
};

/* The first suite with one of these words in its name; NULL: none. */
static const char *find_suite(const struct event *hello, const struct suite_word *words,
                              const struct suite_word **ret)
{
    const struct event_field *names = event_field(hello, "cipher_names");

    for (; words->word != NULL; words++)
        for (size_t i = 0; names != NULL && i < names->count; i++)
            if (strstr(names->texts[i], words->word) != NULL) {
                *ret = words;
                return names->texts[i];
            }
    return NULL;
}

static void check_suites(const struct event *hello, const struct suite_word *words,
                         const char *good, struct rule_finding *ret)
{
    const struct suite_word *why = NULL;
    const char *name = find_suite(hello, words, &why);

    if (name == NULL)
        rule_say(ret, VERDICT_PASS, "%s", good);
    else
        rule_say(ret, why->verdict, "It offers %s: %s. Take it out of the list of its TLS library.",
                 name, why->why);
}

static void check_broken(const struct event *hello, const struct event *begin,
                         struct rule_finding *ret)
{
    /* RFC 9325 section 4.1; the worse ones first. */
    static const struct suite_word words[] = {
        {"_WITH_NULL_", "nothing is encrypted", VERDICT_FAIL_BEHAVIOUR},
        {"TLS_SHA256_SHA256", "nothing is encrypted", VERDICT_FAIL_BEHAVIOUR},
        {"TLS_SHA384_SHA384", "nothing is encrypted", VERDICT_FAIL_BEHAVIOUR},
        {"_anon_", "nobody proves who he is", VERDICT_FAIL_BEHAVIOUR},
        {"EXPORT", "its keys of 40 or 56 bits are found in hours", VERDICT_FAIL_BEHAVIOUR},
        {"RC4", "the cipher is broken (RFC 7465)", VERDICT_FAIL_BEHAVIOUR},
        {"RC2", "the cipher is broken", VERDICT_FAIL_BEHAVIOUR},
        {"_DES_", "its keys of 56 bits are found in days", VERDICT_FAIL_BEHAVIOUR},
        {"_DES40_", "its keys of 40 bits are found in hours", VERDICT_FAIL_BEHAVIOUR},
        {"3DES", "its blocks of 64 bits give data away in long connections", VERDICT_DEGRADED},
        {"IDEA", "its blocks of 64 bits give data away in long connections", VERDICT_DEGRADED},
        {NULL, NULL, VERDICT_PASS}};

    (void)begin;
    check_suites(hello, words, "None of the suites that it offers is known to be broken.", ret);
}

void rule_broken_suites(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_broken, ret);
}

static void check_static(const struct event *hello, const struct event *begin,
                         struct rule_finding *ret)
{
    static const char why[] = "whoever gets the server's key later can read what was recorded "
                              "before";
    static const struct suite_word words[] = {{"TLS_RSA_WITH_", why, VERDICT_DEGRADED},
                                              {"TLS_RSA_PSK_", why, VERDICT_DEGRADED},
                                              {"TLS_DH_RSA_", why, VERDICT_DEGRADED},
                                              {"TLS_DH_DSS_", why, VERDICT_DEGRADED},
                                              {"TLS_ECDH_ECDSA_", why, VERDICT_DEGRADED},
                                              {"TLS_ECDH_RSA_", why, VERDICT_DEGRADED},
                                              {NULL, NULL, VERDICT_PASS}};

    (void)begin;
    check_suites(hello, words, "All key exchanges that it offers are ephemeral.", ret);
}

void rule_static_key_exchange(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_static, ret);
}

static bool is_modern(const char *name)
{
    bool sealed = strstr(name, "GCM") != NULL || strstr(name, "CCM") != NULL ||
                  strstr(name, "POLY1305") != NULL;

    return sealed && (strstr(name, "DHE_") != NULL || strstr(name, "_WITH_") == NULL);
}

static void check_modern(const struct event *hello, const struct event *begin,
                         struct rule_finding *ret)
{
    const struct event_field *names = event_field(hello, "cipher_names");

    (void)begin;
    for (size_t i = 0; names != NULL && i < names->count; i++)
        if (is_modern(names->texts[i])) {
            rule_say(ret, VERDICT_PASS, "It offers %s.", names->texts[i]);
            return;
        }
    rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
             "None of its suites has both an ephemeral key exchange and authenticated encryption "
             "(such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256); modern brokers refuse the rest.");
}

void rule_modern_suites(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_modern, ret);
}

static bool is_answered(const struct event *server_hello)
{
    enum { ENCRYPT_THEN_MAC = 22 };
    const struct event_field *list = event_field(server_hello, "extensions");

    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (list->ints[i] == ENCRYPT_THEN_MAC)
            return true;
    return false;
}

/* RFC 9325 section 4.2 */
void rule_encrypt_then_mac(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const char *bare = NULL; /* the suite of this connection, where its MAC is not encrypted */
    bool seen = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        const char *name = event_get_text(e, "cipher_name");

        if (event_is(e, EV_TLS_SERVER_HELLO)) {
            seen = seen || strstr(name, "_CBC_") != NULL;
            bare = strstr(name, "_CBC_") != NULL && !is_answered(e) ? name : NULL;
        }
        if (bare == NULL || !event_is(e, EV_TLS_ESTABLISHED))
            continue;
        rule_say(ret, VERDICT_DEGRADED,
                 "It went on with %s though the server does not know encrypt_then_mac: how long a "
                 "wrong record takes has told others what stood in it (Lucky 13). Offer suites of "
                 "GCM, CCM or ChaCha20 only.",
                 bare);
        return;
    }
    if (seen)
        rule_say(ret, VERDICT_PASS, "It went on with CBC only where its MAC is encrypted.");
    else
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It was never answered with a suite in CBC mode.");
}
