/* SPDX-License-Identifier: Apache-2.0 */
/* The board's own certificate, and what it does with it. */
#include "judge_rules.h"

#include "base/event_kinds.h"
#include "base/reader.h"

#include <inttypes.h>
#include <string.h>

static bool is_shown(const struct event *e)
{
    return event_is(e, EV_TLS_CLIENT_CERTIFICATE) && event_get_int(e, "count", 0) > 0;
}

/* The last certificate that the board showed; NULL: none. */
static const struct event *find_shown(const struct rule_view *view)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *found = NULL;

    while ((e = rule_walk_next(&walk)) != NULL)
        if (is_shown(e))
            found = e;
    return found;
}

static void say_none_shown(struct rule_finding *ret)
{
    rule_say(ret, VERDICT_NOT_APPLICABLE, "It showed no certificate, so there is none to look at.");
}

/* ---- sent or not ---- */

void rule_certificate_sent(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *shown = find_shown(view);

    if (shown != NULL)
        rule_say(ret, VERDICT_PASS, "It showed its certificate %s.",
                 event_get_text(shown, "subject"));
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It was asked for its certificate, has one, and sent none: brokers that know "
                 "their boards by certificate will refuse it.");
}

void rule_certificate_answered(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    bool answered = false;
    bool established = false;
    int64_t count = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        established = established || event_is(e, EV_TLS_ESTABLISHED);
        if (!event_is(e, EV_TLS_CLIENT_CERTIFICATE))
            continue;
        answered = true;
        count = event_get_int(e, "count", 0);
    }
    if (answered)
        rule_say(ret, VERDICT_PASS, "It answered the request with %s.",
                 count > 0 ? "its certificate" : "an empty Certificate");
    else if (established)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It left the request for a certificate without any answer.");
    else
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It ended the connection instead of answering.");
}

void rule_certificate_late(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *shown = find_shown(view);

    if (shown == NULL)
        rule_say(ret, VERDICT_PASS, "It showed its own certificate to nobody.");
    else
        rule_say(ret, VERDICT_FAIL_LEAK,
                 "It showed its certificate %s to a server that it had to refuse: whoever stands "
                 "in the path learns which board this is. Verify the server before answering its "
                 "request.",
                 event_get_text(shown, "subject"));
}

/* ---- signatures ---- */

void rule_signature_right(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned good = 0;

    while ((e = rule_walk_find(&walk, EV_TLS_CERTIFICATE_VERIFY)) != NULL) {
        if (!event_get_bool(e, "ok")) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "Its CertificateVerify was not made with the key of its certificate (%s): the "
                     "certificate belongs to another key, or the wrong key slot was used.",
                     event_get_text(e, "detail"));
            return;
        }
        good++;
    }
    if (good > 0)
        rule_say(ret, VERDICT_PASS, "It proved that it has the key of its certificate.");
    else
        say_none_shown(ret);
}

/* The bench refuses an algorithm that it did not list; what it says then tells the two apart. */
void rule_signature_listed(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const char *scheme = NULL;

    while ((e = rule_walk_find(&walk, EV_TLS_CERTIFICATE_VERIFY)) != NULL) {
        scheme = event_get_text(e, "scheme");
        if (!event_get_bool(e, "ok")) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It signed with %s, which the server had not listed (%s).",
                     scheme[0] != '\0' ? scheme : "an algorithm", event_get_text(e, "detail"));
            return;
        }
    }
    if (scheme != NULL)
        rule_say(ret, VERDICT_PASS, "It signed with %s, which the server had listed.", scheme);
    else
        rule_say(ret, VERDICT_PASS, "It signed nothing, as it had nothing that fits.");
}

/* r of an ECDSA signature: SEQUENCE { INTEGER r, INTEGER s } */
static bool read_r(struct reader signature, const uint8_t **ret, size_t *ret_len)
{
    uint8_t tag = 0;
    uint8_t len = 0;
    bool sequence = reader_u8(&signature, &tag) == ASSAY_OK && tag == 0x30 &&
                    reader_u8(&signature, &len) == ASSAY_OK;

    if (sequence && len == 0x81)
        sequence = reader_u8(&signature, &len) == ASSAY_OK;
    if (!sequence || reader_u8(&signature, &tag) != ASSAY_OK || tag != 0x02 ||
        reader_u8(&signature, &len) != ASSAY_OK || reader_bytes(&signature, len, ret) != ASSAY_OK)
        return false;
    *ret_len = len;
    return len > 0;
}

/* CertificateVerify with an ECDSA algorithm, of RFC 5246 and of RFC 8446 alike. */
static bool read_nonce(const struct event *e, const uint8_t **ret, size_t *ret_len)
{
    enum { HEADER = 4, ECDSA = 3 };
    const struct event_field *bytes = event_field(e, "bytes");
    struct reader r = {.data = NULL};
    struct reader signature = {.data = NULL};
    uint16_t scheme = 0;

    if (!event_is(e, EV_TLS_MESSAGE) || bytes == NULL ||
        strcmp(event_get_text(e, "name"), "CertificateVerify") != 0 ||
        strcmp(event_get_text(e, "dir"), "rx") != 0)
        return false;
    r = reader_over(bytes->text, bytes->text_len);
    if (bytes->text_len > HEADER && (uint8_t)bytes->text[0] == 15 &&
        reader_skip(&r, HEADER) != ASSAY_OK)
        return false;
    return reader_u16(&r, &scheme) == ASSAY_OK && (scheme & 0xff) == ECDSA &&
           reader_vec16(&r, &signature) == ASSAY_OK && read_r(signature, ret, ret_len);
}

static bool comes_again(const struct rule_walk *from, const uint8_t *r, size_t len,
                        unsigned *ret_attempt)
{
    struct rule_walk walk = *from;
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        const uint8_t *other = NULL;
        size_t other_len = 0;

        if (read_nonce(e, &other, &other_len) && other_len == len && memcmp(other, r, len) == 0) {
            *ret_attempt = walk.attempts;
            return true;
        }
    }
    return false;
}

void rule_signature_nonces(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned count = 0;
    unsigned again = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        const uint8_t *r = NULL;
        size_t len = 0;

        if (!read_nonce(e, &r, &len))
            continue;
        count++;
        if (comes_again(&walk, r, len, &again)) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "Its signatures in connections %u and %u have the same r: the nonce was used "
                     "twice, and its private key can be computed from the two. Replace the key.",
                     walk.attempts, again);
            return;
        }
    }
    if (count < 2)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It made fewer than two ECDSA signatures.");
    else
        rule_say(ret, VERDICT_PASS, "%u ECDSA signatures, and no nonce twice.", count);
}

/* ---- what it says ---- */

static const struct event *find_issued(const struct rule_view *view)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *found = NULL;

    while ((e = rule_walk_find(&walk, EV_IDENTITY_ISSUED)) != NULL)
        found = e;
    return found;
}

void rule_own_key(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *shown = find_shown(view);
    const struct event *issued = find_issued(view);

    if (shown == NULL || issued == NULL)
        say_none_shown(ret);
    else if (strcmp(event_get_text(shown, "key_sha256"), event_get_text(issued, "key_sha256")) != 0)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its certificate %s holds another key than the identity that the bench issued: "
                 "an old or built-in identity is in use.",
                 event_get_text(shown, "subject"));
    else if (strcmp(event_get_text(shown, "sha256"), event_get_text(issued, "sha256")) != 0)
        rule_say(ret, VERDICT_DEGRADED,
                 "It shows an older certificate for the key that the bench issued.");
    else
        rule_say(ret, VERDICT_PASS, "It shows the identity that the bench issued.");
}

/*
 * The certificate that a rule is to judge: one of the board's own. What the bench issued says what
 * the bench wanted it to say. NULL: ret says so.
 */
static const struct event *find_own(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *own = NULL;
    const char *issued = "";
    bool any = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN))
            issued = "";
        if (event_is(e, EV_IDENTITY_ISSUED))
            issued = event_get_text(e, "sha256");
        if (!is_shown(e) || event_field(e, "sha256") == NULL)
            continue;
        any = true;
        if (strcmp(event_get_text(e, "sha256"), issued) != 0)
            own = e;
    }
    if (own == NULL && any)
        rule_say(ret, VERDICT_NOT_APPLICABLE,
                 "It shows the identity that the bench issued, and what that says is the bench's "
                 "choice.");
    else if (own == NULL)
        say_none_shown(ret);
    return own;
}

void rule_certificate_subject(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *own = find_own(view, ret);
    const char *subject = own != NULL ? event_get_text(own, "subject") : "";

    if (own == NULL)
        return;
    /* A name of its own has a number in it: a UUID, a serial number, an address. */
    if (strpbrk(subject, "0123456789") == NULL)
        rule_say(ret, VERDICT_DEGRADED,
                 "Its certificate names %s, which looks like all boards of its kind and not like "
                 "this one.",
                 subject[0] != '\0' ? subject : "nobody");
    else
        rule_say(ret, VERDICT_PASS, "Its certificate names %s.", subject);
}

void rule_certificate_dates(const struct rule_view *view, struct rule_finding *ret)
{
    enum { YEAR_S = 365 * 86400, LONG_YEARS = 20, YEAR_2001 = 978307200 };
    const struct event *own = find_own(view, ret);
    int64_t begin = 0;
    int64_t end = 0;

    if (own == NULL)
        return;
    begin = event_get_int(own, "not_before", 0);
    end = event_get_int(own, "not_after", 0);
    /* RFC 5280 section 4.1.2.5: 9999-12-31 says "no end", which IEEE 802.1AR wants of boards. */
    if (begin < YEAR_2001)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its certificate is valid from before 2001: it was made without a clock.");
    else if (end <= begin)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its certificate ends before it begins.");
    else if (end < INT64_C(253402300799) && (end - begin) / YEAR_S > LONG_YEARS)
        rule_say(ret, VERDICT_DEGRADED,
                 "Its certificate is valid for %" PRId64 " years: a stolen key works as long.",
                 (end - begin) / YEAR_S);
    else
        rule_say(ret, VERDICT_PASS, "Its certificate's validity is meant.");
}

void rule_certificate_strength(const struct rule_view *view, struct rule_finding *ret)
{
    enum { RSA_BITS = 2048, EC_BITS = 224 };
    const struct event *own = find_own(view, ret);
    const char *type = own != NULL ? event_get_text(own, "key_type") : "";
    const char *signature = own != NULL ? event_get_text(own, "signature") : "";
    int64_t bits = own != NULL ? event_get_int(own, "key_bits", 0) : 0;

    if (own == NULL)
        return;
    if (bits < (strcmp(type, "RSA") == 0 ? RSA_BITS : EC_BITS))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its key is %s with %" PRId64 " bits: too short.",
                 type, bits);
    else if (strstr(signature, "sha1") != NULL || strstr(signature, "SHA1") != NULL ||
             strstr(signature, "md5") != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its certificate is signed with %s.", signature);
    else
        rule_say(ret, VERDICT_PASS, "Its key is %s with %" PRId64 " bits, signed with %s.", type,
                 bits, signature);
}

/* RFC 5280 section 4.2.1.3: keyCertSign is bit 5; section 4.2.1.12: clientAuth, any. */
void rule_certificate_usage(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *own = find_own(view, ret);
    const struct event_field *purposes =
        own != NULL ? event_field(own, "extended_key_usage") : NULL;
    bool for_clients = purposes == NULL;

    if (own == NULL)
        return;
    for (size_t i = 0; purposes != NULL && i < purposes->count; i++)
        for_clients = for_clients || strcmp(purposes->texts[i], "1.3.6.1.5.5.7.3.2") == 0 ||
                      strcmp(purposes->texts[i], "2.5.29.37.0") == 0;
    if (event_get_bool(own, "is_ca"))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its certificate is a CA's: whoever takes its key can issue certificates for "
                 "anybody.");
    else if (!for_clients)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its certificate is not for clients (clientAuth).");
    else
        rule_say(ret, VERDICT_PASS, "Its certificate is for a client, and no CA.");
}

void rule_chain_complete(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *shown = find_shown(view);
    const struct event_field *subjects = shown != NULL ? event_field(shown, "subjects") : NULL;
    const struct event_field *issuers = shown != NULL ? event_field(shown, "issuers") : NULL;
    size_t count = subjects != NULL && issuers != NULL ? subjects->count : 0;

    if (count == 0 || issuers->count != count) {
        say_none_shown(ret);
        return;
    }
    for (size_t i = 0; i + 1 < count; i++)
        if (strcmp(issuers->texts[i], subjects->texts[i + 1]) != 0) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "Certificate %zu of its chain was not issued by the next one.", i + 1);
            return;
        }
    if (count > 1 && strcmp(subjects->texts[count - 1], issuers->texts[count - 1]) == 0)
        rule_say(ret, VERDICT_DEGRADED,
                 "It sends its root as well, which nobody needs: the server has it or does not "
                 "trust it.");
    else
        rule_say(ret, VERDICT_PASS, "It sends %zu certificate%s, each issued by the next.", count,
                 count == 1 ? "" : "s");
}
