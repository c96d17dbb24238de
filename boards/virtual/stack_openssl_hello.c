/* SPDX-License-Identifier: Apache-2.0 */
/* What the OpenSSL board offers in its ClientHello, and what a flaw makes of it. */
#include "stack_openssl.h"

#include <string.h>

enum { HEARTBEAT = 15, ROOM = 4096, RECORD_HEADER = 5, RECORD_OVERHEAD = 256 };

static const char strict_suites[] =
    "HIGH:!aNULL:!eNULL:!kRSA:!kDH:!kECDH:!SRP:!DSS:!CAMELLIA:!ARIA";

static const struct {
    enum flaw flaw;
    const char *list;
} suites[] = {
    {FLAW_WEAK_SUITES, "ALL:COMPLEMENTOFALL:aNULL:eNULL"},
    {FLAW_STATIC_RSA, "HIGH:!aNULL:!eNULL:!kDH:!kECDH:!SRP:!DSS:!CAMELLIA:!ARIA"},
    {FLAW_NO_AEAD, "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256"},
};

/* Security levels of suites and protocols; certificates keep their own. */
static const struct {
    enum flaw flaw;
    int level;
} levels[] = {
    {FLAW_WEAK, 0},           {FLAW_OLD_TLS, 0},     {FLAW_WEAK_SUITES, 0}, {FLAW_SMALL_DH, 0},
    {FLAW_OLD_SIGNATURES, 0}, {FLAW_WEAK_CURVES, 1}, {FLAW_FALLBACK, 0},    {FLAW_SHORT_RSA, 1},
    {FLAW_SMALL_CURVE, 1},    {FLAW_SHA1, 1},        {FLAW_MD5, 1},
};

static const struct {
    enum flaw flaw;
    uint64_t options;
} options[] = {
    {FLAW_NO_EMS, SSL_OP_NO_EXTENDED_MASTER_SECRET},
    {FLAW_RENEGOTIATION, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION},
};

static bool set_suites(struct openssl_board *board)
{
    const char *list = board->options.is_plain ? NULL : strict_suites;

    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        if (stack_openssl_has_flaw(board, suites[i].flaw))
            list = suites[i].list;
    }
    return list == NULL || SSL_CTX_set_cipher_list(board->ctx, list) == 1;
}

static void set_level(struct openssl_board *board)
{
    board->auth_level = SSL_CTX_get_security_level(board->ctx);
    if (!board->options.is_plain) {
        board->auth_level = 2;
        SSL_CTX_set_security_level(board->ctx, 2);
    }
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (stack_openssl_has_flaw(board, levels[i].flaw))
            SSL_CTX_set_security_level(board->ctx, levels[i].level);
    }
    if (stack_openssl_has_flaw(board, FLAW_WEAK))
        board->auth_level = 0;
}

static bool set_versions(const struct openssl_board *board)
{
    const struct virtual_stack_options *wanted = &board->options;
    int least = wanted->tls_min != 0 ? (int)wanted->tls_min : TLS1_2_VERSION;
    int most = (int)wanted->tls_max;

    if (stack_openssl_has_flaw(board, FLAW_OLD_TLS))
        least = TLS1_VERSION;
    if (stack_openssl_has_flaw(board, FLAW_NO_TLS12))
        least = TLS1_3_VERSION;
    if (stack_openssl_has_flaw(board, FLAW_NO_TLS13) || stack_openssl_has_flaw(board, FLAW_NO_AEAD))
        most = TLS1_2_VERSION;
    return SSL_CTX_set_min_proto_version(board->ctx, least) == 1 &&
           SSL_CTX_set_max_proto_version(board->ctx, most) == 1;
}

static int add_heartbeat(SSL *ssl, unsigned type, unsigned context, const unsigned char **out,
                         size_t *out_len, X509 *cert, size_t chain_at, int *alert, void *ctx)
{
    static const unsigned char peer_allowed = 1; /* RFC 6520 section 2 */

    (void)ssl;
    (void)type;
    (void)context;
    (void)cert;
    (void)chain_at;
    (void)alert;
    (void)ctx;
    *out = &peer_allowed;
    *out_len = 1;
    return 1;
}

static int on_new_session(SSL *ssl, SSL_SESSION *session)
{
    struct openssl_board *board = SSL_get_app_data(ssl);

    SSL_SESSION_free(board->session);
    board->session = session;
    return 1; /* it is ours now */
}

static bool keeps_sessions(const struct openssl_board *board)
{
    return stack_openssl_has_flaw(board, FLAW_ANY_SESSION) ||
           stack_openssl_has_flaw(board, FLAW_NO_RESUMPTION);
}

/* libssl's macros cast const away, so that the lists are no constants. */
static bool set_lists(const struct openssl_board *board)
{
    char groups[] = "X25519:P-256:P-384:P-192";
    char pss_last[] = "ECDSA+SHA256:ECDSA+SHA384:ed25519:RSA+SHA256:RSA+SHA384:RSA-PSS+SHA256";
    char signatures[] = "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ed25519:"
                        "ECDSA+SHA384:RSA+SHA384:ECDSA+SHA1:RSA+SHA1";

    if (stack_openssl_has_flaw(board, FLAW_WEAK_CURVES) &&
        SSL_CTX_set1_groups_list(board->ctx, groups) != 1)
        return false;
    if (stack_openssl_has_flaw(board, FLAW_NO_PSS_12) &&
        SSL_CTX_set1_sigalgs_list(board->ctx, pss_last) != 1)
        return false;
    return !stack_openssl_has_flaw(board, FLAW_OLD_SIGNATURES) ||
           SSL_CTX_set1_sigalgs_list(board->ctx, signatures) == 1;
}

/* FLAW_SMALL_DH: OpenSSL's own takes no group of less than 1024 bits, at no level. */
static int allow_all(const SSL *ssl, const SSL_CTX *ctx, int operation, int bits, int nid,
                     void *other, void *data)
{
    (void)ssl;
    (void)ctx;
    (void)operation;
    (void)bits;
    (void)nid;
    (void)other;
    (void)data;
    return 1;
}

bool stack_openssl_set_offer(struct openssl_board *board)
{
    SSL_CTX *ctx = board->ctx;

    set_level(board);
    if (!board->options.is_plain && !stack_openssl_has_flaw(board, FLAW_RENEGOTIATION))
        SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (stack_openssl_has_flaw(board, options[i].flaw))
            SSL_CTX_set_options(ctx, options[i].options);
    }
    if (stack_openssl_has_flaw(board, FLAW_SMALL_DH))
        SSL_CTX_set_security_callback(ctx, allow_all);
    if (stack_openssl_has_flaw(board, FLAW_SCSV))
        SSL_CTX_set_mode(ctx, SSL_MODE_SEND_FALLBACK_SCSV);
    if (keeps_sessions(board)) {
        SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(ctx, on_new_session);
    }
    if (stack_openssl_has_flaw(board, FLAW_HEARTBEAT) &&
        SSL_CTX_add_custom_ext(ctx, HEARTBEAT, SSL_EXT_CLIENT_HELLO, add_heartbeat, NULL, NULL,
                               NULL, NULL) != 1)
        return false;
    return set_lists(board) && set_suites(board) && set_versions(board);
}

static bool offer_alpn(struct openssl_board *board, const char *alpn)
{
    size_t len = stack_openssl_has_flaw(board, FLAW_NO_ALPN) ? 0 : strlen(alpn);

    board->alpn[0] = (char)len;
    memcpy(board->alpn + 1, alpn, len);
    /* The one function of libssl that returns 0 for success. */
    return len == 0 || SSL_set_alpn_protos(board->ssl, (const unsigned char *)board->alpn,
                                           (unsigned)len + 1) == 0;
}

/* FLAW_FALLBACK: the dance of old browsers, without its SCSV. */
static bool offer_less(const struct openssl_board *board)
{
    int most = TLS1_3_VERSION - (int)board->fallback;

    return SSL_set_max_proto_version(board->ssl, most) == 1 &&
           (most >= TLS1_2_VERSION || SSL_set_min_proto_version(board->ssl, most) == 1);
}

static void give_up(struct openssl_board *board, const char *why)
{
    virtual_failure_set(&board->refused, PROBE_CODE_CANNOT, "%s", why);
    board->is_ended = true;
}

/* RFC 8446 section 4.1.3: the random of a ServerHello that is none. */
static bool is_hello_retry(const uint8_t *message, size_t len)
{
    static const uint8_t retry[] = {0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11};
    enum { RANDOM_AT = 6, SERVER_HELLO = 2 };

    return len >= RANDOM_AT + sizeof(retry) && message[0] == SERVER_HELLO &&
           memcmp(message + RANDOM_AT, retry, sizeof(retry)) == 0;
}

/* How many bytes of handshake the record may hold. */
static size_t room_in(const uint8_t header[RECORD_HEADER])
{
    enum { HANDSHAKE = 22, APPLICATION_DATA = 23, TYPE_AND_TAG = 17 };
    size_t len = (size_t)header[3] << 8 | header[4];

    if (header[0] == APPLICATION_DATA) /* RFC 8446 section 5.2: encrypted */
        return len > TYPE_AND_TAG ? len - TYPE_AND_TAG : 0;
    return header[0] == HANDSHAKE ? len : 0;
}

/*
 * Extensions of a CertificateRequest or a NewSessionTicket of TLS 1.3 (RFC 8446 sections 4.3.2 and
 * 4.6.1): where their list begins; 0: it is another message.
 */
static size_t extensions_at(const uint8_t *message, size_t len)
{
    enum { HEADER = 4, NEW_SESSION_TICKET = 4, CERTIFICATE_REQUEST = 13, NONCE_AT = 12 };
    size_t at = 0;

    if (len > HEADER && message[0] == CERTIFICATE_REQUEST)
        return HEADER + 1 + (size_t)message[HEADER] + 2;
    if (len <= NONCE_AT || message[0] != NEW_SESSION_TICKET)
        return 0;
    at = NONCE_AT + 1 + (size_t)message[NONCE_AT];
    return at + 2 <= len ? at + 2 + ((size_t)message[at] << 8 | message[at + 1]) + 2 : 0;
}

static bool has_unknown_extension(const uint8_t *message, size_t len)
{
    enum { LAST_KNOWN = 51 }; /* key_share: all that OpenSSL 3.0 knows are below */
    size_t at = extensions_at(message, len);

    while (at > 0 && at + 4 <= len) {
        if (((unsigned)message[at] << 8 | message[at + 1]) > LAST_KNOWN)
            return true;
        at += 4 + ((size_t)message[at + 2] << 8 | message[at + 3]);
    }
    return false;
}

/* RFC 9325 section 4.2: a ServerHello with a suite in CBC mode and without encrypt_then_mac. */
static bool is_bare_cbc(SSL *ssl, const uint8_t *message, size_t len)
{
    enum { SERVER_HELLO = 2, SESSION_AT = 38, ENCRYPT_THEN_MAC = 22 };
    const SSL_CIPHER *suite = NULL;
    size_t at = SESSION_AT;

    if (len <= SESSION_AT || message[0] != SERVER_HELLO)
        return false;
    at += 1 + (size_t)message[SESSION_AT];
    if (at + 3 > len)
        return false;
    suite = SSL_CIPHER_find(ssl, message + at);
    if (suite == NULL || SSL_CIPHER_is_aead(suite) == 1 || SSL_CIPHER_get_bits(suite, NULL) == 0)
        return false;
    for (at += 3 + 2; at + 4 <= len; at += 4 + ((size_t)message[at + 2] << 8 | message[at + 3]))
        if (message[at] == 0 && message[at + 1] == ENCRYPT_THEN_MAC)
            return false;
    return true;
}

/* Nothing is encrypted yet: the alert can be sent past libssl, which has none to send. */
static void refuse_bare_cbc(struct openssl_board *board)
{
    static const uint8_t handshake_failure[] = {21, 3, 3, 0, 2, 2, 40};
    size_t sent = 0;

    (void)virtual_net_send(board->net, handshake_failure, sizeof(handshake_failure), &sent);
    give_up(board, "a suite in CBC mode without encrypt_then_mac");
}

static void on_header(struct openssl_board *board, const uint8_t header[RECORD_HEADER])
{
    board->before_record += board->record_room;
    if (stack_openssl_has_flaw(board, FLAW_NO_PADDING) && !board->is_handshaken &&
        board->before_record > board->messages && board->messages > 0)
        give_up(board, "a record holds more than its message");
    board->record_room = room_in(header);
    if (stack_openssl_has_flaw(board, FLAW_SMALL_RECORDS) &&
        ((size_t)header[3] << 8 | header[4]) > ROOM + RECORD_OVERHEAD)
        give_up(board, "no room for the record");
}

/* ServerKeyExchange with a named curve and RSA-PSS (RFC 8422 section 5.4). */
static bool is_signed_with_pss(const uint8_t *message, size_t len)
{
    enum { SERVER_KEY_EXCHANGE = 12, POINT_LEN_AT = 7, RSA_PSS = 8 };
    size_t at = len > POINT_LEN_AT ? POINT_LEN_AT + 1 + (size_t)message[POINT_LEN_AT] : len;

    return at + 1 < len && message[0] == SERVER_KEY_EXCHANGE && message[at] == RSA_PSS &&
           message[at + 1] >= 4 && message[at + 1] <= 6;
}

static bool demands_etm(const struct openssl_board *board)
{
    return !board->options.is_plain && !stack_openssl_has_flaw(board, FLAW_BARE_CBC);
}

static void on_handshake(struct openssl_board *board, const uint8_t *message, size_t len)
{
    size_t from = board->messages;

    board->messages += len;
    if (stack_openssl_has_flaw(board, FLAW_NO_FRAGMENTS) && from < board->before_record &&
        board->messages > board->before_record)
        give_up(board, "half a message");
    if (stack_openssl_has_flaw(board, FLAW_NO_UNKNOWN_TLS) &&
        SSL_version(board->ssl) == TLS1_3_VERSION && has_unknown_extension(message, len))
        give_up(board, "an extension that nobody knows");
    if (stack_openssl_has_flaw(board, FLAW_NO_RETRY) && is_hello_retry(message, len))
        give_up(board, "the server wants another hello");
    if (stack_openssl_has_flaw(board, FLAW_NO_PSS_12) && is_signed_with_pss(message, len))
        give_up(board, "RSA-PSS in TLS 1.2");
    if (demands_etm(board) && is_bare_cbc(board->ssl, message, len))
        refuse_bare_cbc(board);
}

/* FLAW_WARNING; close_notify is one as well (RFC 5246 section 7.2.1). */
static void on_alert(struct openssl_board *board, const uint8_t *alert)
{
    enum { WARNING = 1, CLOSE_NOTIFY = 0 };

    if (stack_openssl_has_flaw(board, FLAW_WARNING) && alert[0] == WARNING &&
        alert[1] != CLOSE_NOTIFY)
        give_up(board, "the server sent an alert");
}

static void on_message(int is_sent, int version, int type, const void *data, size_t len, SSL *ssl,
                       void *ctx)
{
    (void)version;
    (void)ssl;
    if (is_sent != 0)
        return;
    if (type == SSL3_RT_HEADER && len >= RECORD_HEADER)
        on_header(ctx, data);
    if (type == SSL3_RT_HANDSHAKE)
        on_handshake(ctx, data, len);
    if (type == SSL3_RT_ALERT && len == 2)
        on_alert(ctx, data);
}

static void on_extension(SSL *ssl, int is_server, int type, const unsigned char *data, int len,
                         void *ctx)
{
    (void)ssl;
    (void)data;
    (void)len;
    (void)is_server;
    if (type == TLSEXT_TYPE_encrypt_then_mac)
        give_up(ctx, "the server answers encrypt_then_mac");
}

static void watch(struct openssl_board *board)
{
    static const enum flaw watchful[] = {FLAW_SMALL_RECORDS, FLAW_NO_FRAGMENTS,   FLAW_NO_PSS_12,
                                         FLAW_NO_PADDING,    FLAW_NO_UNKNOWN_TLS, FLAW_NO_RETRY,
                                         FLAW_WARNING};
    bool watches = demands_etm(board);

    board->before_record = 0;
    board->record_room = 0;
    board->messages = 0;
    for (size_t i = 0; i < sizeof(watchful) / sizeof(watchful[0]); i++)
        watches = watches || stack_openssl_has_flaw(board, watchful[i]);
    if (watches) {
        SSL_set_msg_callback(board->ssl, on_message);
        SSL_set_msg_callback_arg(board->ssl, board);
    }
    if (stack_openssl_has_flaw(board, FLAW_NO_ETM)) {
        SSL_set_tlsext_debug_callback(board->ssl, on_extension);
        SSL_set_tlsext_debug_arg(board->ssl, board);
    }
}

bool stack_openssl_offer(struct openssl_board *board, const struct probe_tls_config *config)
{
    watch(board);
    if (board->session != NULL && SSL_set_session(board->ssl, board->session) != 1)
        return false;
    return offer_alpn(board, config->alpn) && (board->fallback == 0 || offer_less(board));
}

void stack_openssl_learn(struct openssl_board *board)
{
    if (!stack_openssl_has_flaw(board, FLAW_FALLBACK))
        return;
    if (board->is_handshaken)
        board->fallback = 0;
    else if (board->fallback < TLS1_3_VERSION - TLS1_VERSION)
        board->fallback++;
}
