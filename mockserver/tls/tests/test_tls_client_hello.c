/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_client_hello.h"

#include "tls_hellos.h"
#include "tls_ja3.h"

#include "base/writer.h"
#include "test_support.h"

#include <stdlib.h>

/* A ClientHello built by hand, so that a test can spoil one thing in it. */
struct hand {
    uint8_t data[4096];
    struct writer w;
    struct writer_mark extensions;
};

static void add(struct hand *h, const void *data, size_t len)
{
    CHECK_OK(writer_bytes(&h->w, data, len));
}

static void begin(struct hand *h)
{
    h->w = writer_over(h->data, sizeof(h->data));
    add(h, "\x03\x03", 2);
    add(h, "0123456789abcdef0123456789abcdef", 32);
    add(h, "\x00", 1);                     /* session id */
    add(h, "\x00\x04\x13\x01\xc0\x2b", 6); /* two suites */
    add(h, "\x01\x00", 2);                 /* null compression */
    CHECK_OK(writer_open(&h->w, 2, &h->extensions));
}

static void extend(struct hand *h, unsigned type, const void *body, size_t len)
{
    CHECK_OK(writer_u16(&h->w, (uint16_t)type));
    CHECK_OK(writer_u16(&h->w, (uint16_t)len));
    add(h, body, len);
}

static enum assay_status end(struct hand *h, struct tls_client_hello *hello)
{
    CHECK_OK(writer_close(&h->w, h->extensions));
    return tls_client_hello_parse(h->data, h->w.len, hello);
}

static void takes_a_plain_hello_apart(void)
{
    struct hand h;
    struct tls_client_hello hello;
    size_t count = 0;

    begin(&h);
    CHECK_OK(end(&h, &hello));
    CHECK_UINT_EQ(hello.legacy_version, 0x0303);
    CHECK_UINT_EQ(hello.random.len, 32);
    CHECK_UINT_EQ(hello.session_id.len, 0);
    CHECK_INT_EQ(tls_client_hello_list(&hello, TLS_HELLO_CIPHERS, &count)[1], 0xc02b);
    CHECK_UINT_EQ(count, 2);
    CHECK(!hello.lists[TLS_HELLO_GROUPS].present);
    CHECK_INT_EQ(hello.psk_identities, -1);
    CHECK_STR_EQ(hello.malformed, "");
}

static void reads_every_known_extension(void)
{
    struct hand h;
    struct tls_client_hello hello;
    size_t count = 0;

    begin(&h);
    extend(&h, 0,
           "\x00\x06\x00\x00\x03"
           "abc",
           8);
    extend(&h, 1, "\x02", 1);
    extend(&h, 5, "\x01\x00\x00\x00\x00", 5);
    extend(&h, 10, "\x00\x04\x00\x1d\x00\x17", 6);
    extend(&h, 11, "\x01\x00", 2);
    extend(&h, 13, "\x00\x04\x04\x03\x08\x04", 6);
    extend(&h, 16, "\x00\x05\x04mqtt", 7);
    extend(&h, 22, "", 0);
    extend(&h, 23, "", 0);
    extend(&h, 28, "\x40\x01", 2);
    extend(&h, 35, "", 0);
    extend(&h, 43, "\x04\x03\x04\x03\x03", 5);
    extend(&h, 45, "\x01\x01", 2);
    extend(&h, 51, "\x00\x05\x00\x1d\x00\x01\x2a", 7);
    extend(&h, 0xff01, "\x00", 1);
    extend(&h, 41, "\x00\x07\x00\x01i\x00\x00\x00\x00\x00\x03\x02zz", 14);
    CHECK_OK(end(&h, &hello));
    CHECK_STR_EQ(hello.malformed, "");
    CHECK_MEM_EQ(hello.server_name.data, "abc", 3);
    CHECK_INT_EQ(hello.max_fragment_length, 2);
    CHECK_INT_EQ(hello.record_size_limit, 0x4001);
    CHECK_INT_EQ(hello.psk_identities, 1);
    CHECK_UINT_EQ(hello.protocol_count, 1);
    CHECK_INT_EQ(tls_client_hello_list(&hello, TLS_HELLO_GROUPS, &count)[0], 0x1d);
    CHECK_INT_EQ(tls_client_hello_list(&hello, TLS_HELLO_POINT_FORMATS, &count)[0], 0);
    CHECK_INT_EQ(tls_client_hello_list(&hello, TLS_HELLO_SIGNATURE_ALGORITHMS, &count)[1], 0x0804);
    CHECK_INT_EQ(tls_client_hello_list(&hello, TLS_HELLO_VERSIONS, &count)[0], 0x0304);
    CHECK_INT_EQ(tls_client_hello_list(&hello, TLS_HELLO_PSK_MODES, &count)[0], 1);
    CHECK_INT_EQ(tls_client_hello_list(&hello, TLS_HELLO_KEY_SHARE_GROUPS, &count)[0], 0x1d);
    tls_client_hello_list(&hello, TLS_HELLO_EXTENSIONS, &count);
    CHECK_UINT_EQ(count, 16);
    CHECK(hello.extended_master_secret && hello.encrypt_then_mac && hello.session_ticket);
    CHECK(hello.secure_renegotiation && hello.status_request && !hello.grease);
}

static const struct {
    const char *what;
    unsigned type;
    const char *body;
    size_t len;
    const char *says;
} broken_extensions[] = {
    {"list longer than the body", 0,
     "\x00\x07\x00\x00\x03"
     "abc",
     8, "server_name (0): a length"},
    {"name longer than the list", 0,
     "\x00\x06\x00\x00\x04"
     "abc",
     8, "server_name (0): a length"},
    {"no name", 0, "\x00\x00", 2, "empty list of names"},
    {"empty name", 0, "\x00\x03\x00\x00\x00", 5, "empty host name"},
    {"NUL in the name", 0,
     "\x00\x06\x00\x00\x03"
     "a\x00"
     "c",
     8, "NUL byte"},
    {"unknown name type", 0,
     "\x00\x06\x07\x00\x03"
     "abc",
     8, "unknown type 7"},
    {"two names", 0,
     "\x00\x08\x00\x00\x01"
     "a\x00\x00\x01"
     "b",
     10, "more than one"},
    {"stray byte", 0,
     "\x00\x06\x00\x00\x03"
     "abcd",
     9, "1 stray bytes"},
    {"no code", 1, "", 0, "max_fragment_length (1): a length"},
    {"code 0", 1, "\x00", 1, "code 0"},
    {"code 5", 1, "\x05", 1, "code 5"},
    {"odd groups", 10, "\x00\x03\x00\x1d\x00", 5, "odd length"},
    {"no groups", 10, "\x00\x00", 2, "supported_groups (10): empty list"},
    {"empty body", 10, "", 0, "supported_groups (10): a length"},
    {"no formats", 11, "\x00", 1, "empty list"},
    {"odd algorithms", 13, "\x00\x01\x04", 3, "odd length"},
    {"empty protocol", 16, "\x00\x01\x00", 3, "empty protocol name"},
    {"no protocols", 16, "\x00\x00", 2, "empty list of protocols"},
    {"body where none is", 22, "\x00", 1, "encrypt_then_mac (22): 1 stray"},
    {"body where none is", 23, "\x00", 1, "extended_master_secret (23): 1 stray"},
    {"limit of 63", 28, "\x00\x3f", 2, "64 is the least"},
    {"odd versions", 43, "\x03\x03\x04\x03", 4, "odd length"},
    {"no versions", 43, "\x00", 1, "empty list"},
    {"no modes", 45, "\x00", 1, "empty list"},
    {"share without key", 51, "\x00\x04\x00\x1d\x00\x00", 6, "without a key"},
    {"share cut", 51, "\x00\x05\x00\x1d\x00\x02\x2a", 7, "key_share (51): a length"},
    {"no identities", 41, "\x00\x00\x00\x00", 4, "0 identities and 0 binders"},
    {"binders missing", 41, "\x00\x07\x00\x01i\x00\x00\x00\x00\x00\x00", 11,
     "1 identities and 0 binders"},
    {"verify data cut", 0xff01, "\x01", 1, "renegotiation_info (65281): a length"},
};

static void names_what_is_broken_in_an_extension(void)
{
    for (size_t i = 0; i < sizeof(broken_extensions) / sizeof(broken_extensions[0]); i++) {
        struct hand h;
        struct tls_client_hello hello;

        begin(&h);
        extend(&h, broken_extensions[i].type, broken_extensions[i].body, broken_extensions[i].len);
        CHECK_INT_EQ(end(&h, &hello), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(hello.malformed, broken_extensions[i].says);
        /* The rest is there all the same. */
        CHECK_UINT_EQ(hello.extension_count, 1);
        CHECK_UINT_EQ(hello.lists[TLS_HELLO_CIPHERS].count, 2);
    }
}

static void refuses_an_extension_that_comes_twice(void)
{
    struct hand h;
    struct tls_client_hello hello;

    begin(&h);
    extend(&h, 23, "", 0);
    extend(&h, 23, "", 0);
    CHECK_INT_EQ(end(&h, &hello), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(hello.malformed, "23 comes twice");
}

static void refuses_a_psk_that_is_not_last(void)
{
    struct hand h;
    struct tls_client_hello hello;

    begin(&h);
    extend(&h, 41, "\x00\x07\x00\x01i\x00\x00\x00\x00\x00\x03\x02zz", 14);
    extend(&h, 23, "", 0);
    CHECK_INT_EQ(end(&h, &hello), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(hello.malformed, "not the last");
}

static void sees_grease_in_each_list(void)
{
    static const struct {
        unsigned type;
        const char *body;
        size_t len;
    } rows[] = {{0x1a1a, "", 0},
                {10, "\x00\x04\x2a\x2a\x00\x17", 6},
                {13, "\x00\x02\x3a\x3a", 4},
                {43, "\x04\x4a\x4a\x03\x04", 5},
                {51, "\x00\x05\x5a\x5a\x00\x01\x00", 7}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hand h;
        struct tls_client_hello hello;

        begin(&h);
        extend(&h, rows[i].type, rows[i].body, rows[i].len);
        CHECK_OK(end(&h, &hello));
        CHECK(hello.grease);
    }
}

static void sees_signalling_suites(void)
{
    static const uint8_t body[] = "\x03\x03"
                                  "0123456789abcdef0123456789abcdef"
                                  "\x00\x00\x06\x00\xff\x56\x00\x00\x2f\x01";
    struct tls_client_hello hello;

    CHECK_OK(tls_client_hello_parse(body, sizeof(body), &hello));
    CHECK(hello.secure_renegotiation && hello.fallback_scsv);
    CHECK(!hello.lists[TLS_HELLO_EXTENSIONS].present);
}

static const struct {
    const char *tail; /* behind version and random */
    size_t len;
    const char *says;
} broken_frames[] = {
    {"", 0, "session id"},
    {"\x01", 1, "session id"},
    {"\x00\x00", 2, "cipher suites reaches beyond"},
    {"\x00\x00\x04\x13\x01", 5, "cipher suites reaches beyond"},
    {"\x00\x00\x00\x01\x00", 5, "no cipher suites"},
    {"\x00\x00\x03\x13\x01\x13\x01\x00", 8, "odd length"},
    {"\x00\x00\x02\x13\x01", 5, "compression methods reaches beyond"},
    {"\x00\x00\x02\x13\x01\x00", 6, "no compression methods"},
    {"\x00\x00\x02\x13\x01\x01\x01", 7, "lack null"},
    {"\x00\x00\x02\x13\x01\x01\x00\x00", 8, "extensions reaches beyond"},
    {"\x00\x00\x02\x13\x01\x01\x00\x00\x05\x00", 10, "extensions reaches beyond"},
    {"\x00\x00\x02\x13\x01\x01\x00\x00\x03\x00\x17\x00", 12, "extension 1 reaches beyond"},
    {"\x00\x00\x02\x13\x01\x01\x00\x00\x00\x00", 10, "1 stray bytes after"},
    {"\x21zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\x00\x02\x13\x01\x01\x00", 40, "33 bytes; 32 is"},
};

static void names_what_is_broken_in_the_frame(void)
{
    for (size_t i = 0; i < sizeof(broken_frames) / sizeof(broken_frames[0]); i++) {
        uint8_t body[128] = "\x03\x03"
                            "0123456789abcdef0123456789abcdef";
        struct tls_client_hello hello;

        memcpy(body + 34, broken_frames[i].tail, broken_frames[i].len);
        CHECK_INT_EQ(tls_client_hello_parse(body, 34 + broken_frames[i].len, &hello),
                     ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(hello.malformed, broken_frames[i].says);
    }
}

static void keeps_what_fits_of_endless_lists(void)
{
    static uint8_t body[70000] = "\x03\x03"
                                 "0123456789abcdef0123456789abcdef"
                                 "\x00\xff\xfe";
    struct tls_client_hello hello;

    body[37 + 65534] = 1;
    CHECK_OK(tls_client_hello_parse(body, 37 + 65534 + 2, &hello));
    CHECK(hello.cut);
    CHECK_UINT_EQ(hello.lists[TLS_HELLO_CIPHERS].count, TLS_HELLO_MAX_CODES);
}

static void keeps_what_fits_of_many_extensions(void)
{
    struct hand h;
    struct tls_client_hello hello;

    begin(&h);
    for (unsigned i = 0; i < TLS_HELLO_MAX_EXTENSIONS + 5; i++)
        extend(&h, 0x7000 + i, "", 0);
    CHECK_OK(end(&h, &hello));
    CHECK(hello.cut);
    CHECK_UINT_EQ(hello.extension_count, TLS_HELLO_MAX_EXTENSIONS);
    CHECK_UINT_EQ(hello.lists[TLS_HELLO_EXTENSIONS].count, TLS_HELLO_MAX_EXTENSIONS + 5);
}

static void reads_the_hellos_of_real_stacks(void)
{
    for (const struct hello_source *source = hello_sources; source->name != NULL; source++) {
        struct buf body;
        struct tls_client_hello hello;
        size_t count = 0;

        buf_init(&body, 65536);
        REQUIRE(source->make(&body));
        CHECK_OK(tls_client_hello_parse(body.data, body.len, &hello));
        CHECK_STR_EQ(hello.malformed, "");
        CHECK_UINT_EQ(hello.legacy_version, 0x0303);
        CHECK_UINT_EQ(hello.server_name.len, strlen("broker.bench.test"));
        CHECK(hello.secure_renegotiation);
        CHECK_INT_EQ(hello.lists[TLS_HELLO_VERSIONS].present, source->tls13);
        CHECK_INT_EQ(hello.lists[TLS_HELLO_KEY_SHARE_GROUPS].present, source->tls13);
        CHECK(hello.max_fragment_length > 0 || !source->max_fragment);
        tls_client_hello_list(&hello, TLS_HELLO_CIPHERS, &count);
        CHECK(count > 5);
        tls_client_hello_list(&hello, TLS_HELLO_GROUPS, &count);
        CHECK(count > 2);
        tls_client_hello_list(&hello, TLS_HELLO_SIGNATURE_ALGORITHMS, &count);
        CHECK(count > 2);
        buf_done(&body);
    }
}

static void refuses_every_hello_that_is_cut_short(void)
{
    for (const struct hello_source *source = hello_sources; source->name != NULL; source++) {
        struct buf body;
        struct tls_client_hello hello;

        buf_init(&body, 65536);
        REQUIRE(source->make(&body));
        CHECK_OK(tls_client_hello_parse(body.data, body.len, &hello));
        for (size_t len = 0; len < body.len; len++) {
            /* A hello may end before its extensions. */
            bool whole = len + 2 == (size_t)(hello.extensions[0].body.data - body.data) - 4;
            uint8_t *copy = malloc(len + 1); /* so that the sanitizer sees a read beyond */
            struct tls_client_hello shorter;
            enum assay_status status = ASSAY_OK;

            REQUIRE(copy != NULL);
            memcpy(copy, body.data, len);
            status = tls_client_hello_parse(copy, len, &shorter);
            test_check(status == (whole ? ASSAY_OK : ASSAY_ERR_MALFORMED), __FILE__, __LINE__,
                       "%s cut to %zu bytes: %d", source->name, len, (int)status);
            CHECK((shorter.malformed[0] == '\0') == whole);
            free(copy);
        }
        buf_done(&body);
    }
}

static void survives_every_byte_being_a_lie(void)
{
    for (const struct hello_source *source = hello_sources; source->name != NULL; source++) {
        struct buf body;

        buf_init(&body, 65536);
        REQUIRE(source->make(&body));
        for (size_t i = 0; i < body.len; i++) {
            uint8_t was = body.data[i];
            struct tls_client_hello hello;

            for (unsigned lie = 0; lie < 256; lie++) {
                enum assay_status status = ASSAY_OK;

                body.data[i] = (uint8_t)lie;
                status = tls_client_hello_parse(body.data, body.len, &hello);
                if ((status == ASSAY_OK) != (hello.malformed[0] == '\0'))
                    test_check(false, __FILE__, __LINE__, "%s: byte %zu = %u", source->name, i,
                               lie);
            }
            body.data[i] = was;
        }
        buf_done(&body);
    }
}

static void writes_ja3_without_grease(void)
{
    struct hand h;
    struct tls_client_hello hello;
    struct buf text;

    buf_init(&text, 4096);
    begin(&h);
    extend(&h, 0x1a1a, "", 0);
    extend(&h, 10, "\x00\x06\x2a\x2a\x00\x1d\x00\x17", 8);
    extend(&h, 11, "\x01\x00", 2);
    CHECK_OK(end(&h, &hello));
    CHECK_OK(tls_ja3_text(&hello, &text));
    CHECK_STR_EQ(buf_text(&text), "771,4865-49195,10-11,29-23,0");
    buf_done(&text);
}

TEST_SUITE(tls_client_hello, TEST(takes_a_plain_hello_apart), TEST(reads_every_known_extension),
           TEST(names_what_is_broken_in_an_extension), TEST(refuses_an_extension_that_comes_twice),
           TEST(refuses_a_psk_that_is_not_last), TEST(sees_grease_in_each_list),
           TEST(sees_signalling_suites), TEST(names_what_is_broken_in_the_frame),
           TEST(keeps_what_fits_of_endless_lists), TEST(keeps_what_fits_of_many_extensions),
           TEST(reads_the_hellos_of_real_stacks), TEST(refuses_every_hello_that_is_cut_short),
           TEST(survives_every_byte_being_a_lie), TEST(writes_ja3_without_grease));
