/* SPDX-License-Identifier: Apache-2.0 */
/* See remote_trust.h. */
#include "remote_trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILE = 1024 * 1024, MAX_CHAIN = 8 };

static const char client_label[] = "given-client";

struct remote_trust {
    struct board_remote remote; /* borrowed from the board file */
    struct buf root;
    struct value *certs; /* "leaf" and what else the given client shows; NULL: the bench issues */
    struct value *chain;
};

/* ---- files ---- */

static enum assay_status read_file(const char *key, const char *path, struct buf *out,
                                   struct assay_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum assay_status status = ASSAY_OK;

    if (fd < 0)
        return assay_error_sys(err, errno, "remote.%s: cannot read %s", key, path);
    while (status == ASSAY_OK) {
        char piece[4096];
        ssize_t n = read(fd, piece, sizeof(piece));

        if (n == 0)
            break;
        status = n < 0 ? assay_error_sys(err, errno, "remote.%s: cannot read %s", key, path)
                       : buf_add(out, piece, (size_t)n);
    }
    close(fd);
    if (status == ASSAY_ERR_LIMIT)
        return assay_error_set(err, status, "remote.%s: %s has more than a megabyte", key, path);
    return status;
}

struct given_files {
    struct buf cert, key;
};

static void given_files_done(struct given_files *files)
{
    buf_done(&files->cert);
    buf_done(&files->key);
}

static enum assay_status read_pair(const char *const keys[2], const char *const paths[2],
                                   struct given_files *ret, struct pki_given *ret_given,
                                   struct assay_error *err)
{
    ASSAY_TRY(read_file(keys[0], paths[0], &ret->cert, err));
    ASSAY_TRY(read_file(keys[1], paths[1], &ret->key, err));
    *ret_given = (struct pki_given){.cert_pem = buf_text(&ret->cert),
                                    .cert_len = ret->cert.len,
                                    .key_pem = buf_text(&ret->key),
                                    .key_len = ret->key.len};
    return ASSAY_OK;
}

static enum assay_status load_root(struct remote_trust *trust, struct assay_error *err)
{
    struct buf pem;
    enum assay_status status = ASSAY_OK;

    if (trust->remote.ca == NULL)
        return ASSAY_OK;
    buf_init(&pem, MAX_FILE);
    status = read_file("ca", trust->remote.ca, &pem, err);
    if (status == ASSAY_OK) {
        status = pki_given_certificate(buf_text(&pem), pem.len, 0, &trust->root, err);
        if (status != ASSAY_OK)
            assay_error_prefix(err, status, "remote.ca (%s)", trust->remote.ca);
    }
    buf_done(&pem);
    return status;
}

/* ---- the clients' CA, or the one client ---- */

/* {recipe = "client", der = "30...", key = "p256", key_label = "given-client"} */
static enum assay_status add_certificate(struct remote_trust *trust, const char *name,
                                         const struct pki_given *given, size_t index,
                                         const char *key_type, struct assay_error *err)
{
    struct value *spec = value_new_map();
    struct buf der;
    struct buf hex;
    enum assay_status status = spec != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    buf_init(&der, MAX_FILE);
    buf_init(&hex, 2 * MAX_FILE);
    if (status == ASSAY_OK)
        status = pki_given_certificate(given->cert_pem, given->cert_len, index, &der, err);
    if (status == ASSAY_OK)
        status = buf_add_hex(&hex, der.data, der.len);
    if (status == ASSAY_OK)
        status = value_set(spec, "recipe", value_new_text("client"));
    if (status == ASSAY_OK)
        status = value_set(spec, "der", value_new_text(buf_text(&hex)));
    if (status == ASSAY_OK && index == 0)
        status = value_set(spec, "key", value_new_text(key_type));
    if (status == ASSAY_OK && index == 0)
        status = value_set(spec, "key_label", value_new_text(client_label));
    if (status == ASSAY_OK) {
        status = value_set(trust->certs, name, spec);
        spec = NULL; /* the map's, or freed by it */
    }
    if (status == ASSAY_OK)
        status = value_add(trust->chain, value_new_text(name));
    value_free(spec);
    buf_done(&der);
    buf_done(&hex);
    return status;
}

static enum assay_status take_client(struct remote_trust *trust, const struct pki_given *given,
                                     struct pki_store *store, struct assay_error *err)
{
    size_t count = pki_given_certificates(given->cert_pem, given->cert_len);
    const char *key_type = NULL;
    char name[24] = "leaf";

    ASSAY_TRY(pki_store_give_identity(store, client_label, given, &key_type, err));
    trust->certs = value_new_map();
    trust->chain = value_new_list();
    if (trust->certs == NULL || trust->chain == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < count && i < MAX_CHAIN; i++) {
        if (i > 0)
            snprintf(name, sizeof(name), "given-%zu", i + 1);
        ASSAY_TRY(add_certificate(trust, name, given, i, key_type, err));
    }
    return ASSAY_OK;
}

static enum assay_status load_clients(struct remote_trust *trust, struct pki_store *store,
                                      struct assay_error *err)
{
    static const char *const ca_keys[] = {"client_ca", "client_ca_key"};
    static const char *const client_keys[] = {"client_cert", "client_key"};
    const struct board_remote *r = &trust->remote;
    const char *const ca_paths[] = {r->client_ca, r->client_ca_key};
    const char *const client_paths[] = {r->client_cert, r->client_key};
    bool is_ca = r->client_ca != NULL;
    struct given_files files;
    struct pki_given given;
    enum assay_status status = ASSAY_OK;

    if (!is_ca && r->client_cert == NULL)
        return ASSAY_OK; /* the bench's own CA, which the user has loaded onto the board */
    buf_init(&files.cert, MAX_FILE);
    buf_init(&files.key, MAX_FILE);
    status = read_pair(is_ca ? ca_keys : client_keys, is_ca ? ca_paths : client_paths, &files,
                       &given, err);
    if (status == ASSAY_OK) {
        status = is_ca ? pki_store_give_client_ca(store, &given, err)
                       : take_client(trust, &given, store, err);
        if (status != ASSAY_OK)
            assay_error_prefix(err, status, "remote.%s (%s)", is_ca ? ca_keys[0] : client_keys[0],
                               is_ca ? ca_paths[0] : client_paths[0]);
    }
    given_files_done(&files);
    return status;
}

/* ---- the whole ---- */

enum assay_status remote_trust_load(const struct board_file *file, struct pki_store *store,
                                    struct remote_trust **ret, struct assay_error *err)
{
    struct board_remote remote;
    struct remote_trust *trust = NULL;
    enum assay_status status = ASSAY_OK;

    *ret = NULL;
    if (!board_file_remote(file, &remote))
        return ASSAY_OK;
    trust = calloc(1, sizeof(*trust));
    if (trust == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    trust->remote = remote;
    buf_init(&trust->root, MAX_FILE);
    status = load_root(trust, err);
    if (status == ASSAY_OK)
        status = load_clients(trust, store, err);
    if (status != ASSAY_OK) {
        remote_trust_free(trust);
        return status;
    }
    *ret = trust;
    return ASSAY_OK;
}

void remote_trust_free(struct remote_trust *trust)
{
    if (trust == NULL)
        return;
    buf_done(&trust->root);
    value_free(trust->certs);
    value_free(trust->chain);
    free(trust);
}

const struct buf *remote_trust_root(const struct remote_trust *trust)
{
    return &trust->root;
}

const char *remote_trust_pin(const struct remote_trust *trust)
{
    return trust->remote.pin;
}

static const struct value *leaf_of(const struct value *description)
{
    return value_path(description, "certs.leaf");
}

/* The good client's certificate is the given one, with what else it shows. */
static enum assay_status put_client(const struct remote_trust *trust, struct value *description)
{
    const struct value *own = value_get(description, "certs");
    struct value *certs = own != NULL ? value_copy(own) : value_new_map();
    enum assay_status status = certs != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t i = 0; status == ASSAY_OK && i < value_count(trust->certs); i++)
        status =
            value_set(certs, value_key_at(trust->certs, i), value_copy(value_at(trust->certs, i)));
    if (status != ASSAY_OK) {
        value_free(certs);
        return status;
    }
    ASSAY_TRY(value_set(description, "certs", certs));
    if (value_get(description, "chain") != NULL)
        return ASSAY_OK; /* what is sent is said, and may be nothing */
    return value_set(description, "chain", value_copy(trust->chain));
}

static enum assay_status drop_identity(struct value *description)
{
    struct value *nothing = value_new_map();
    enum assay_status status = nothing != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    if (status == ASSAY_OK)
        status = value_set(nothing, "identity", value_new_null());
    if (status == ASSAY_OK)
        status = value_merge(description, nothing);
    value_free(nothing);
    return status;
}

enum assay_status remote_trust_apply(const struct remote_trust *trust,
                                     const struct scenario *control, struct value *description)
{
    ASSAY_TRY(value_set(description, "host", value_new_text(trust->remote.name)));
    if (value_get(description, "identity") != NULL)
        ASSAY_TRY(drop_identity(description)); /* it has its own */
    if (trust->certs == NULL || !value_equal(leaf_of(description), leaf_of(control->description)))
        return ASSAY_OK;
    return put_client(trust, description);
}

/* Does a certificate with this description come from the clients' CA? */
static bool is_of_ca(const struct value *spec)
{
    const char *recipe = value_text(value_get(spec, "recipe"));
    const char *issuer = value_text(value_get(spec, "issuer"));

    if (issuer != NULL)
        return strncmp(issuer, "client-ca", strlen("client-ca")) == 0;
    return recipe != NULL && strcmp(recipe, "client") == 0;
}

bool remote_trust_needs_ca(const struct scenario *scenario, const struct scenario *control)
{
    const struct value *certs = value_get(scenario->description, "certs");
    const struct value *chain = value_get(scenario->description, "chain");
    size_t count = chain != NULL ? value_count(chain) : 1;

    for (size_t i = 0; i < count; i++) {
        const char *name = chain != NULL ? value_text(value_at(chain, i)) : "leaf";
        const struct value *shown = name != NULL ? value_get(certs, name) : NULL;
        const struct value *good =
            name != NULL ? value_get(value_get(control->description, "certs"), name) : NULL;

        if (shown != NULL && !value_equal(shown, good) && is_of_ca(shown))
            return true;
    }
    return false;
}
