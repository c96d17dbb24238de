/* SPDX-License-Identifier: Apache-2.0 */
#include "face/settings.h"

#include "base/buf.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct face_settings, member)
#define TEXT(name, member, fallback, help)                                                         \
    {                                                                                              \
        name, key_read_text, AT(member), 0, sizeof(((struct face_settings *)NULL)->member),        \
            fallback, help                                                                         \
    }

static enum assay_status read_port(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    /* Which ports there are depends on the face: face_settings_read() looks. */
    return key_read_int(spec, value, path, target, err);
}

static enum assay_status read_identity(const struct key_spec *spec, const struct value *value,
                                       const char *path, void *target, struct assay_error *err)
{
    static const char *const words[] = {[FACE_IDENTITY_NONE] = "none",
                                        [FACE_IDENTITY_COMMON_NAME] = "common-name",
                                        [FACE_IDENTITY_SUBJECT] = "subject",
                                        [FACE_IDENTITY_PSK] = "psk"};
    const char *text = value_text(value);

    (void)spec;
    for (enum face_identity i = 0; text != NULL && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i], text) == 0) {
            memcpy(target, &i, sizeof(i));
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be \"none\", \"common-name\", \"subject\" or \"psk\"", path);
}

/* A text with a line for each order, or a list of texts. */
static enum assay_status read_orders(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    struct buf lines;
    enum assay_status status = ASSAY_OK;

    if (value_kind(value) != VALUE_LIST)
        return key_read_text(spec, value, path, target, err);
    buf_init(&lines, (size_t)spec->max - 1);
    for (size_t i = 0; status == ASSAY_OK && i < value_count(value); i++) {
        const char *line = value_text(value_at(value, i));

        if (line == NULL || strchr(line, '\n') != NULL)
            status = assay_error_set(err, ASSAY_ERR_MALFORMED,
                                     "%s.%zu has to be a sentence, as in \"method reboot\"", path,
                                     i + 1);
        else if (buf_printf(&lines, "%s\n", line) != ASSAY_OK)
            status = assay_error_set(err, ASSAY_ERR_LIMIT, "%s has more than %d bytes", path,
                                     (int)spec->max - 2);
    }
    if (status == ASSAY_OK)
        memcpy(target, buf_text(&lines), lines.len + 1);
    buf_done(&lines);
    return status;
}

#define ORDERS                                                                                     \
    {                                                                                              \
        "orders", read_orders, AT(orders), 0, FACE_DOCUMENT_TEXT, "none",                          \
            "what the service does by itself as soon as it can, a list of sentences, see below"    \
    }

/* clang-format off */
static const struct key_spec aws_keys[] = {
    {"port", read_port, AT(port), 1, 65535, "8883",
     "8883: certificates; 443: by ALPN, `x-amzn-mqtt-ca` certificates, `mqtt` custom authentication"},
    TEXT("thing", device, "any", "the thing that the certificate belongs to: the client id has to be the same"),
    TEXT("certificate", certificate, "any", "the registered certificate: PEM, or its SHA-256 in hex"),
    TEXT("authorizer", authorizer, "none", "name of the custom authorizer"),
    TEXT("token_key", token_key, "none", "its token key name; without one, tokens are not signed"),
    TEXT("key", key, "none", "its public key, PEM (RSA)"),
    TEXT("username", username, "any", "what stands before the `?` of the user name, as the authorizer wants it"),
    TEXT("password", password, "any", "the password that the authorizer wants"),
    TEXT("access_key", access_key, "none", "access key id: requests for a WebSocket (`service = \"wss\"`) are signed, version 4"),
    TEXT("secret_key", secret_key, "none", "its secret access key"),
    TEXT("session_token", session_token, "any", "the session token of temporary credentials"),
    TEXT("region", region, "any", "the region of the signature"),
    TEXT("desired", desired, "none", "JSON: an application desires this state when the board has subscribed to the shadow's delta"),
    TEXT("job", job, "none", "id of a job that is created when the board asks for jobs or subscribes to their notices"),
    TEXT("job_document", job_document, "{}", "its document, JSON"),
    ORDERS,
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

static const struct key_spec google_keys[] = {
    {"port", read_port, AT(port), 1, 65535, "8883", "8883 or 443, which are the same here"},
    TEXT("project", project, "any", "project id: of the client id, and the token's `aud`"),
    TEXT("location", location, "any", "cloud region, of the client id"),
    TEXT("registry", registry, "any", "device registry, of the client id"),
    TEXT("device", device, "any", "device id, of the client id"),
    TEXT("key", key, "(needed)", "the device's public key or certificate, PEM: P-256 for ES256, RSA for RS256"),
    {"password_alone", key_read_bool, AT(password_alone), 0, 0, "true", "a CONNECT with a password and no user name is tolerated"},
    TEXT("config", config, "none", "the device's configuration, sent when it subscribes to /devices/D/config"),
    ORDERS,
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

static const struct key_spec azure_keys[] = {
    {"port", read_port, AT(port), 1, 65535, "8883", "8883; 443: MQTT over WebSocket (`service = \"wss\"`)"},
    TEXT("hub", hub, "any", "host name of the hub, as in the user name"),
    TEXT("device", device, "any", "device id"),
    TEXT("key", key, "none", "the device's key, base64, for SAS tokens"),
    TEXT("certificate", certificate, "none", "the registered certificate: PEM, or its thumbprint (SHA-1 or SHA-256 in hex)"),
    TEXT("desired", desired, "{}", "the twin's desired properties, JSON"),
    ORDERS,
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

static const struct key_spec arduino_keys[] = {
    {"port", read_port, AT(port), 1, 65535, "8884", "8884: device id and secret; 8885: certificate of the secure element"},
    TEXT("device", device, "any", "device id (UUID)"),
    TEXT("secret", secret, "any", "secret key, of port 8884"),
    TEXT("thing", thing, "any", "thing id (UUID), of the topics"),
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

static const struct key_spec mosquitto_keys[] = {
    {"port", read_port, AT(port), 1, 65535, "8883", "8883"},
    TEXT("password_file", password_file, "none", "text of a file of mosquitto_passwd"),
    {"allow_anonymous", key_read_bool, AT(allow_anonymous), 0, 0, "false", "clients without a user name are accepted"},
    {"require_certificate", key_read_bool, AT(require_certificate), 0, 0, "false",
     "the handshake needs a certificate of the bench's"},
    {"identity", read_identity, AT(identity), 0, 0, "none",
     "where the user name comes from: `common-name` or `subject` of the certificate, `psk`; then passwords are not looked at"},
    TEXT("psk_identity", psk_identity, "none", "the one identity of the psk_file; the listener then has no certificate"),
    TEXT("psk_hex", psk_hex, "none", "its key"),
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

static const struct key_spec psk_keys[] = {
    {"port", read_port, AT(port), 1, 65535, "8883", "8883"},
    TEXT("psk_identity", psk_identity, "(needed)", "the identity that the board has to name"),
    TEXT("psk_hex", psk_hex, "(needed)", "the key, in hex"),
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

static const unsigned port_8883[] = {8883, 0};
static const unsigned ports_8883_443[] = {8883, 443, 0};
static const unsigned ports_arduino[] = {8884, 8885, 0};

const struct face_info face_infos[FACE_COUNT] = {
    [FACE_AWS] = {"aws", "AWS IoT Core", ports_8883_443, aws_keys, false},
    [FACE_GOOGLE] = {"google", "Google Cloud IoT Core", ports_8883_443, google_keys, false},
    [FACE_CLEARBLADE] = {"clearblade", "ClearBlade IoT Core", ports_8883_443, google_keys, false},
    [FACE_AZURE] = {"azure", "Azure IoT Hub", ports_8883_443, azure_keys, false},
    [FACE_ARDUINO] = {"arduino", "Arduino Cloud", ports_arduino, arduino_keys, false},
    [FACE_MOSQUITTO] = {"mosquitto", "mosquitto with users", port_8883, mosquitto_keys, true},
    [FACE_PSK] = {"psk", "a broker with a pre-shared key", port_8883, psk_keys, true},
};

static enum assay_status find_kind(const struct value *face, enum face_kind *ret,
                                   struct assay_error *err)
{
    const char *name =
        value_kind(face) == VALUE_MAP ? value_text(value_get(face, "name")) : value_text(face);

    for (enum face_kind kind = 0; name != NULL && kind < FACE_COUNT; kind++) {
        if (strcmp(face_infos[kind].name, name) == 0) {
            *ret = kind;
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "face%s is %s; it has to be \"aws\", \"google\", \"clearblade\", "
                           "\"azure\", \"arduino\", \"mosquitto\" or \"psk\"",
                           value_kind(face) == VALUE_MAP ? ".name" : "",
                           name != NULL ? name : "missing");
}

static enum assay_status check_port(const struct face_settings *s, struct assay_error *err)
{
    const unsigned *ports = face_infos[s->kind].ports;

    for (size_t i = 0; ports[i] != 0; i++)
        if (ports[i] == s->port)
            return ASSAY_OK;
    if (ports[1] == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face.port: %s is to be found at port %u only",
                               face_infos[s->kind].title, ports[0]);
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "face.port: %s is to be found at the ports %u and %u",
                           face_infos[s->kind].title, ports[0], ports[1]);
}

/* What a face cannot do without. */
static enum assay_status check_needs(const struct face_settings *s, struct assay_error *err)
{
    const char *name = face_infos[s->kind].name;
    bool is_google = s->kind == FACE_GOOGLE || s->kind == FACE_CLEARBLADE;

    if (is_google && s->key[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face.key: %s checks signatures; it needs the device's public key "
                               "or certificate as PEM",
                               name);
    if (s->kind == FACE_AZURE && s->key[0] == '\0' && s->certificate[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face: azure needs the device's key (base64) or its certificate");
    if (s->kind == FACE_PSK && (s->psk_identity[0] == '\0' || s->psk_hex[0] == '\0'))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face: psk needs psk_identity and psk_hex");
    if ((s->psk_identity[0] == '\0') != (s->psk_hex[0] == '\0'))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face: psk_identity and psk_hex belong together");
    if (s->token_key[0] != '\0' && s->key[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face.token_key: tokens are signed; the authorizer's public key has "
                               "to be given in face.key");
    if ((s->access_key[0] == '\0') != (s->secret_key[0] == '\0'))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face: access_key and secret_key belong together");
    if (s->identity == FACE_IDENTITY_PSK && s->psk_identity[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face.identity: psk needs psk_identity and psk_hex");
    return ASSAY_OK;
}

/* The table without its name, which is not a key of any face's. */
static enum assay_status read_keys(const struct value *face, struct face_settings *s,
                                   struct assay_error *err)
{
    struct value *rest = NULL;
    struct value *null = NULL;
    struct value *over = NULL;
    enum assay_status status = ASSAY_OK;

    if (value_kind(face) != VALUE_MAP)
        return ASSAY_OK;
    rest = value_copy(face);
    null = value_new_null();
    over = value_new_map();
    status = value_set(over, "name", null);
    if (status == ASSAY_OK)
        status = rest != NULL ? value_merge(rest, over) : ASSAY_ERR_NOMEM;
    if (status == ASSAY_OK)
        status = keys_read(face_infos[s->kind].keys, rest, "face", s, err);
    value_free(over);
    value_free(rest);
    return status;
}

enum assay_status face_settings_read(const struct value *face, struct face_settings **ret,
                                     struct assay_error *err)
{
    struct face_settings *s = calloc(1, sizeof(*s));
    enum assay_status status = ASSAY_OK;

    if (s == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    status = find_kind(face, &s->kind, err);
    if (status == ASSAY_OK) {
        s->port = face_infos[s->kind].ports[0];
        s->password_alone = true;
        status = read_keys(face, s, err);
    }
    if (status == ASSAY_OK)
        status = check_port(s, err);
    if (status == ASSAY_OK)
        status = check_needs(s, err);
    if (status != ASSAY_OK) {
        free(s);
        return status;
    }
    *ret = s;
    return ASSAY_OK;
}

/* What face_new() has read: keys, documents and what else has become something of its own. */
static const struct {
    const char *name;
    size_t offset;
} kept[] = {
    {"key", offsetof(struct face_settings, key)},
    {"certificate", offsetof(struct face_settings, certificate)},
    {"desired", offsetof(struct face_settings, desired)},
    {"job", offsetof(struct face_settings, job)},
    {"job_document", offsetof(struct face_settings, job_document)},
};

enum assay_status face_settings_check_change(const struct face_settings *now,
                                             const struct face_settings *then,
                                             struct assay_error *err)
{
    if (now->kind != then->kind || now->port != then->port)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "face: a server keeps its face and its port while it runs");
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        if (strcmp((const char *)now + kept[i].offset, (const char *)then + kept[i].offset) != 0)
            return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                                   "face.%s: it has to stay while the server runs; passwords, "
                                   "secrets and names may change",
                                   kept[i].name);
    return ASSAY_OK;
}
