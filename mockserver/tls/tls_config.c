/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_config.h"

#include <openssl/x509_vfy.h>

#include <stdlib.h>
#include <string.h>

enum {
    LIST_MAX = 32768,
    TEXT_MAX = 256,
    STAPLE_MAX = 65535,
    ALPN_MAX = 65535,
    PSK_KEY_MAX = 256,
    PSK_TEXT_MAX = 128 /* what OpenSSL takes */
};

static enum assay_status wanted(struct assay_error *err, const char *path, const struct value *v,
                                const char *what)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s; it has to be %s", path,
                           value_kind_name(value_kind(v)), what);
}

static enum assay_status replace_text(char **text, const char *with, struct assay_error *err)
{
    char *copy = strdup(with);

    if (copy == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    free(*text);
    *text = copy;
    return ASSAY_OK;
}

static enum assay_status read_text(const struct key_spec *spec, const struct value *v,
                                   const char *path, void *target, struct assay_error *err)
{
    char text[TEXT_MAX];
    struct key_spec sized = *spec;

    sized.max = sizeof(text);
    ASSAY_TRY(key_read_text(&sized, v, path, text, err));
    if (text[0] == '\0' && spec->min > 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is empty", path);
    return replace_text(target, text, err);
}

static enum assay_status add_member(struct buf *joined, const struct value *member,
                                    const char *path, struct assay_error *err)
{
    const char *text = value_text(member);
    enum assay_status status = ASSAY_OK;

    if (text == NULL)
        return wanted(err, path, member, "a list of texts");
    if (text[0] == '\0' || strlen(text) != value_text_len(member))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s: a member is empty or holds a NUL byte", path);
    if (joined->len > 0)
        status = buf_add_char(joined, ':');
    if (status == ASSAY_OK)
        status = buf_add_text(joined, text);
    if (status != ASSAY_OK)
        return assay_error_set(err, status, "%s: the list is too long", path);
    return ASSAY_OK;
}

/* A list of texts, or one text: OpenSSL's own notation with ':' between the members. */
static enum assay_status read_list(const struct key_spec *spec, const struct value *v,
                                   const char *path, void *target, struct assay_error *err)
{
    struct buf joined;
    enum assay_status status = ASSAY_OK;

    (void)spec;
    buf_init(&joined, LIST_MAX);
    if (value_kind(v) == VALUE_TEXT)
        status = add_member(&joined, v, path, err);
    else if (value_kind(v) != VALUE_LIST)
        status = wanted(err, path, v, "a list of texts");
    else if (value_count(v) == 0)
        status = assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: the list is empty", path);
    for (size_t i = 0; status == ASSAY_OK && i < value_count(v); i++)
        status = add_member(&joined, value_at(v, i), path, err);
    if (status == ASSAY_OK)
        status = replace_text(target, buf_text(&joined), err);
    buf_done(&joined);
    return status;
}

static enum assay_status read_hex(const struct key_spec *spec, const struct value *v,
                                  const char *path, void *target, struct assay_error *err)
{
    struct buf *bytes = target;
    enum assay_status status = ASSAY_OK;

    (void)spec;
    if (value_kind(v) != VALUE_TEXT)
        return wanted(err, path, v, "a text of hexadecimal digits");
    buf_clear(bytes);
    status = buf_add_from_hex(bytes, value_text(v), value_text_len(v));
    if (status == ASSAY_ERR_LIMIT)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: more than %zu bytes", path,
                               bytes->max);
    if (status != ASSAY_OK)
        return assay_error_set(err, status, "%s: pairs of hexadecimal digits are expected", path);
    return ASSAY_OK;
}

struct choice {
    const char *name;
    unsigned number;
};

/* @param choices  end with a NULL name */
static enum assay_status find_choice(const struct choice *choices, const struct value *v,
                                     const char *path, unsigned *ret, struct assay_error *err)
{
    struct buf names;
    enum assay_status status = ASSAY_OK;

    if (value_kind(v) != VALUE_TEXT)
        return wanted(err, path, v, "a text");
    for (size_t i = 0; choices[i].name != NULL; i++) {
        if (strcmp(choices[i].name, value_text(v)) != 0)
            continue;
        *ret = choices[i].number;
        return ASSAY_OK;
    }
    buf_init(&names, 256);
    for (size_t i = 0; choices[i].name != NULL && status == ASSAY_OK; i++)
        status = buf_printf(&names, "%s%s", i > 0 ? ", " : "", choices[i].name);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is \"%s\"; it has to be one of: %s", path,
                    value_text(v), buf_text(&names));
    buf_done(&names);
    return ASSAY_ERR_MALFORMED;
}

static enum assay_status read_client_auth(const struct key_spec *spec, const struct value *v,
                                          const char *path, void *target, struct assay_error *err)
{
    static const struct choice choices[] = {{"none", TLS_CLIENT_AUTH_NONE},
                                            {"request", TLS_CLIENT_AUTH_REQUEST},
                                            {"require", TLS_CLIENT_AUTH_REQUIRE},
                                            {NULL, 0}};
    unsigned number = 0;

    (void)spec;
    ASSAY_TRY(find_choice(choices, v, path, &number, err));
    *(enum tls_client_auth *)target = (enum tls_client_auth)number;
    return ASSAY_OK;
}

/* The alerts that libssl makes of what it finds wrong with a client's certificate. */
static enum assay_status read_refusal(const struct key_spec *spec, const struct value *v,
                                      const char *path, void *target, struct assay_error *err)
{
    static const struct choice choices[] = {
        {"none", X509_V_OK},
        {"bad_certificate", X509_V_ERR_CERT_UNTRUSTED},
        {"unsupported_certificate", X509_V_ERR_INVALID_PURPOSE},
        {"certificate_revoked", X509_V_ERR_CERT_REVOKED},
        {"certificate_expired", X509_V_ERR_CERT_HAS_EXPIRED},
        {"certificate_unknown", X509_V_ERR_OCSP_CERT_UNKNOWN},
        {"unknown_ca", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT},
        {"handshake_failure", X509_V_ERR_APPLICATION_VERIFICATION},
        {"internal_error", X509_V_ERR_UNSPECIFIED},
        {NULL, 0}};
    unsigned number = 0;

    (void)spec;
    ASSAY_TRY(find_choice(choices, v, path, &number, err));
    *(int *)target = (int)number;
    return ASSAY_OK;
}

static enum assay_status read_ca_names(const struct key_spec *spec, const struct value *v,
                                       const char *path, void *target, struct assay_error *err)
{
    static const struct choice choices[] = {{"bench", TLS_CA_NAMES_BENCH},
                                            {"none", TLS_CA_NAMES_NONE},
                                            {"other", TLS_CA_NAMES_OTHER},
                                            {NULL, 0}};
    unsigned number = 0;

    (void)spec;
    ASSAY_TRY(find_choice(choices, v, path, &number, err));
    *(enum tls_ca_names *)target = (enum tls_ca_names)number;
    return ASSAY_OK;
}

static enum assay_status read_sni(const struct key_spec *spec, const struct value *v,
                                  const char *path, void *target, struct assay_error *err)
{
    static const struct choice choices[] = {{"ignore", TLS_SNI_IGNORE},
                                            {"require", TLS_SNI_REQUIRE},
                                            {"refuse", TLS_SNI_REFUSE},
                                            {"warn", TLS_SNI_WARN},
                                            {NULL, 0}};
    unsigned number = 0;

    (void)spec;
    ASSAY_TRY(find_choice(choices, v, path, &number, err));
    *(enum tls_sni_policy *)target = (enum tls_sni_policy)number;
    return ASSAY_OK;
}

static enum assay_status add_version(const struct value *v, const char *path, unsigned *versions,
                                     struct assay_error *err)
{
    static const struct choice choices[] = {{"1.0", TLS_VERSION_1_0},
                                            {"1.1", TLS_VERSION_1_1},
                                            {"1.2", TLS_VERSION_1_2},
                                            {"1.3", TLS_VERSION_1_3},
                                            {NULL, 0}};
    unsigned bit = 0;

    ASSAY_TRY(find_choice(choices, v, path, &bit, err));
    *versions |= bit;
    return ASSAY_OK;
}

static enum assay_status read_versions(const struct key_spec *spec, const struct value *v,
                                       const char *path, void *target, struct assay_error *err)
{
    unsigned versions = 0;

    (void)spec;
    if (value_kind(v) != VALUE_LIST)
        ASSAY_TRY(add_version(v, path, &versions, err));
    for (size_t i = 0; i < value_count(v); i++)
        ASSAY_TRY(add_version(value_at(v, i), path, &versions, err));
    if (versions == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: the list is empty", path);
    *(unsigned *)target = versions;
    return ASSAY_OK;
}

/* RFC 7301 section 3.1 */
static enum assay_status add_protocol(struct buf *alpn, const struct value *v, const char *path,
                                      struct assay_error *err)
{
    size_t len = value_text_len(v);

    if (value_kind(v) != VALUE_TEXT)
        return wanted(err, path, v, "a list of texts");
    if (len == 0 || len > 255)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s: a protocol of %zu bytes; 1 to 255 are possible", path, len);
    if (buf_add_char(alpn, (char)len) != ASSAY_OK || buf_add(alpn, value_text(v), len) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "%s: the list is too long", path);
    return ASSAY_OK;
}

static enum assay_status read_alpn(const struct key_spec *spec, const struct value *v,
                                   const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    buf_clear(target);
    if (value_kind(v) != VALUE_LIST)
        return add_protocol(target, v, path, err);
    for (size_t i = 0; i < value_count(v); i++)
        ASSAY_TRY(add_protocol(target, value_at(v, i), path, err));
    return ASSAY_OK;
}

static enum assay_status read_psk(const struct key_spec *spec, const struct value *v,
                                  const char *path, void *target, struct assay_error *err)
{
    struct tls_psk *psk = target;

    (void)spec;
    ASSAY_TRY(keys_read(tls_psk_keys, v, path, psk, err));
    if (psk->identity == NULL || psk->key.len == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s: both identity and hex (the key) are needed", path);
    if (strlen(psk->identity) > PSK_TEXT_MAX ||
        (psk->hint != NULL && strlen(psk->hint) > PSK_TEXT_MAX))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s: identity and hint have at most %d bytes", path, PSK_TEXT_MAX);
    return ASSAY_OK;
}

/* What stands in it is read with pki_ocsp_keys when the chain is known. */
static enum assay_status read_ocsp(const struct key_spec *spec, const struct value *v,
                                   const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    if (value_kind(v) != VALUE_MAP)
        return wanted(err, path, v, "a table");
    memcpy(target, &v, sizeof(v));
    return ASSAY_OK;
}

#define AT(field) offsetof(struct tls_config, field)

/* clang-format off */
const struct key_spec tls_psk_keys[] = {
    {"identity", read_text, offsetof(struct tls_psk, identity), 0, 0, NULL,
     "the identity that the board must name; may be empty"},
    {"hex", read_hex, offsetof(struct tls_psk, key), 0, 0, NULL, "the key, 1 to 256 bytes"},
    {"hint", read_text, offsetof(struct tls_psk, hint), 0, 0, "none",
     "identity hint of the ServerKeyExchange (TLS 1.2 and older)"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec tls_keys[] = {
    {"versions", read_versions, AT(versions), 0, 0, "1.2, 1.3",
     "list of the versions that are served: 1.0, 1.1, 1.2, 1.3; gaps are allowed"},
    {"ciphers", read_list, AT(ciphers), 0, 0, "ALL:!aNULL:!eNULL",
     "cipher suites up to TLS 1.2: names of IANA or OpenSSL, or an OpenSSL cipher list; without "
     "an anonymous or NULL suite in it, such suites stay off"},
    {"ciphersuites", read_list, AT(ciphersuites), 0, 0, "the three of OpenSSL",
     "cipher suites of TLS 1.3"},
    {"groups", read_list, AT(groups), 0, 0, "those of OpenSSL",
     "key exchange groups, by preference: secp256r1 (P-256), x25519, ..."},
    {"server_preference", key_read_bool, AT(server_preference), 0, 0, "false",
     "the server's order of suites and groups decides, not the board's"},
    {"dh_bits", key_read_int, AT(dh_bits), 0, 8192, "0",
     "group of DHE suites: 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192; 0: as strong as "
     "the certificate's key"},
    {"security_level", key_read_int, AT(security_level), 0, 5, "0",
     "OpenSSL's security level; 0 allows everything that it can do at all"},
    {"signature_algorithms", read_list, AT(signature_algorithms), 0, 0, "those of OpenSSL",
     "what the server signs with: ecdsa_secp256r1_sha256, RSA+SHA256, ..."},
    {"key", read_text, AT(key), 1, 0, "the leaf's",
     "name of the certificate in `certs` whose private key signs although it does not belong to "
     "the leaf: every signature is wrong"},
    {"client_auth", read_client_auth, AT(client_auth), 0, 0, "none",
     "none, request (any answer is recorded and accepted) or require (none or a bad one ends the "
     "handshake)"},
    {"client_refusal", read_refusal, AT(client_refusal), 0, 0, "none",
     "alert that refuses every certificate of a board, whatever it is: bad_certificate, "
     "unsupported_certificate, certificate_revoked, certificate_expired, certificate_unknown, "
     "unknown_ca, handshake_failure, internal_error"},
    {"client_ca_names", read_ca_names, AT(client_ca_names), 0, 0, "bench",
     "names of CAs in the CertificateRequest: bench (the one that issues identities), none, other"},
    {"client_certificate_types", read_list, AT(client_certificate_types), 0, 0,
     "those of OpenSSL",
     "types in the CertificateRequest up to TLS 1.2: rsa_sign, ecdsa_sign, dss_sign, ..."},
    {"client_signature_algorithms", read_list, AT(client_signature_algorithms), 0, 0,
     "those of OpenSSL", "signature algorithms in the CertificateRequest"},
    {"tickets", key_read_int, AT(tickets), 0, 16, "0",
     "session tickets: how many are sent in TLS 1.3; any number but 0 turns them on in TLS 1.2"},
    {"session_cache", key_read_bool, AT(session_cache), 0, 0, "false",
     "sessions can be resumed by their id"},
    {"alpn", read_alpn, AT(alpn), 0, 0, "none",
     "list of application protocols, by the server's preference"},
    {"alpn_required", key_read_bool, AT(alpn_required), 0, 0, "false",
     "without a common protocol the handshake ends with no_application_protocol"},
    {"alpn_answer", read_text, AT(alpn_answer), 0, 0, "none",
     "this protocol is answered to whoever offers any, offered or not; \"\": nobody is answered"},
    {"sni", read_sni, AT(sni), 0, 0, "ignore",
     "ignore, require (no name: fatal unrecognized_name), refuse (fatal unrecognized_name always), "
     "warn (unrecognized_name as a warning, up to TLS 1.2)"},
    {"psk", read_psk, AT(psk), 0, 0, "none", "pre-shared key: {identity=, hex=, hint=}"},
    {"staple", read_hex, AT(staple), 0, 0, "none",
     "OCSP response in hex, sent to whoever asks for the status, whatever it is"},
    {"ocsp", read_ocsp, AT(ocsp), 0, 0, "none",
     "OCSP response that is made for the chain and sent to whoever asks for the status, see below"},
    {"extended_master_secret", key_read_bool, AT(extended_master_secret), 0, 0, "true",
     "the extension is answered (RFC 7627)"},
    {"encrypt_then_mac", key_read_bool, AT(encrypt_then_mac), 0, 0, "true",
     "the extension is answered (RFC 7366)"},
    {"max_send_fragment", key_read_int, AT(max_send_fragment), 512, 16384, "16384",
     "most bytes of plaintext in one record"},
    {"record_padding", key_read_int, AT(record_padding), 0, 16384, "0",
     "TLS 1.3: every record is padded to a multiple of so many bytes; 0: none is"},
    {"unknown_extensions", key_read_bool, AT(unknown_extensions), 0, 0, "false",
     "TLS 1.3: an extension that nobody knows (RFC 8701) stands in CertificateRequest and "
     "NewSessionTicket"},
    {"key_log", key_read_bool, AT(key_log), 0, 0, "true",
     "the secrets go into the transcript, so that a capture can be decrypted"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

static enum assay_status set_defaults(struct tls_config *config, struct assay_error *err)
{
    *config = (struct tls_config){
        .versions = TLS_VERSION_1_2 | TLS_VERSION_1_3,
        .extended_master_secret = true,
        .encrypt_then_mac = true,
        .max_send_fragment = 16384,
        .key_log = true,
    };
    buf_init(&config->alpn, ALPN_MAX);
    buf_init(&config->staple, STAPLE_MAX);
    buf_init(&config->psk.key, PSK_KEY_MAX);
    return replace_text(&config->ciphers, "ALL:!aNULL:!eNULL", err);
}

enum assay_status tls_config_read(const struct value *description, struct tls_config *ret,
                                  struct assay_error *err)
{
    struct tls_config config;
    enum assay_status status = set_defaults(&config, err);

    if (status == ASSAY_OK)
        status = keys_read(tls_keys, description, "tls", &config, err);
    if (status == ASSAY_OK)
        *ret = config;
    else
        tls_config_done(&config);
    return status;
}

void tls_config_done(struct tls_config *config)
{
    free(config->ciphers);
    free(config->ciphersuites);
    free(config->groups);
    free(config->signature_algorithms);
    free(config->key);
    free(config->client_certificate_types);
    free(config->client_signature_algorithms);
    free(config->alpn_answer);
    buf_done(&config->alpn);
    buf_done(&config->staple);
    free(config->psk.identity);
    free(config->psk.hint);
    if (config->psk.key.data != NULL)
        explicit_bzero(config->psk.key.data, config->psk.key.len);
    buf_done(&config->psk.key);
    *config = (struct tls_config){0};
}
