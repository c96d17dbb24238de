/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_name.h"
#include "test_support.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

typedef enum assay_status (*writer_fn)(struct pki_text text, struct der *d,
                                       struct assay_error *err);

struct row {
    struct pki_text text;
    const char *hex;
};

#define ROW(literal, bytes)                                                                        \
    {                                                                                              \
        PKI_TEXT(literal), bytes                                                                   \
    }

static void check_rows(writer_fn write, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf out;
        struct buf hex;
        struct der d = der_onto(&out);
        struct assay_error err = {0};

        buf_init(&out, 4096);
        buf_init(&hex, 4096);
        CHECK_OK(write(rows[i].text, &d, &err));
        CHECK_OK(der_status(&d));
        CHECK_OK(buf_add_hex(&hex, out.data, out.len));
        test_check(strcmp(buf_text(&hex), rows[i].hex) == 0, __FILE__, __LINE__,
                   "%s: got %s, want %s", rows[i].text.data, buf_text(&hex), rows[i].hex);
        buf_done(&hex);
        buf_done(&out);
    }
}

static void check_refused(writer_fn write, const char *text, const char *part)
{
    struct buf out;
    struct der d = der_onto(&out);
    struct assay_error err = {0};
    const struct pki_text t = {.data = text, .len = strlen(text)};

    buf_init(&out, 4096);
    test_check(write(t, &d, &err) == ASSAY_ERR_MALFORMED, __FILE__, __LINE__, "\"%s\" was taken",
               text);
    CHECK_STR_CONTAINS(err.text, part);
    buf_done(&out);
}

static void writes_distinguished_names(void)
{
    static const struct row rows[] = {
        ROW("", "3000"),
        ROW("CN=x", "300c310a30080603550403"
                    "0c0178"),
        ROW("CN=x,O=y", "3018310a30080603550403"
                        "0c0178"
                        "310a3008060355040a"
                        "0c0179"),
        ROW("CN=x, O=y", "3018310a30080603550403"
                         "0c0178"
                         "310a3008060355040a"
                         "0c0179"),
        ROW("CN=x+O=y", "3016311430080603550403"
                        "0c0178"
                        "3008060355040a"
                        "0c0179"),
        ROW("CN=", "300b310930070603550403"
                   "0c00"),
        ROW("CN=a\\,b\\+c\\\\", "3011310f300d0603550403"
                                "0c06612c622b635c"),
        ROW("CN=a=b", "300e310c300a0603550403"
                      "0c03613d62"),
        ROW("CN=a\0b", "300e310c300a0603550403"
                       "0c03610062"),
        ROW("C=DE", "300d310b30090603550406"
                    "13024445"),
        ROW("DC=x", "30133111300f060a0992268993f22c640119"
                    "160178"),
        ROW("1.2.3=x", "300b310930070602"
                       "2a03"
                       "0c0178"),
        ROW("CN:printable=x", "300c310a30080603550403"
                              "130178"),
        ROW("CN:ia5=x", "300c310a30080603550403"
                        "160178"),
        ROW("CN:teletex=x", "300c310a30080603550403"
                            "140178"),
        ROW("CN:bmp=x", "300d310b30090603550403"
                        "1e020078"),
        ROW("CN:universal=x", "300f310d300b0603550403"
                              "1c0400000078"),
        ROW("CN=x,CN=x", "3018310a30080603550403"
                         "0c0178"
                         "310a30080603550403"
                         "0c0178"),
    };

    check_rows(pki_name_write, rows, sizeof(rows) / sizeof(rows[0]));
}

static void refuses_what_is_no_distinguished_name(void)
{
    static const char *const rows[] = {
        "x",
        "CN",
        "=x",
        "XY=x",
        "CN:latin=x",
        "CN=x,y",
        "1=x",
        "cn=x",
        "CN=x,,O=y",
        ("CNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN"
         "NNNNN=x")};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_refused(pki_name_write, rows[i], "\"");
}

static void libcrypto_reads_our_names(void)
{
    struct buf out;
    struct der d = der_onto(&out);
    const struct pki_text text = PKI_TEXT("CN=broker.bench.test,O=Assay \\, Bench,C=DE");

    buf_init(&out, 4096);
    CHECK_OK(pki_name_write(text, &d, NULL));
    const unsigned char *at = out.data;
    X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)out.len);
    REQUIRE(name != NULL);
    char line[256];
    X509_NAME_oneline(name, line, sizeof(line));
    CHECK_STR_EQ(line, "/CN=broker.bench.test/O=Assay , Bench/C=DE");
    X509_NAME_free(name);
    buf_done(&out);
}

static void writes_general_names(void)
{
    static const struct row rows[] = {
        ROW("dns:a.b", "8203612e62"),
        ROW("dns:", "8200"),
        ROW("dns:a\0b", "8203610062"),
        ROW("dns:\xc3\xbc", "8202c3bc"),
        ROW("email:a@b", "8103614062"),
        ROW("uri:a:b", "8603613a62"),
        ROW("ip:192.0.2.1", "8704c0000201"),
        ROW("ip:2001:db8::1", "871020010db8000000000000000000000001"),
        ROW("ip:::ffff:192.0.2.1", "871000000000000000000000ffffc0000201"),
        ROW("rid:1.2.3", "88022a03"),
        ROW("dir:CN=x", "a40e"
                        "300c310a30080603550403"
                        "0c0178"),
        ROW("other:1.2.3=x", "a0090602"
                             "2a03"
                             "a0030c0178"),
        ROW("other:1.2.3=", "a008"
                            "06022a03"
                            "a0020c00"),
        ROW("raw:8705c000020100", "8705c000020100"),
        ROW("raw:", ""),
    };

    check_rows(pki_general_name_write, rows, sizeof(rows) / sizeof(rows[0]));
}

static void refuses_what_is_no_general_name(void)
{
    static const char *const rows[] = {
        "",
        "a.b",
        "dns",
        "DNS:a",
        "ip:",
        "ip:1.2.3",
        "ip:192.0.2.0/24",
        "ip:1.2.3.4.5",
        "ip:host",
        "rid:",
        "rid:x",
        "other:",
        "other:1.2.3",
        "other:x=y",
        "dir:x",
        "raw:0",
        "raw:zz",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_refused(pki_general_name_write, rows[i], "\"");
}

static void writes_addresses_of_constraints_with_their_mask(void)
{
    static const struct row rows[] = {
        ROW("dns:bench.test", "820a62656e63682e74657374"),
        ROW("ip:192.0.2.0/24", "8708c0000200ffffff00"),
        ROW("ip:192.0.2.1/32", "8708c0000201ffffffff"),
        ROW("ip:0.0.0.0/0", "87080000000000000000"),
        ROW("ip:10.0.0.0/9", "87080a000000ff800000"),
        ROW("ip:2001:db8::/32", "872020010db8000000000000000000000000"
                                "ffffffff000000000000000000000000"),
    };

    check_rows(pki_subtree_write, rows, sizeof(rows) / sizeof(rows[0]));
}

static void refuses_what_is_no_network(void)
{
    static const char *const rows[] = {
        "ip:192.0.2.1",    "ip:192.0.2.0/33",         "ip:192.0.2.0/",
        "ip:192.0.2.0/x",  "ip:192.0.2.0/8x",         "ip:/8",
        "ip:192.0.2.0/-1", "ip:192.0.2.0/0000000008", "ip:2001:db8::/129",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_refused(pki_subtree_write, rows[i], "no network");
}

TEST_SUITE(pki_name, TEST(writes_distinguished_names), TEST(refuses_what_is_no_distinguished_name),
           TEST(libcrypto_reads_our_names), TEST(writes_general_names),
           TEST(refuses_what_is_no_general_name),
           TEST(writes_addresses_of_constraints_with_their_mask), TEST(refuses_what_is_no_network));
