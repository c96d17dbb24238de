/* SPDX-License-Identifier: Apache-2.0 */
/* AWS Signature Version 4 in a query: AWS's own example, and what people do wrong. */
#include "base/buf.h"
#include "face/sigv4.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY     "AKIAIOSFODNN7EXAMPLE"
#define SECRET  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define EMPTY   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HOST    "a1-ats.iot.eu-west-1.amazonaws.com"
#define NOW_S   1906502400 /* 2030-06-01T00:00:00Z */
#define DATE    "20300601T000000Z"
#define SCOPE   "20300601/eu-west-1/iotdevicegateway/aws4_request"
#define ENCODED "20300601%2Feu-west-1%2Fiotdevicegateway%2Faws4_request"
#define BEGIN   "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" KEY "%2F"
#define QUERY   BEGIN ENCODED "&X-Amz-Date=" DATE "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"

/* Amazon S3 API Reference, Authenticating requests: using query parameters, the example. */
static void signs_as_the_example_of_aws(void)
{
    const struct sigv4_parts parts = {
        .secret_key = SECRET,
        .path = "/test.txt",
        .query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" KEY
                 "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&"
                 "X-Amz-Expires=86400&X-Amz-SignedHeaders=host",
        .host = "examplebucket.s3.amazonaws.com",
        .payload_hash = "UNSIGNED-PAYLOAD",
        .date = "20130524T000000Z",
        .scope = "20130524/us-east-1/s3/aws4_request"};
    char signature[SIGV4_HEX];

    REQUIRE_OK(sigv4_sign(&parts, signature));
    CHECK_STR_EQ(signature, "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

/* "/mqtt?QUERY&X-Amz-Signature=...": signed over `canonical`, which is the query in its order. */
static const char *signed_path(const char *query, const char *canonical, const char *host,
                               const char *hash)
{
    const struct sigv4_parts parts = {.secret_key = SECRET,
                                      .path = "/mqtt",
                                      .query = canonical,
                                      .host = host,
                                      .payload_hash = hash,
                                      .date = DATE,
                                      .scope = SCOPE};
    char signature[SIGV4_HEX] = "";
    char *path = NULL;

    CHECK_OK(sigv4_sign(&parts, signature));
    if (asprintf(&path, "/mqtt?%s&X-Amz-Signature=%s", query, signature) < 0)
        abort();
    return test_keep(path);
}

static const char *good(void)
{
    return signed_path(QUERY, QUERY, HOST, EMPTY);
}

static struct sigv4_demands demands_of(const char *path)
{
    return (struct sigv4_demands){.access_key = KEY,
                                  .secret_key = SECRET,
                                  .session_token = "",
                                  .region = "",
                                  .path = path,
                                  .host = HOST,
                                  .now_s = NOW_S};
}

static const char *rule_of(const struct sigv4_finding *f)
{
    return f->rule == FACE_RULE_COUNT ? "" : face_rules[f->rule].name;
}

static void takes_a_request_that_is_well_signed(void)
{
    const char *const paths[] = {
        good(),
        /* In any order, in either spelling, without a time of its own. */
        signed_path("X-Amz-SignedHeaders=host&X-Amz-Date=" DATE "&" BEGIN SCOPE,
                    BEGIN ENCODED "&X-Amz-Date=" DATE "&X-Amz-SignedHeaders=host", HOST, EMPTY),
        signed_path("%58-Amz-Date=" DATE "&" BEGIN ENCODED "&X-Amz-SignedHeaders=host&a=~b%2bc",
                    BEGIN ENCODED "&X-Amz-Date=" DATE "&X-Amz-SignedHeaders=host&a=~b%2Bc", HOST,
                    EMPTY),
    };

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const struct sigv4_demands d = demands_of(paths[i]);
        struct sigv4_finding f;

        sigv4_check(&d, &f);
        CHECK_STR_EQ(rule_of(&f), "");
        CHECK_STR_EQ(f.detail, "");
    }
}

static void says_what_is_wrong_with_the_form(void)
{
    static const struct {
        const char *path, *rule, *detail;
    } rows[] = {
        {"/", "wss-path", "\"/\""},
        {"/mqtt2?a=b", "wss-path", "/mqtt2"},
        {"/mqtt", "sigv4-missing", ""},
        {"/mqtt?", "sigv4-missing", ""},
        {"/mqtt?x-amz-algorithm=AWS4-HMAC-SHA256", "sigv4-missing", ""},
        {"/mqtt?" QUERY, "sigv4-form", "X-Amz-Signature is missing"},
        {"/mqtt?X-Amz-Algorithm=AWS4&X-Amz-Credential=a&X-Amz-Date=b&X-Amz-SignedHeaders=host&"
         "X-Amz-Signature=c",
         "sigv4-form", "AWS4-HMAC-SHA256 would be right"},
        {"/mqtt?" BEGIN ENCODED "&X-Amz-Date=" DATE "&X-Amz-SignedHeaders=host%3Bdate&"
         "X-Amz-Signature=c",
         "sigv4-form", "\"host;date\""},
        {"/mqtt?" BEGIN "x&X-Amz-Date=" DATE "&X-Amz-SignedHeaders=host&X-Amz-Signature=c",
         "sigv4-scope", "KEY/YYYYMMDD/REGION"},
        {"/mqtt?" BEGIN ENCODED "&X-Amz-Date=2030&X-Amz-SignedHeaders=host&X-Amz-Signature=c",
         "sigv4-scope", "the day in X-Amz-Credential is 20300601"},
        {"/mqtt?" BEGIN ENCODED "&X-Amz-Date=20300601T00:00Z&X-Amz-SignedHeaders=host&"
         "X-Amz-Signature=c",
         "sigv4-form", "20300601T000000Z is the form"},
        {"/mqtt?" BEGIN "20300601/eu-west-1/iotdata/aws4_request&X-Amz-Date=" DATE
         "&X-Amz-SignedHeaders=host&X-Amz-Signature=c",
         "sigv4-scope", "\"iotdevicegateway\" would be right"},
        {"/mqtt?a=%", "sigv4-form", "cannot be read"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct sigv4_demands d = demands_of(rows[i].path);
        struct sigv4_finding f;

        sigv4_check(&d, &f);
        CHECK_STR_EQ(rule_of(&f), rows[i].rule);
        CHECK_STR_CONTAINS(f.detail, rows[i].detail);
        CHECK(f.message[0] != '\0');
    }
}

static void says_which_mistake_has_been_signed(void)
{
    static const char token[] = "&X-Amz-Security-Token=FwoG%2Fx";
    const struct {
        const char *path, *rule, *detail;
    } rows[] = {
        {signed_path(QUERY, QUERY, "x", EMPTY), "sigv4-signature", "another secret key"},
        {signed_path(QUERY, QUERY, HOST ":443", EMPTY), "sigv4-signature", "mind the port"},
        {signed_path(QUERY, QUERY, HOST, "UNSIGNED-PAYLOAD"), "sigv4-signature",
         "UNSIGNED-PAYLOAD was signed"},
        {signed_path(QUERY, QUERY, HOST, ""), "sigv4-signature", "hash of the payload is empty"},
        {signed_path(BEGIN ENCODED "&X-Amz-Date=" DATE
                                   "&X-Amz-Security-Token=FwoG%2Fx&X-Amz-SignedHeaders=host",
                     BEGIN ENCODED "&X-Amz-Date=" DATE
                                   "&X-Amz-Security-Token=FwoG%2Fx&X-Amz-SignedHeaders=host",
                     HOST, EMPTY),
         "sigv4-signature", "X-Amz-Security-Token was signed"},
    };
    char *with_token = NULL;
    struct sigv4_demands d;
    struct sigv4_finding f;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        d = demands_of(rows[i].path);
        sigv4_check(&d, &f);
        CHECK_STR_EQ(rule_of(&f), rows[i].rule);
        CHECK_STR_CONTAINS(f.detail, rows[i].detail);
    }
    /* Appended behind the signature it belongs there, and has to be the right one. */
    if (asprintf(&with_token, "%s%s", good(), token) < 0)
        abort();
    d = demands_of(with_token);
    d.session_token = "FwoG/x";
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "");
    d.session_token = "FwoG/y";
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "sigv4-token");
    d.path = good();
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "sigv4-token");
    CHECK_STR_CONTAINS(f.detail, "temporary credentials need it");
    free(with_token);
}

static void compares_key_region_and_time_with_its_own(void)
{
    static const struct {
        int64_t ahead_s; /* of the service's clock */
        const char *rule, *message;
    } rows[] = {
        {0, "", ""},
        {300, "", ""},
        {-300, "", ""},
        {301, "sigv4-date",
         "Signature expired: 20300601T000000Z is now earlier than 20300601T000001Z "
         "(20300601T000501Z - 5 min.)"},
        {-301, "sigv4-date",
         "Signature not yet current: 20300601T000000Z is still later than 20300531T235959Z "
         "(20300531T235459Z + 5 min.)"},
    };
    struct sigv4_finding f;
    struct sigv4_demands d = demands_of(good());

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        d.now_s = NOW_S + rows[i].ahead_s;
        sigv4_check(&d, &f);
        CHECK_STR_EQ(rule_of(&f), rows[i].rule);
        CHECK_STR_EQ(f.message, rows[i].message);
    }
    d = demands_of(good());
    d.region = "us-east-1";
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "sigv4-scope");
    d = demands_of(good());
    d.access_key = "AKIA2";
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "sigv4-key");
    d = demands_of(good());
    d.secret_key = "w";
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "sigv4-signature");
    CHECK(strstr(f.detail, SECRET) == NULL);
}

/* The own time of a request is counted too, where it is shorter. */
static void a_request_may_be_good_for_less_than_five_minutes(void)
{
#define SHORT BEGIN ENCODED "&X-Amz-Date=" DATE "&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
    struct sigv4_demands d = demands_of(signed_path(SHORT, SHORT, HOST, EMPTY));
    struct sigv4_finding f;

    d.now_s += 60;
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "");
    d.now_s++;
    sigv4_check(&d, &f);
    CHECK_STR_EQ(rule_of(&f), "sigv4-date");
}

TEST_SUITE(sigv4, TEST(signs_as_the_example_of_aws), TEST(takes_a_request_that_is_well_signed),
           TEST(says_what_is_wrong_with_the_form), TEST(says_which_mistake_has_been_signed),
           TEST(compares_key_region_and_time_with_its_own),
           TEST(a_request_may_be_good_for_less_than_five_minutes));
