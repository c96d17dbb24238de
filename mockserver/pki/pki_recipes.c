/* SPDX-License-Identifier: Apache-2.0 */
/* The recipes. To add one, add a row here; tests/test_pki_recipes.c mints every row. */
#include "pki_spec.h"

#include <string.h>

#define ROW(...)                                                                                   \
    {                                                                                              \
        .row = (const struct pki_text[]){__VA_ARGS__},                                             \
        .row_count = sizeof((const struct pki_text[]){__VA_ARGS__}) / sizeof(struct pki_text)      \
    }
#define T(text) PKI_TEXT(text)

/* What every certificate begins with. */
#define ANY(key_type)                                                                              \
    .key = T(key_type), .hash = T("sha256"), .version = 3, .time_form = T("auto"),                 \
    .subject_key_id = {.present = true}, .flip_signature_bit = PKI_NO_FLIP,                        \
    .mutate_seed = PKI_NO_MUTATION, .mutate_count = 1, .mutate_where = T("certificate")

/* Any scenario's time lies between these, so that one root serves all of them. */
#define FOR_A_CENTURY                                                                              \
    .not_before = {T("2000-01-01T00:00:00Z"), false},                                              \
    .not_after = {T("2099-12-31T23:59:59Z"), false}

#define CA                                                                                         \
    .basic_constraints = {.present = true,                                                         \
                          .ca = true,                                                              \
                          .critical = true,                                                        \
                          .pathlen = PKI_NO_PATHLEN},                                              \
    .key_usage = {true, true, ROW(T("keyCertSign"), T("cRLSign"))}

#define ROOT(key_type) ANY(key_type), CA, FOR_A_CENTURY, .issuer = T("self")

#define NO_CA .basic_constraints = {.pathlen = PKI_NO_PATHLEN}

#define SERVER                                                                                     \
    ANY("auto"), NO_CA, .subject = T("CN=broker.bench.test"),                                      \
                        .san = ROW(T("dns:broker.bench.test")), .not_before = {T("-1d"), false},   \
                        .not_after = {T("+90d"), false},                                           \
                        .key_usage = {true, true, ROW(T("auto"))},                                 \
                        .extended_key_usage = {true, false, ROW(T("serverAuth"))}

const struct pki_recipe pki_recipes[] = {
    {
        .name = "leaf",
        .help = "the broker's own certificate, right in everything",
        .spec = {SERVER, .issuer = T("bench-root"), .authority_key_id = {.present = true}},
    },
    {
        .name = "self-signed",
        .help = "as `leaf`, but its own issuer",
        .spec = {SERVER, .issuer = T("self")},
    },
    {
        .name = "intermediate",
        .help = "a CA below the bench root",
        .stable = true,
        .spec = {ANY("auto"), CA, .subject = T("CN=Assay Bench CA {name},O=Assay Bench"),
                 .issuer = T("bench-root"), .authority_key_id = {.present = true},
                 .not_before = {T("-365d"), true}, .not_after = {T("+1825d"), true}},
    },
    {
        .name = "root",
        .help = "a root of the bench's own kind that no board was told of",
        .stable = true,
        .spec = {ROOT("auto"), .subject = T("CN=Assay Bench Root {name},O=Assay Bench")},
    },
    {
        .name = "other-root",
        .help = "a root of somebody else",
        .stable = true,
        .spec = {ROOT("auto"), .subject = T("CN=Unrelated Root CA,O=Somebody Else")},
    },
    {
        .name = "fake-root",
        .help = "looks like the bench root (subject and key identifier) but has another key",
        .stable = true,
        .spec = {ROOT("auto"), .subject_from = T("bench-root"),
                 .subject_key_id_from = T("bench-root")},
    },
    {
        .name = "client",
        .help = "a board's identity",
        .spec = {ANY("auto"), NO_CA, .subject = T("CN=bench-device"), .issuer = T("client-ca"),
                 .authority_key_id = {.present = true}, .not_before = {T("-1d"), false},
                 .not_after = {T("+365d"), false},
                 .key_usage = {true, true, ROW(T("digitalSignature"))},
                 .extended_key_usage = {true, false, ROW(T("clientAuth"))}},
    },
    {
        .name = "bench-root-ecdsa",
        .help = "what boards are told to trust; kept between runs",
        .authority = true,
        .stable = true,
        .spec = {ROOT("p256"), .key_label = T("bench-root-ecdsa"),
                 .subject = T("CN=Assay Bench Root ECDSA,O=Assay Bench")},
    },
    {
        .name = "bench-root-rsa",
        .help = "as above, for boards without ECDSA",
        .authority = true,
        .stable = true,
        .spec = {ROOT("rsa2048"), .key_label = T("bench-root-rsa"),
                 .subject = T("CN=Assay Bench Root RSA,O=Assay Bench")},
    },
    {
        .name = "client-ca-ecdsa",
        .help = "signs the boards' identities; kept between runs",
        .authority = true,
        .stable = true,
        .spec = {ROOT("p256"), .key_label = T("client-ca-ecdsa"),
                 .subject = T("CN=Assay Bench Client CA ECDSA,O=Assay Bench")},
    },
    {
        .name = "client-ca-rsa",
        .help = "as above, for boards without ECDSA",
        .authority = true,
        .stable = true,
        .spec = {ROOT("rsa2048"), .key_label = T("client-ca-rsa"),
                 .subject = T("CN=Assay Bench Client CA RSA,O=Assay Bench")},
    },
    {.name = NULL},
};

const struct pki_recipe *pki_recipe_find(const char *name)
{
    for (const struct pki_recipe *recipe = pki_recipes; recipe->name != NULL; recipe++)
        if (strcmp(recipe->name, name) == 0)
            return recipe;
    return NULL;
}
