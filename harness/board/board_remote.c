/* SPDX-License-Identifier: Apache-2.0 */
#include "board_remote.h"

#include "board/board.h"
#include "board_internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *const board_remote_files[] = {"ca",          "client_ca",  "client_ca_key",
                                          "client_cert", "client_key", NULL};

/* ---- whom a bench may visit ------------------------------------------------------------------
 */

struct address_range {
    const char *first;
    unsigned bits; /* that are compared */
};

/* Addresses that lead to nobody on the public internet (RFC 6890). */
static const struct address_range private_ranges[] = {
    {"127.0.0.0", 8},    {"10.0.0.0", 8},    {"172.16.0.0", 12}, {"192.168.0.0", 16},
    {"169.254.0.0", 16}, {"198.18.0.0", 15}, {"192.0.2.0", 24},  {"198.51.100.0", 24},
    {"203.0.113.0", 24}, {"::1", 128},       {"fe80::", 10},     {"fc00::", 7},
};

static bool parse(const char *text, uint8_t bytes[16], size_t *ret_len)
{
    if (inet_pton(AF_INET, text, bytes) == 1)
        *ret_len = 4;
    else if (inet_pton(AF_INET6, text, bytes) == 1)
        *ret_len = 16;
    else
        return false;
    return true;
}

static bool is_within(const uint8_t *address, size_t len, const struct address_range *range)
{
    uint8_t first[16] = {0};
    size_t first_len = 0;

    if (!parse(range->first, first, &first_len) || first_len != len)
        return false;
    for (unsigned bit = 0; bit < range->bits; bit++) {
        uint8_t mask = (uint8_t)(0x80U >> (bit % 8));

        if (((address[bit / 8] ^ first[bit / 8]) & mask) != 0)
            return false;
    }
    return true;
}

static ASSAY_RESULT check_address(const char *address, struct assay_error *err)
{
    uint8_t bytes[16] = {0};
    size_t len = 0;

    if (address == NULL || !parse(address, bytes, &len))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"remote: {address: ...}\" has to be the numeric address of the "
                               "board, such as 192.168.1.40");
    for (size_t i = 0; i < sizeof(private_ranges) / sizeof(private_ranges[0]); i++)
        if (is_within(bytes, len, &private_ranges[i]))
            return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "remote.address: %s is a public address; the bench attacks what it "
                           "visits, and does so within private networks only (10/8, 172.16/12, "
                           "192.168/16, ...)",
                           address);
}

/* ---- what is given of certificates -----------------------------------------------------------
 */

/* 64 hexadecimal digits, with colons or without. */
static ASSAY_RESULT check_pin(const char *pin, struct assay_error *err)
{
    size_t digits = 0;

    for (const char *c = pin != NULL ? pin : ""; *c != '\0'; c++) {
        if (*c != ':' && !isxdigit((unsigned char)*c))
            digits = 1000;
        digits += *c != ':';
    }
    if (pin == NULL || digits == 64)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "remote.pin: the SHA-256 of the board's certificate is expected, 64 "
                           "hexadecimal digits, as `openssl x509 -fingerprint -sha256` shows it");
}

static ASSAY_RESULT check_pairs(const struct value *remote, struct assay_error *err)
{
    static const char *const pairs[][2] = {{"client_ca", "client_ca_key"},
                                           {"client_cert", "client_key"}};
    unsigned given = 0;

    for (size_t i = 0; i < 2; i++) {
        bool has_cert = value_get(remote, pairs[i][0]) != NULL;

        if (has_cert != (value_get(remote, pairs[i][1]) != NULL))
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "remote: %s and %s belong together: a certificate and its "
                                   "private key",
                                   pairs[i][0], pairs[i][1]);
        given += has_cert;
    }
    if (given < 2)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "remote: with client_ca the bench issues what it shows as a client; "
                           "client_cert is for boards whose CA signs nothing for the bench: one "
                           "of both");
}

enum assay_status board_remote_check(const struct value *root, struct assay_error *err)
{
    const struct value *remote = value_get(root, "remote");
    const struct value *port = value_get(remote, "port");
    const char *role = value_text(value_get(root, "role"));

    if (role == NULL || strcmp(role, "server") != 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"role: server\" is missing: a board at a fixed address is "
                               "visited; one that connects needs nothing but `assay serve`");
    ASSAY_TRY(check_address(value_text(value_get(remote, "address")), err));
    if (port == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"remote: {port: ...}\" is missing: where the board serves");
    ASSAY_TRY(check_pin(value_text(value_get(remote, "pin")), err));
    return check_pairs(remote, err);
}

/* ---- what others ask -------------------------------------------------------------------------
 */

/* Without colons, in lower case: as events have it. */
static void write_pin(const char *pin, char ret[static BOARD_PIN_TEXT])
{
    size_t len = 0;

    for (const char *c = pin != NULL ? pin : ""; *c != '\0' && len + 1 < BOARD_PIN_TEXT; c++)
        if (*c != ':')
            ret[len++] = (char)tolower((unsigned char)*c);
    ret[len] = '\0';
}

bool board_file_remote(const struct board_file *file, struct board_remote *ret)
{
    const struct value *remote = value_get(board_file_root(file), "remote");
    const char *name = value_text(value_get(remote, "name"));

    if (strcmp(board_file_driver(file), "remote") != 0)
        return false;
    *ret = (struct board_remote){.address = value_text(value_get(remote, "address")),
                                 .port = (unsigned)value_int(value_get(remote, "port")),
                                 .ca = value_text(value_get(remote, "ca")),
                                 .client_ca = value_text(value_get(remote, "client_ca")),
                                 .client_ca_key = value_text(value_get(remote, "client_ca_key")),
                                 .client_cert = value_text(value_get(remote, "client_cert")),
                                 .client_key = value_text(value_get(remote, "client_key"))};
    ret->name = name != NULL ? name : ret->address;
    write_pin(value_text(value_get(remote, "pin")), ret->pin);
    return true;
}
