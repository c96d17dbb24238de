/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of devices that are anything. The first byte chooses: a JSON Web Token, a shared access
 * signature, a percent-encoded text. Nobody here has a key, so that no token may be found good.
 */
#include "face/jwt.h"
#include "face/sas.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The public half of a key that was thrown away. */
static const char public_key[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0DTkxfffxXKkfCNbz49Gd57wvfxS\n"
    "G6v/Y+URsH//+8aKJN/jvDAfZnT4Wrkz+SuNhZ4V7SUQManSbOs+aypqIw==\n"
    "-----END PUBLIC KEY-----\n";

static void try_jwt(const uint8_t *data, size_t size, bool is_lenient)
{
    struct jwt_demands demands = {
        .audience = "project", .now_s = 1906502400, .is_lenient = is_lenient};
    struct jwt_finding finding;
    struct face_key *key = NULL;

    if (face_key_read(public_key, "key", &key, NULL) != ASSAY_OK)
        abort();
    demands.key = key;
    jwt_check(data, size, &demands, &finding);
    if (finding.rule == FACE_RULE_COUNT ||
        memchr(finding.detail, 0, sizeof(finding.detail)) == NULL)
        abort();
    if (!is_lenient && finding.was_lenient)
        abort(); /* what is not accepted is found */
    face_key_free(key);
}

static void try_sas(const uint8_t *data, size_t size)
{
    static const uint8_t secret[32] = {7, 1, 9};
    const struct sas_demands demands = {
        .resource = "hub/devices/d", .key = secret, .key_len = sizeof(secret), .now_s = 1906502400};
    struct sas_finding finding;

    sas_check(data, size, &demands, &finding);
    if (finding.rule == FACE_RULE_COUNT ||
        memchr(finding.detail, 0, sizeof(finding.detail)) == NULL)
        abort();
}

static void try_percent(const uint8_t *data, size_t size)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    if (percent_decode((const char *)data, size, &out) == ASSAY_OK ? out.len > size : out.len != 0)
        abort();
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    switch (data[0] % 4) {
    case 0:
        try_jwt(data + 1, size - 1, false);
        break;
    case 1:
        try_jwt(data + 1, size - 1, true);
        break;
    case 2:
        try_sas(data + 1, size - 1);
        break;
    default:
        try_percent(data + 1, size - 1);
        break;
    }
    return 0;
}
