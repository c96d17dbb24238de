/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host names as a careless author compares them: in place of X509_check_host(), which is used
 * without such a flaw. Each comparison is the one of RFC 9525 section 6.3 with one mistake.
 */
#include "stack_openssl.h"

#include <openssl/x509v3.h>

#include <string.h>
#include <strings.h>

/* Both without a NUL at the end; the presented name may hold any byte. */
struct name {
    const char *text;
    size_t len;
};

static bool is_same(struct name a, struct name b)
{
    return a.len == b.len && strncasecmp(a.text, b.text, a.len) == 0 &&
           memchr(a.text, '\0', a.len) == NULL;
}

static struct name tail(struct name name, size_t from)
{
    return (struct name){name.text + from, name.len - from};
}

static size_t label_len(struct name name)
{
    const char *dot = memchr(name.text, '.', name.len);

    return dot != NULL ? (size_t)(dot - name.text) : name.len;
}

static bool has(struct name name, char c)
{
    return memchr(name.text, c, name.len) != NULL;
}

/* RFC 9525 section 6.3: "*" as the whole leftmost label, and at least two labels behind it. */
static bool is_match(struct name host, struct name name)
{
    size_t label = label_len(host);

    if (name.len < 3 || memcmp(name.text, "*.", 2) != 0)
        return is_same(host, name);
    return has(tail(name, 2), '.') && label > 0 && label < host.len &&
           is_same(tail(host, label), tail(name, 1));
}

static bool match_deep(struct name host, struct name name)
{
    if (name.len < 3 || memcmp(name.text, "*.", 2) != 0)
        return is_same(host, name);
    return host.len >= name.len && is_same(tail(host, host.len - (name.len - 1)), tail(name, 1));
}

static bool match_no_label(struct name host, struct name name)
{
    return is_match(host, name) ||
           (name.len > 2 && memcmp(name.text, "*.", 2) == 0 && is_same(host, tail(name, 2)));
}

/* One label against one with at most one "*" anywhere in it. */
static bool match_label(struct name label, struct name pattern)
{
    const char *star = memchr(pattern.text, '*', pattern.len);
    size_t before = star != NULL ? (size_t)(star - pattern.text) : 0;
    size_t after = pattern.len - before - 1;

    if (star == NULL)
        return is_same(label, pattern);
    return label.len >= before + after && strncasecmp(label.text, pattern.text, before) == 0 &&
           strncasecmp(label.text + label.len - after, star + 1, after) == 0;
}

static bool match_partial(struct name host, struct name name)
{
    size_t host_label = label_len(host);
    size_t name_label = label_len(name);

    return match_label((struct name){host.text, host_label},
                       (struct name){name.text, name_label}) &&
           is_same(tail(host, host_label), tail(name, name_label));
}

static bool match_anywhere(struct name host, struct name name)
{
    for (;;) {
        size_t host_label = label_len(host);
        size_t name_label = label_len(name);

        if (!match_label((struct name){host.text, host_label},
                         (struct name){name.text, name_label}))
            return false;
        host = tail(host, host_label);
        name = tail(name, name_label);
        if (host.len == 0 || name.len == 0)
            return host.len == name.len;
        host = tail(host, 1);
        name = tail(name, 1);
    }
}

/* A star for everything in front of what follows it, however little that is. */
static bool match_top(struct name host, struct name name)
{
    if (name.len == 0 || name.text[0] != '*')
        return is_same(host, name);
    return host.len >= name.len && is_same(tail(host, host.len - (name.len - 1)), tail(name, 1));
}

static bool match_suffix(struct name host, struct name name)
{
    if (name.len > 0 && name.text[0] == '.')
        name = tail(name, 1);
    return is_match(host, name) ||
           (name.len > 0 && host.len > name.len && host.text[host.len - name.len - 1] == '.' &&
            is_same(tail(host, host.len - name.len), name));
}

static bool match_ending(struct name host, struct name name)
{
    return is_match(host, name) ||
           (name.len > host.len && is_same(host, tail(name, name.len - host.len)));
}

static bool match_prefix(struct name host, struct name name)
{
    return is_match(host, name) ||
           (name.len >= host.len && strncasecmp(host.text, name.text, host.len) == 0);
}

static bool match_nul(struct name host, struct name name)
{
    return is_match(host, (struct name){name.text, strnlen(name.text, name.len)});
}

/* strncmp() with the length of what the certificate says. */
static bool match_empty(struct name host, struct name name)
{
    return is_match(host, name) ||
           (name.len <= host.len && strncasecmp(host.text, name.text, name.len) == 0);
}

static bool match_without_dot(struct name host, struct name name)
{
    if (name.len > 0 && name.text[name.len - 1] == '.')
        name.len--;
    return is_match(host, name);
}

static bool match_cut(struct name host, struct name name)
{
    const size_t room = 63;

    host.len = host.len < room ? host.len : room;
    name.len = name.len < room ? name.len : room;
    return is_match(host, name);
}

static bool match_case(struct name host, struct name name)
{
    size_t label = label_len(host);

    if (name.len >= 3 && memcmp(name.text, "*.", 2) == 0) {
        host = tail(host, label);
        name = tail(name, 1);
    }
    return host.len == name.len && memcmp(host.text, name.text, host.len) == 0;
}

static bool match_letters(struct name host, struct name name)
{
    return is_same(host, name);
}

static bool match_no_underscore(struct name host, struct name name)
{
    return !has(name, '_') && is_match(host, name);
}

static bool match_no_a_label(struct name host, struct name name)
{
    return memmem(host.text, host.len, "--", 2) == NULL && is_match(host, name);
}

static bool match_few_labels(struct name host, struct name name)
{
    size_t dots = 0;

    for (size_t i = 0; i < host.len; i++)
        dots += host.text[i] == '.';
    return dots <= 2 && is_match(host, name);
}

static const struct {
    enum flaw flaw;
    bool (*match)(struct name host, struct name name);
} matchers[] = {
    {FLAW_WILD_DEEP, match_deep},
    {FLAW_WILD_NONE, match_no_label},
    {FLAW_WILD_PARTIAL, match_partial},
    {FLAW_WILD_INNER, match_anywhere},
    {FLAW_WILD_TOP, match_top},
    {FLAW_SUFFIX, match_suffix},
    {FLAW_ENDING, match_ending},
    {FLAW_PREFIX, match_prefix},
    {FLAW_NUL_CUT, match_nul},
    {FLAW_CN_NUL, match_nul},
    {FLAW_A_LABEL, match_no_a_label},
    {FLAW_EMPTY_NAME, match_empty},
    {FLAW_DOT_IGNORED, match_without_dot},
    {FLAW_NAME_CUT, match_cut},
    {FLAW_CASE, match_case},
    {FLAW_NO_WILDCARD, match_letters},
    {FLAW_UNDERSCORE, match_no_underscore},
    {FLAW_FEW_LABELS, match_few_labels},
};

static bool match(const struct openssl_board *board, struct name name)
{
    struct name host = {board->host, strlen(board->host)};

    for (size_t i = 0; i < sizeof(matchers) / sizeof(matchers[0]); i++) {
        if (stack_openssl_has_flaw(board, matchers[i].flaw))
            return matchers[i].match(host, name);
    }
    return is_match(host, name);
}

static struct name text_of(const ASN1_STRING *string)
{
    return (struct name){(const char *)ASN1_STRING_get0_data(string),
                         (size_t)ASN1_STRING_length(string)};
}

static bool match_ip(const struct openssl_board *board, const GENERAL_NAME *name)
{
    struct name bytes = {"", 0};

    if (name->type == GEN_IPADD)
        bytes = text_of(name->d.iPAddress);
    return board->is_ip && !stack_openssl_has_flaw(board, FLAW_NO_IP) &&
           bytes.len == sizeof(board->ip) && memcmp(bytes.text, board->ip, bytes.len) == 0;
}

/* The host in a mail address or a URI, as far as a careless author looks. */
static struct name host_in(struct name name)
{
    const char *at = memchr(name.text, '@', name.len);
    const char *slashes = memmem(name.text, name.len, "//", 2);

    if (at != NULL)
        return tail(name, (size_t)(at - name.text) + 1);
    if (slashes == NULL)
        return name;
    name = tail(name, (size_t)(slashes - name.text) + 2);
    name.len = strcspn(name.text, "/:") < name.len ? strcspn(name.text, "/:") : name.len;
    return name;
}

static bool match_directory(const struct openssl_board *board, const X509_NAME *directory)
{
    int at = X509_NAME_get_index_by_NID(directory, NID_commonName, -1);

    return at >= 0 &&
           match(board, text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(directory, at))));
}

/* Any kind of name whose value is a text. */
static bool match_any(const struct openssl_board *board, const GENERAL_NAME *name)
{
    const ASN1_STRING *string = NULL;

    if (name->type == GEN_DIRNAME)
        return match_directory(board, name->d.directoryName);
    if (name->type == GEN_EMAIL || name->type == GEN_URI)
        string = name->d.ia5;
    if (name->type == GEN_OTHERNAME && name->d.otherName->value->type != V_ASN1_SEQUENCE)
        string = name->d.otherName->value->value.asn1_string;
    return string != NULL && match(board, host_in(text_of(string)));
}

static bool match_general(const struct openssl_board *board, const GENERAL_NAME *name)
{
    bool takes_dns = !board->is_ip || stack_openssl_has_flaw(board, FLAW_IP_TEXT);

    if (name->type == GEN_DNS)
        return takes_dns && match(board, text_of(name->d.dNSName));
    if (stack_openssl_has_flaw(board, FLAW_ANY_KIND) && match_any(board, name))
        return true;
    return match_ip(board, name);
}

static bool match_common_name(const struct openssl_board *board, X509 *cert)
{
    X509_NAME *subject = X509_get_subject_name(cert);

    for (int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); at >= 0;
         at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) {
        if (match(board, text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)))))
            return true;
    }
    return false;
}

static bool falls_back(const struct openssl_board *board)
{
    return stack_openssl_has_flaw(board, FLAW_CN_FALLBACK) ||
           stack_openssl_has_flaw(board, FLAW_CN_NUL) ||
           stack_openssl_has_flaw(board, FLAW_BAD_SAN);
}

/* Does it fall back to, or add, the common name? */
static bool takes_common_name(const struct openssl_board *board, bool has_dns)
{
    if (board->is_ip)
        return stack_openssl_has_flaw(board, FLAW_IP_CN);
    return stack_openssl_has_flaw(board, FLAW_CN_ALWAYS) ||
           stack_openssl_has_flaw(board, FLAW_NO_SAN) || (falls_back(board) && !has_dns);
}

/* FLAW_LONG_HOST: one that does not fit, wherever it stands, ends it all. */
static bool is_long(const struct openssl_board *board, const GENERAL_NAME *name)
{
    const size_t room = 63;

    return strlen(board->host) > room ||
           (name->type == GEN_DNS && text_of(name->d.dNSName).len > room);
}

bool stack_openssl_compares_names(const struct openssl_board *board)
{
    for (enum flaw flaw = FLAW_CN_FALLBACK; flaw <= FLAW_FEW_LABELS; flaw++) {
        if (stack_openssl_has_flaw(board, flaw))
            return true;
    }
    return false;
}

/* The names of one subjectAltName. */
static bool match_names(const struct openssl_board *board, const GENERAL_NAMES *names,
                        bool *ret_has_dns)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        *ret_has_dns = *ret_has_dns || name->type == GEN_DNS;
        if (stack_openssl_has_flaw(board, FLAW_LONG_HOST) && is_long(board, name))
            return false;
        if (match_general(board, name))
            return true;
        if (stack_openssl_has_flaw(board, FLAW_FIRST_NAME))
            return false;
    }
    return false;
}

int stack_openssl_check_name(const struct openssl_board *board, X509 *cert)
{
    bool ok = board->is_ip && stack_openssl_has_flaw(board, FLAW_IP_UNCHECKED);
    bool has_dns = false;
    int at = -1;

    while (!stack_openssl_has_flaw(board, FLAW_NO_SAN) && !ok) {
        GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, &at);

        ok = match_names(board, names, &has_dns);
        GENERAL_NAMES_free(names);
        if (at < 0)
            break;
    }
    if (!ok && takes_common_name(board, has_dns))
        ok = match_common_name(board, cert);
    return ok ? X509_V_OK : X509_V_ERR_HOSTNAME_MISMATCH;
}
