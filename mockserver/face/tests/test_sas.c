/* SPDX-License-Identifier: Apache-2.0 */
/* Shared access signatures: one that is right, and what is found wrong with others. */
#include "signer.h"
#include "test_support.h"

#include "face/sas.h"

#include <stdio.h>
#include <stdlib.h>

enum { NOW = 1906502400 };

/* "0123456789abcdef0123456789abcdef" */
#define KEY      "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define OTHER    "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc="
#define RESOURCE "hub.example%2Fdevices%2Fthermo"

static struct sas_finding check_len(const char *token, size_t len)
{
    const struct sas_demands demands = {.resource = "hub.example/devices/thermo",
                                        .key = "0123456789abcdef0123456789abcdef",
                                        .key_len = 32,
                                        .now_s = NOW};
    struct sas_finding f;
    char *copy = malloc(len + (len == 0)); /* exactly as long */

    memcpy(copy, token, len);
    sas_check(copy, len, &demands, &f);
    free(copy);
    return f;
}

static const char *name_of(const struct sas_finding *f)
{
    return f->rule == FACE_RULE_COUNT ? "good" : face_rules[f->rule].name;
}

static void checks_key_resource_and_expiry(void)
{
    static const struct {
        const char *key, *resource;
        int64_t expiry_s;
        const char *want;
    } rows[] = {
        {KEY, RESOURCE, NOW + 60, "good"},
        {KEY, RESOURCE, NOW, "good"},
        {KEY, RESOURCE, NOW - 1, "sas-expired"},
        {KEY, "hub.example", NOW + 60, "good"},
        {KEY, "HUB.example%2fdevices%2fthermo", NOW + 60, "good"},
        {KEY, "hub.example%2Fdevices%2Fother", NOW + 60, "sas-resource"},
        {KEY, "hub.example%2Fdevices", NOW + 60, "sas-resource"},
        {KEY, "hub.exam", NOW + 60, "sas-resource"},
        {OTHER, RESOURCE, NOW + 60, "sas-signature"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *token = sas_of(rows[i].key, rows[i].resource, rows[i].expiry_s);
        struct sas_finding f = check_len(token, strlen(token));

        CHECK_STR_EQ(name_of(&f), rows[i].want);
    }
}

/* printf of sr, a line feed and se, into openssl dgst -sha256 -mac HMAC, into base64. */
static void agrees_with_a_token_that_openssl_made(void)
{
    static const char token[] =
        "SharedAccessSignature sr=hub.example%2Fdevices%2Fthermo&"
        "sig=qG5m2ME166CsHAab5U3QkHpgraVhnL4TCd4g4Bg%2BqSk%3D&se=1906506000";
    struct sas_finding f = check_len(token, sizeof(token) - 1);

    CHECK_STR_EQ(name_of(&f), "good");
}

static void the_form_is_looked_at_first(void)
{
    static const struct {
        const char *token, *part;
    } rows[] = {
        {"", "does not begin"},
        {"secret", "does not begin"},
        {"HostName=hub;DeviceId=thermo;SharedAccessKey=" KEY, "connection string"},
        {"SharedAccessSignature ", "sr is missing"},
        {"SharedAccessSignature sr=a&sig=b", "se is missing"},
        {"SharedAccessSignature sr=a&se=1", "sig is missing"},
        {"SharedAccessSignature sr=a&sig=b&se=", "se is empty"},
        {"SharedAccessSignature sr=a&sig=b&se=soon", "seconds since 1970"},
        {"SharedAccessSignature sr=a&sig=b&se=-1", "seconds since 1970"},
        {"SharedAccessSignature sr=a&sig=b&se=1234567890123456", "seconds since 1970"},
        {"SharedAccessSignature sr=a&sr=a&sig=b&se=1", "sr comes twice"},
        {"SharedAccessSignature sr=a&sig=b&se=1&x=1", "x is unknown"},
        {"SharedAccessSignature sr=a%2&sig=b&se=1", "stands alone"},
        {"SharedAccessSignature sr=" RESOURCE "&sig=b&se=1", "not base64"},
        {"SharedAccessSignature sr=" RESOURCE "&sig=AA%3&se=1", "not base64"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sas_finding f = check_len(rows[i].token, strlen(rows[i].token));

        CHECK_STR_EQ(name_of(&f), "sas-form");
        CHECK_STR_CONTAINS(f.detail, rows[i].part);
    }
}

static void every_beginning_of_a_token_is_refused(void)
{
    const char *token = sas_of(KEY, RESOURCE, NOW + 60);

    for (size_t len = 0; len < strlen(token); len++) {
        struct sas_finding f = check_len(token, len);

        CHECK(f.rule != FACE_RULE_COUNT);
    }
}

static void a_nul_inside_cuts_nothing_off(void)
{
    static const char token[] = "SharedAccessSignature sr=hub.example\0x&sig=b&se=1";
    struct sas_finding f = check_len(token, sizeof(token) - 1);

    CHECK_STR_EQ(name_of(&f), "sas-form");
}

static void percents_are_resolved_or_refused(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {{"a%2Fb", "a/b"}, {"%41", "A"}, {"a+b", "a+b"}, {"", ""},
                {"%", NULL},      {"%4", NULL}, {"%4g", NULL},  {"ab%", NULL}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;

        buf_init(&out, 64);
        CHECK_OK(buf_add_text(&out, "x"));
        CHECK_INT_EQ(percent_decode(rows[i].text, strlen(rows[i].text), &out),
                     rows[i].want != NULL ? ASSAY_OK : ASSAY_ERR_MALFORMED);
        CHECK_STR_EQ(buf_text(&out) + 1, rows[i].want != NULL ? rows[i].want : "");
        buf_done(&out);
    }
}

TEST_SUITE(sas, TEST(checks_key_resource_and_expiry), TEST(agrees_with_a_token_that_openssl_made),
           TEST(the_form_is_looked_at_first), TEST(every_beginning_of_a_token_is_refused),
           TEST(a_nul_inside_cuts_nothing_off), TEST(percents_are_resolved_or_refused));
