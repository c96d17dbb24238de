/* SPDX-License-Identifier: Apache-2.0 */
/* A mock with a face, and real clients that take it for the service. */
#include "mock_bed.h"
#include "signer.h"
#include "test_support.h"

#include "base/deadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define RUN(bed, ...) mock_bed_run(bed, (const char *const[]){__VA_ARGS__, NULL})
/* clang-format off */
#define CLIENT(bed)                                                                              \
    "-h", "127.0.0.1", "--insecure", "--cafile", (bed)->root_file, "-p", (bed)->port
/* clang-format on */

/* A path in the test's directory. */
static const char *path_of(const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", test_directory(), name) < 0)
        abort();
    return test_keep(path);
}

/* {before "face": {rest, key: text}} */
static bool start(struct mock_bed *bed, const char *before, const char *rest, const char *key,
                  const char *text)
{
    struct buf json;
    bool ok = false;

    buf_init(&json, 1 << 16);
    if (!CHECK(mock_bed_open(bed)))
        return false;
    mock_bed_use_real_time(bed); /* as mosquitto's clients have it */
    ok = buf_printf(&json, "{%s\"face\":{%s", before, rest) == ASSAY_OK &&
         (key == NULL || (buf_printf(&json, ",\"%s\":", key) == ASSAY_OK &&
                          json_add_string(&json, text, strlen(text)) == ASSAY_OK)) &&
         buf_add_text(&json, "}}") == ASSAY_OK;
    ok = CHECK(ok) && CHECK(mock_bed_start(bed, buf_text(&json)));
    if (!ok)
        printf("    %s\n", bed->err.text);
    buf_done(&json);
    return ok;
}

static const char *refused(const struct mock_bed *bed, size_t nth)
{
    const struct event *e = mock_bed_event(bed, EV_FACE_REFUSED, nth);

    return e != NULL ? event_get_text(e, "rule") : "nothing";
}

/* A certificate that no CA of ours has issued, as devices are registered with. */
static void make_certificate(struct mock_bed *bed, const char *name)
{
    char subject[64];

    snprintf(subject, sizeof(subject), "/CN=%s", name);
    CHECK(RUN(bed, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path_of("key.pem"), "-out",
              path_of("cert.pem"), "-subj", subject, "-days", "30"));
    CHECK_INT_EQ(bed->exit_code, 0);
}

#define DEVICE "projects/p/locations/l/registries/r/devices/d"

static int64_t now_s(const struct mock_bed *bed)
{
    return scenario_clock_s(&bed->clock, monotonic_ns());
}

static const char *token_of(const struct mock_bed *bed, const struct signer *s, const char *aud)
{
    char claims[160];

    snprintf(claims, sizeof(claims), "{\"aud\":\"%s\",\"iat\":%lld,\"exp\":%lld}", aud,
             (long long)now_s(bed), (long long)now_s(bed) + 3600);
    return jwt_of(s, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", claims);
}

static void google_takes_mosquitto_pub_with_a_token_and_sends_the_configuration(void)
{
    struct signer *s = signer_new("P-256");
    struct mock_bed bed;

    REQUIRE(
        start(&bed, "", "\"name\":\"google\",\"config\":\"rate 5\"", "key", signer_public_pem(s)));
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", DEVICE, "-u", "unused",
              "-P", token_of(&bed, s, "p"), "-t", "/devices/d/events", "-m", "hot", "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK(RUN(&bed, "mosquitto_sub", CLIENT(&bed), "-V", "mqttv311", "-i", DEVICE, "-u", "unused",
              "-P", token_of(&bed, s, "p"), "-t", "/devices/d/config", "-C", "1", "-W", "5"));
    CHECK_STR_CONTAINS(bed.output, "rate 5");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_FACE_REFUSED), 0);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_FACE_ACCEPTED), 2);
    mock_bed_close(&bed);
    signer_free(s);
}

/* Silence and a FIN, as devices knew it: no CONNACK. */
static void google_closes_without_a_connack_on_a_token_for_another_project(void)
{
    struct signer *s = signer_new("P-256");
    struct mock_bed bed;

    REQUIRE(start(&bed, "", "\"name\":\"google\"", "key", signer_public_pem(s)));
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", DEVICE, "-u", "unused",
              "-P", token_of(&bed, s, "q"), "-t", "/devices/d/events", "-m", "hot", "-q", "1"));
    CHECK(bed.exit_code != 0);
    CHECK_STR_EQ(refused(&bed, 0), "jwt-aud");
    CHECK(mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "CONNACK") == NULL);
    mock_bed_close(&bed);
    signer_free(s);
}

/* CONNECT of MQTT 3.1.1 with a password and no user name. */
static size_t connect_with_password_alone(const char *token, uint8_t out[static 1024])
{
    static const uint8_t head[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 0x42, 0, 60};
    const char *const texts[] = {DEVICE, token};
    size_t at = 3;
    size_t body = 0;

    memcpy(out + at, head, sizeof(head));
    at += sizeof(head);
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(texts[i]);

        out[at++] = (uint8_t)(len >> 8);
        out[at++] = (uint8_t)len;
        memcpy(out + at, texts[i], len);
        at += len;
    }
    body = at - 3; /* always more than 127 */
    out[0] = 0x10;
    out[1] = (uint8_t)(0x80 | (body & 0x7f));
    out[2] = (uint8_t)(body >> 7);
    return at;
}

static bool is_answered(void *ctx)
{
    const struct mock_bed *bed = ctx;

    return mock_bed_count(bed, EV_MQTT_PACKET) > 1 || mock_bed_count(bed, EV_NET_CLOSE) > 0;
}

/* What ArduinoMqttClient sends after setUsernamePassword("", token). */
static void google_tolerates_a_password_alone_and_a_switch_forbids_it(void)
{
    static const char *const switches[] = {"true", "false"};
    struct signer *s = signer_new("P-256");

    for (size_t i = 0; i < 2; i++) {
        struct mock_bed bed;
        char rest[128];
        uint8_t packet[1024];
        size_t len = 0;
        int fd = -1;

        snprintf(rest, sizeof(rest), "\"name\":\"google\",\"password_alone\":%s", switches[i]);
        REQUIRE(start(&bed, "\"service\":\"mqtt\",", rest, "key", signer_public_pem(s)));
        len = connect_with_password_alone(token_of(&bed, s, "p"), packet);
        fd = mock_bed_connect(&bed);
        REQUIRE(fd >= 0);
        CHECK_INT_EQ(send(fd, packet, len, 0), (int)len);
        CHECK(mock_bed_wait(&bed, is_answered, &bed));
        CHECK_UINT_EQ(mock_bed_count(&bed, EV_FACE_ACCEPTED), i == 0);
        CHECK_UINT_EQ(mock_bed_count(&bed, EV_MQTT_VIOLATION), i);
        if (i == 0)
            CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_FACE_REMARK, 0), "rule"),
                         "password-alone");
        close(fd);
        mock_bed_close(&bed);
    }
    signer_free(s);
}

static void aws_serves_shadow_and_jobs_to_mosquitto_rr(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "", "\"name\":\"aws\",\"thing\":\"lamp\",\"job\":\"j-1\"", NULL, NULL));
    make_certificate(&bed, "whatever");
    CHECK(RUN(&bed, "mosquitto_rr", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "-q", "1", "-W", "5", "-t",
              "$aws/things/lamp/shadow/update", "-e", "$aws/things/lamp/shadow/update/accepted",
              "-m", "{\"state\":{\"reported\":{\"on\":true}},\"clientToken\":\"t\"}"));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "\"version\":1");
    CHECK_STR_CONTAINS(bed.output, "\"clientToken\":\"t\"");
    CHECK(RUN(&bed, "mosquitto_rr", CLIENT(&bed), "-V", "mqttv5", "-i", "lamp", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "-q", "1", "-W", "5", "-t",
              "$aws/things/lamp/jobs/start-next", "-e", "$aws/things/lamp/jobs/start-next/accepted",
              "-m", "{}"));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "\"jobId\":\"j-1\"");
    CHECK_STR_CONTAINS(bed.output, "IN_PROGRESS");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_FACE_REFUSED), 0);
    mock_bed_close(&bed);
}

static void aws_refuses_clients_without_certificate_and_for_other_things(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "", "\"name\":\"aws\",\"thing\":\"lamp\"", NULL, NULL));
    make_certificate(&bed, "whatever");
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "-t", "a", "-m",
              "b"));
    CHECK(bed.exit_code != 0);
    CHECK_STR_EQ(refused(&bed, 0), "certificate-missing");
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "door", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "-t", "a", "-m", "b"));
    CHECK(bed.exit_code != 0);
    CHECK_STR_EQ(refused(&bed, 1), "client-id-policy");
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "-t",
              "$aws/things/door/shadow/update", "-m", "{}", "-q", "1"));
    CHECK_STR_EQ(refused(&bed, 2), "topic-foreign");
    CHECK(mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "PUBACK") == NULL);
    mock_bed_close(&bed);
}

static void aws_on_port_443_wants_a_protocol_name_and_a_server_name(void)
{
    struct mock_bed bed;
    char address[32];

    REQUIRE(start(&bed, "", "\"name\":\"aws\",\"port\":443", NULL, NULL));
    make_certificate(&bed, "whatever");
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "--tls-alpn", "x-amzn-mqtt-ca",
              "-t", "a", "-m", "b", "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "-t", "a", "-m", "b"));
    CHECK(bed.exit_code != 0);
    CHECK_STR_EQ(refused(&bed, 0), "alpn-missing");
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "--tls-alpn",
              "h2", "-t", "a", "-m", "b"));
    CHECK_STR_EQ(refused(&bed, 1), "alpn-unknown");
    snprintf(address, sizeof(address), "127.0.0.1:%s", bed.port);
    CHECK(RUN(&bed, "openssl", "s_client", "-connect", address, "-noservername", "-alpn",
              "x-amzn-mqtt-ca", "-brief"));
    CHECK_STR_EQ(refused(&bed, 2), "sni-missing");
    CHECK_STR_CONTAINS(bed.output, "unrecognized name");
    mock_bed_close(&bed);
}

static void aws_asks_the_custom_authorizer_for_clients_without_a_certificate(void)
{
    struct signer *s = signer_new("RSA");
    uint8_t signature[SIGNATURE_MAX];
    size_t len = signer_sign(s, "ticket-1", 8, signature);
    const char *text = base64_of(signature, len);
    char *user = NULL;
    struct mock_bed bed;

    REQUIRE(start(&bed, "",
                  "\"name\":\"aws\",\"port\":443,\"authorizer\":\"gate\",\"token_key\":\"ticket\"",
                  "key", signer_public_pem(s)));
    if (asprintf(&user,
                 "joe?x-amz-customauthorizer-name=gate&ticket=ticket-1&"
                 "x-amz-customauthorizer-signature=%s",
                 text) < 0)
        abort();
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "--tls-alpn",
              "mqtt", "-u", user, "-P", "pw", "-t", "a", "-m", "b", "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 0);
    strstr(user, "ticket-1")[7] = '2';
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp", "--tls-alpn",
              "mqtt", "-u", user, "-P", "pw", "-t", "a", "-m", "b", "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 5); /* the return code of the CONNACK */
    CHECK_STR_EQ(refused(&bed, 0), "signature-wrong");
    free(user);
    mock_bed_close(&bed);
    signer_free(s);
}

static void aws_leaves_qos_2_of_mosquitto_pub_unanswered(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "", "\"name\":\"aws\"", NULL, NULL));
    make_certificate(&bed, "whatever");
    CHECK(RUN(&bed, "timeout", "2", "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "lamp",
              "--cert", path_of("cert.pem"), "--key", path_of("key.pem"), "-t", "a", "-m", "b",
              "-q", "2"));
    CHECK_INT_EQ(bed.exit_code, 124);
    CHECK_STR_EQ(refused(&bed, 0), "qos2-publish");
    CHECK(mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "PUBREC") == NULL);
    mock_bed_close(&bed);
}

#define AZURE_KEY "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define HUB       "hub.azure-devices.net"

static void azure_takes_mosquitto_pub_with_a_sas_token_until_it_expires(void)
{
    static const int lives_s[] = {60, -1};
    struct mock_bed bed;

    REQUIRE(start(&bed, "", "\"name\":\"azure\",\"key\":\"" AZURE_KEY "\"", NULL, NULL));
    for (size_t i = 0; i < 2; i++) {
        CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "d", "-u",
                  HUB "/d/?api-version=2021-04-12", "-P",
                  sas_of(AZURE_KEY, HUB "%2Fdevices%2Fd", now_s(&bed) + lives_s[i]), "-t",
                  "devices/d/messages/events/", "-m", "hot", "-q", "1"));
        CHECK_INT_EQ(bed.exit_code, i == 0 ? 0 : 5);
    }
    CHECK_STR_EQ(refused(&bed, 0), "sas-expired");
    mock_bed_close(&bed);
}

static void azure_answers_mosquitto_rr_for_the_twin_of_a_registered_certificate(void)
{
    struct mock_bed bed;
    char rest[160];
    char hash[160];

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    make_certificate(&bed, "d");
    CHECK(RUN(&bed, "openssl", "x509", "-in", path_of("cert.pem"), "-noout", "-fingerprint",
              "-sha1"));
    snprintf(hash, sizeof(hash), "%.150s", bed.output);
    hash[strcspn(hash, "\n")] = '\0';
    snprintf(rest, sizeof(rest), "{\"face\":{\"name\":\"azure\",\"certificate\":\"%s\"}}",
             strchr(hash, '=') != NULL ? strchr(hash, '=') + 1 : "");
    REQUIRE(mock_bed_start(&bed, rest));
    CHECK(RUN(&bed, "mosquitto_rr", CLIENT(&bed), "-V", "mqttv311", "-i", "d", "-u",
              HUB "/d/?api-version=2021-04-12", "--cert", path_of("cert.pem"), "--key",
              path_of("key.pem"), "-W", "5", "-t", "$iothub/twin/GET/?$rid=1", "-e",
              "$iothub/twin/res/200/?$rid=1", "-n"));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "\"$version\":1");
    mock_bed_close(&bed);
}

static void arduino_on_8885_knows_the_device_by_its_certificate(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "", "\"name\":\"arduino\",\"port\":8885,\"device\":\"0e4\"", NULL, NULL));
    make_certificate(&bed, "0e4");
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "0e4", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "-t", "/a/d/0e4/c/up", "-m", "b",
              "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 0);
    make_certificate(&bed, "0e5");
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-i", "0e5", "--cert",
              path_of("cert.pem"), "--key", path_of("key.pem"), "-t", "/a/d/0e5/c/up", "-m", "b",
              "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 5);
    CHECK_STR_EQ(refused(&bed, 0), "identity");
    mock_bed_close(&bed);
}

/* The text of a file that mosquitto_passwd has written. */
static const char *users_with(struct mock_bed *bed, const char *password)
{
    char *text = calloc(1, 4096);
    FILE *f = NULL;

    CHECK(RUN(bed, "mosquitto_passwd", "-b", "-c", path_of("users"), "alice", password));
    f = fopen(path_of("users"), "r");
    if (f != NULL) {
        CHECK(fread(text, 1, 4095, f) > 0);
        fclose(f);
    }
    return test_keep(text);
}

static const char *users_of(struct mock_bed *bed)
{
    return users_with(bed, "wonder");
}

static const char *with_users(const char *users)
{
    struct buf json;
    char *text = NULL;

    buf_init(&json, 8192);
    CHECK_OK(buf_add_text(&json, "{\"face\":{\"name\":\"mosquitto\",\"password_file\":"));
    CHECK_OK(json_add_string(&json, users, strlen(users)));
    CHECK_OK(buf_add_text(&json, "}}"));
    CHECK_OK(buf_take(&json, &text));
    return test_keep(text);
}

static bool change(struct mock_bed *bed, const char *json)
{
    struct mock *prepared = NULL;

    if (!CHECK(mock_bed_prepare(bed, json, &prepared)))
        return false;
    if (mock_check_change(bed->mock, prepared, &bed->err) == ASSAY_OK) {
        mock_change(bed->mock, prepared, false, "command");
        return true;
    }
    mock_stop(prepared);
    return false;
}

static int log_in(struct mock_bed *bed, const char *password)
{
    CHECK(RUN(bed, "mosquitto_pub", CLIENT(bed), "-V", "mqttv311", "-u", "alice", "-P", password,
              "-t", "a", "-m", "b"));
    return bed->exit_code;
}

static void another_list_of_passwords_holds_for_the_next_connect(void)
{
    struct mock_bed bed;
    const char *users = NULL;

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    users = users_of(&bed);
    REQUIRE(mock_bed_start(&bed, with_users(users)));
    CHECK_INT_EQ(log_in(&bed, "wonder"), 0);
    CHECK(!change(&bed, "{\"face\":\"aws\"}"));
    CHECK_STR_CONTAINS(bed.err.text, "keeps its face");
    CHECK(!change(&bed, "{}"));
    CHECK_STR_CONTAINS(bed.err.text, "keeps its face");
    REQUIRE(change(&bed, with_users(users_with(&bed, "looking-glass"))));
    CHECK_INT_EQ(log_in(&bed, "wonder"), 5);
    CHECK_INT_EQ(log_in(&bed, "looking-glass"), 0);
    mock_bed_close(&bed);
}

static void mosquitto_pub_logs_in_with_a_user_of_mosquitto_passwd(void)
{
    static const struct {
        const char *user, *password;
        int exit_code;
    } rows[] = {{"alice", "wonder", 0}, {"alice", "Wonder", 5}, {"bob", "wonder", 5}};
    struct mock_bed bed;
    struct buf json;

    buf_init(&json, 8192);
    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    CHECK_OK(buf_add_text(&json, "{\"face\":{\"name\":\"mosquitto\",\"password_file\":"));
    {
        const char *users = users_of(&bed);

        CHECK_OK(json_add_string(&json, users, strlen(users)));
    }
    CHECK_OK(buf_add_text(&json, "}}"));
    REQUIRE(mock_bed_start(&bed, buf_text(&json)));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-u", rows[i].user, "-P",
                  rows[i].password, "-t", "a", "-m", "b"));
        CHECK_INT_EQ(bed.exit_code, rows[i].exit_code);
    }
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv311", "-t", "a", "-m", "b"));
    CHECK_INT_EQ(bed.exit_code, 5);
    CHECK_STR_EQ(refused(&bed, 2), "anonymous");
    buf_done(&json);
    mock_bed_close(&bed);
}

/* The bench knows the users, mosquitto does the rest: the session that is kept is its own. */
static void with_a_mosquitto_behind_users_are_checked_first(void)
{
    struct mock_bed bed;
    struct buf json;
    const char *users = NULL;

    buf_init(&json, 8192);
    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    users = users_of(&bed);
    CHECK_OK(buf_add_text(&json, "{\"mqtt\":{\"behind\":\"mosquitto\"},\"face\":{\"name\":"
                                 "\"mosquitto\",\"password_file\":"));
    CHECK_OK(json_add_string(&json, users, strlen(users)));
    CHECK_OK(buf_add_text(&json, "}}"));
    REQUIRE(mock_bed_start(&bed, buf_text(&json)));
    CHECK_INT_EQ(log_in(&bed, "looking-glass"), 5);
    CHECK_STR_EQ(refused(&bed, 0), "password");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MQTT_SESSION), 0);
    CHECK(RUN(&bed, "mosquitto_pub", CLIENT(&bed), "-V", "mqttv5", "-u", "alice", "-P", "wonder",
              "-t", "a", "-m", "b", "-q", "2"));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_FACE_ACCEPTED), 1);
    CHECK(mock_bed_event(&bed, EV_MQTT_BEHIND, 0) != NULL);
    CHECK(mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "PUBCOMP") != NULL);
    buf_done(&json);
    mock_bed_close(&bed);
}

static void a_pre_shared_key_is_all_that_a_client_needs(void)
{
    static const char *const brokers[] = {"", "\"mqtt\":{\"behind\":\"mosquitto\"},"};

    for (size_t i = 0; i < 2; i++) {
        struct mock_bed bed;

        REQUIRE(start(&bed, brokers[i],
                      "\"name\":\"psk\",\"psk_identity\":\"lamp\",\"psk_hex\":\"00112233aabb\"",
                      NULL, NULL));
        CHECK(RUN(&bed, "mosquitto_pub", "-h", "127.0.0.1", "-p", bed.port, "--psk", "00112233aabb",
                  "--psk-identity", "lamp", "-t", "a", "-m", "b", "-q", "1"));
        CHECK_INT_EQ(bed.exit_code, 0);
        CHECK_UINT_EQ(mock_bed_count(&bed, EV_FACE_ACCEPTED), 1);
        CHECK(RUN(&bed, "mosquitto_pub", "-h", "127.0.0.1", "-p", bed.port, "--psk", "00112233aabb",
                  "--psk-identity", "door", "-t", "a", "-m", "b", "-q", "1"));
        CHECK(bed.exit_code != 0);
        CHECK_STR_EQ(refused(&bed, 0), "psk-identity");
        mock_bed_close(&bed);
    }
}

static void a_face_that_cannot_be_is_an_error_before_anything_listens(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    CHECK(!mock_bed_start(&bed, "{\"face\":{\"name\":\"google\",\"key\":\"no key\"}}"));
    CHECK_STR_CONTAINS(bed.err.text, "face.key");
    CHECK(!mock_bed_start(&bed, "{\"face\":\"amazon\"}"));
    CHECK_STR_CONTAINS(bed.err.text, "\"aws\"");
    CHECK(!mock_bed_start(&bed, "{\"face\":\"aws\",\"mqtt\":{\"behind\":\"mosquitto\"}}"));
    CHECK_STR_CONTAINS(bed.err.text, "leave mqtt.behind out");
    mock_bed_close(&bed);
}

TEST_SUITE(mock_faces, TEST(google_takes_mosquitto_pub_with_a_token_and_sends_the_configuration),
           TEST(google_closes_without_a_connack_on_a_token_for_another_project),
           TEST(google_tolerates_a_password_alone_and_a_switch_forbids_it),
           TEST(aws_serves_shadow_and_jobs_to_mosquitto_rr),
           TEST(aws_refuses_clients_without_certificate_and_for_other_things),
           TEST(aws_on_port_443_wants_a_protocol_name_and_a_server_name),
           TEST(aws_asks_the_custom_authorizer_for_clients_without_a_certificate),
           TEST(aws_leaves_qos_2_of_mosquitto_pub_unanswered),
           TEST(azure_takes_mosquitto_pub_with_a_sas_token_until_it_expires),
           TEST(azure_answers_mosquitto_rr_for_the_twin_of_a_registered_certificate),
           TEST(arduino_on_8885_knows_the_device_by_its_certificate),
           TEST(mosquitto_pub_logs_in_with_a_user_of_mosquitto_passwd),
           TEST(another_list_of_passwords_holds_for_the_next_connect),
           TEST(with_a_mosquitto_behind_users_are_checked_first),
           TEST(a_pre_shared_key_is_all_that_a_client_needs),
           TEST(a_face_that_cannot_be_is_an_error_before_anything_listens));
