/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_bed.h"
#include "tls_config.h"

#include "pki/ocsp.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

static enum assay_status read_words(const char *words, struct tls_config *config,
                                    struct assay_error *err)
{
    struct value *description = bed_value(words);
    enum assay_status status = tls_config_read(description, config, err);

    value_free(description);
    return status;
}

static void has_the_defaults_of_its_table(void)
{
    struct tls_config config;

    REQUIRE_OK(tls_config_read(NULL, &config, NULL));
    CHECK_UINT_EQ(config.versions, TLS_VERSION_1_2 | TLS_VERSION_1_3);
    CHECK_STR_EQ(config.ciphers, "ALL:!aNULL:!eNULL");
    CHECK(config.ciphersuites == NULL && config.groups == NULL && config.key == NULL);
    CHECK(config.signature_algorithms == NULL && config.client_signature_algorithms == NULL);
    CHECK(!config.server_preference && config.dh_bits == 0 && config.security_level == 0);
    CHECK(config.client_auth == TLS_CLIENT_AUTH_NONE);
    CHECK(config.client_ca_names == TLS_CA_NAMES_BENCH && config.client_certificate_types == NULL);
    CHECK(config.tickets == 0 && !config.session_cache);
    CHECK(config.alpn.len == 0 && !config.alpn_required && config.alpn_answer == NULL);
    CHECK(config.sni == TLS_SNI_IGNORE && config.psk.identity == NULL && config.staple.len == 0);
    CHECK(config.extended_master_secret && config.encrypt_then_mac);
    CHECK_INT_EQ(config.max_send_fragment, 16384);
    CHECK(config.record_padding == 0 && !config.unknown_extensions);
    CHECK(config.key_log);
    tls_config_done(&config);
}

static void reads_each_key(void)
{
    struct tls_config config;

    REQUIRE_OK(read_words(
        "versions=~1.0,~1.3 ciphers=A,B:C ciphersuites=D groups=x25519,P-256 "
        "server_preference=true dh_bits=1024 security_level=2 signature_algorithms=E,F "
        "key=other client_auth=require client_ca_names=other client_certificate_types=rsa_sign, "
        "client_signature_algorithms=G, tickets=3 session_cache=true alpn=mqtt,x-amzn-mqtt-ca "
        "alpn_required=true alpn_answer=h2 sni=refuse psk.identity=me psk.hex=~00ff psk.hint=you "
        "staple=~3003 extended_master_secret=false encrypt_then_mac=false max_send_fragment=512 "
        "record_padding=256 unknown_extensions=true key_log=false",
        &config, NULL));
    CHECK_UINT_EQ(config.versions, TLS_VERSION_1_0 | TLS_VERSION_1_3);
    CHECK_STR_EQ(config.ciphers, "A:B:C");
    CHECK_STR_EQ(config.ciphersuites, "D");
    CHECK_STR_EQ(config.groups, "x25519:P-256");
    CHECK(config.server_preference && config.dh_bits == 1024 && config.security_level == 2);
    CHECK_STR_EQ(config.signature_algorithms, "E:F");
    CHECK_STR_EQ(config.key, "other");
    CHECK(config.client_auth == TLS_CLIENT_AUTH_REQUIRE);
    CHECK(config.client_ca_names == TLS_CA_NAMES_OTHER);
    CHECK_STR_EQ(config.client_certificate_types, "rsa_sign");
    CHECK_STR_EQ(config.client_signature_algorithms, "G");
    CHECK(config.tickets == 3 && config.session_cache && config.alpn_required);
    CHECK_UINT_EQ(config.alpn.len, 5 + 15);
    CHECK_MEM_EQ(config.alpn.data, "\x04mqtt\x0ex-amzn-mqtt-ca", 20);
    CHECK_STR_EQ(config.alpn_answer, "h2");
    CHECK(config.sni == TLS_SNI_REFUSE);
    CHECK_STR_EQ(config.psk.identity, "me");
    CHECK_STR_EQ(config.psk.hint, "you");
    CHECK_UINT_EQ(config.psk.key.len, 2);
    CHECK_UINT_EQ(config.staple.len, 2);
    CHECK(!config.extended_master_secret && !config.encrypt_then_mac);
    CHECK_INT_EQ(config.max_send_fragment, 512);
    CHECK(config.record_padding == 256 && config.unknown_extensions);
    CHECK(!config.key_log);
    tls_config_done(&config);
}

static void takes_one_text_for_a_list_of_one(void)
{
    struct tls_config config;

    REQUIRE_OK(read_words("versions=~1.3 alpn=mqtt groups=P-256:x25519", &config, NULL));
    CHECK_UINT_EQ(config.versions, TLS_VERSION_1_3);
    CHECK_UINT_EQ(config.alpn.len, 5);
    CHECK_STR_EQ(config.groups, "P-256:x25519");
    tls_config_done(&config);
}

static const struct {
    const char *words;
    const char *says;
} wrong[] = {
    {"cipher=AES128-SHA", "tls.cipher: no such key"},
    {"versions=~1.4", "tls.versions is \"1.4\"; it has to be one of: 1.0, 1.1, 1.2, 1.3"},
    {"versions=,", "tls.versions: the list is empty"},
    {"versions=1", "tls.versions is an integer"},
    {"ciphers=,", "tls.ciphers: the list is empty"},
    {"ciphers=1", "tls.ciphers is an integer; it has to be a list of texts"},
    {"groups=1,2", "tls.groups is an integer; it has to be a list of texts"},
    {"server_preference=yes", "tls.server_preference is a text; it has to be a boolean"},
    {"security_level=6", "tls.security_level is 6; it has to be between 0 and 5"},
    {"dh_bits=-1", "tls.dh_bits is -1"},
    {"key=", "tls.key is empty"},
    {"client_auth=maybe", "it has to be one of: none, request, require"},
    {"client_ca_names=all", "it has to be one of: bench, none, other"},
    {"sni=1", "tls.sni is an integer"},
    {"tickets=17", "between 0 and 16"},
    {"alpn=1", "tls.alpn is an integer"},
    {"alpn=~,", "tls.alpn: a protocol of 0 bytes"},
    {"staple=xyz", "tls.staple: pairs of hexadecimal digits"},
    {"staple=1", "tls.staple is an integer"},
    {"ocsp=1", "tls.ocsp is an integer; it has to be a table"},
    {"psk=1", "tls.psk is an integer; it has to be a table"},
    {"psk.identity=a", "both identity and hex"},
    {"psk.hex=~00", "both identity and hex"},
    {"psk.identity=a psk.hex=abc", "tls.psk.hex: pairs"},
    {"psk.identity=a psk.hex=~00 psk.key=a", "tls.psk.key: no such key"},
    {"max_send_fragment=511", "between 512 and 16384"},
    {"record_padding=16385", "between 0 and 16384"},
};

static void names_the_path_of_what_is_wrong(void)
{
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct tls_config config = {.dh_bits = 77};
        struct assay_error err = {0};

        CHECK_INT_EQ(read_words(wrong[i].words, &config, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, wrong[i].says);
        CHECK_INT_EQ(config.dh_bits, 77);
    }
}

static void refuses_what_is_no_table(void)
{
    struct value *list = value_new_list();
    struct tls_config config;
    struct assay_error err = {0};

    CHECK_INT_EQ(tls_config_read(list, &config, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "tls is a list");
    value_free(list);
}

static void refuses_nul_bytes_and_texts_that_are_too_long(void)
{
    static const char *const keys[] = {"ciphers", "key", "alpn_answer"};
    char big[600];
    struct assay_error err = {0};

    memset(big, 'x', sizeof(big));
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct value *map = value_new_map();
        struct tls_config config;

        REQUIRE_OK(value_set(map, keys[i], value_new_bytes("a\0b", 3)));
        CHECK_INT_EQ(tls_config_read(map, &config, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, "NUL");
        value_free(map);
    }
    for (size_t i = 1; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct value *map = value_new_map();
        struct tls_config config;

        REQUIRE_OK(value_set(map, keys[i], value_new_bytes(big, sizeof(big))));
        CHECK_INT_EQ(tls_config_read(map, &config, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, "600 bytes long");
        value_free(map);
    }
}

static bool read_file(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "r");
    char block[4096];
    size_t len = 0;
    bool ok = file != NULL;

    while (ok && (len = fread(block, 1, sizeof(block), file)) > 0)
        ok = buf_add(out, block, len) == ASSAY_OK;
    if (file != NULL)
        fclose(file);
    return ok;
}

static void check_row(const char *document, const struct key_spec *key)
{
    char row[700];

    snprintf(row, sizeof(row), "\n| `%s` | %s | %s |\n", key->name,
             key->fallback != NULL ? key->fallback : "(needed)", key->help);
    CHECK_STR_CONTAINS(document, row);
}

static void is_documented_row_by_row(void)
{
    struct buf document;

    buf_init(&document, 1 << 20);
    REQUIRE(read_file(ASSAY_SOURCE_DIR "/docs/formats/tls-settings.md", &document));
    for (const struct key_spec *key = tls_keys; key->name != NULL; key++)
        check_row(buf_text(&document), key);
    for (const struct key_spec *key = tls_psk_keys; key->name != NULL; key++)
        check_row(buf_text(&document), key);
    for (const struct key_spec *key = pki_ocsp_keys; key->name != NULL; key++)
        check_row(buf_text(&document), key);
    buf_done(&document);
}

TEST_SUITE(tls_config, TEST(has_the_defaults_of_its_table), TEST(reads_each_key),
           TEST(takes_one_text_for_a_list_of_one), TEST(names_the_path_of_what_is_wrong),
           TEST(refuses_what_is_no_table), TEST(refuses_nul_bytes_and_texts_that_are_too_long),
           TEST(is_documented_row_by_row));
