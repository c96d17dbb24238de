/* SPDX-License-Identifier: Apache-2.0 */
/* assay trust: the bench's CA certificates as files, for whoever loads them onto a board. */
#include "command.h"

#include "pki/pki.h"
#include "run/bench.h"
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_TEXT = 64 * 1024 };

struct trust {
    const char *directory, *bench_dir;
    struct bench *bench;
    struct pki_store *store;
};

/* One of a key type, both of one role. */
static const struct trust_row {
    const char *file, *key_type;
    bool of_clients;
    const char *what;
} rows[] = {
    {"root-ecdsa.pem", "p256", false, "a board that is a client trusts its servers by it"},
    {"root-rsa.pem", "rsa2048", false, "the same, for a board without ECDSA"},
    {"client-ca-ecdsa.pem", "p256", true, "a board that is a server trusts its clients by it"},
    {"client-ca-rsa.pem", "rsa2048", true, "the same, for a board without ECDSA"},
};

static enum assay_status take_der(struct pki_store *store, const struct trust_row *row,
                                  struct buf *der, struct assay_error *err)
{
    if (!row->of_clients)
        return pki_store_root(store, row->key_type, der, err);
    ASSAY_TRY(pki_store_set_default_key(store, row->key_type, err));
    return pki_store_client_root(store, der, err);
}

static enum assay_status write_row(const struct trust *t, const struct trust_row *row,
                                   struct buf *told, struct assay_error *err)
{
    struct buf der;
    struct buf pem;
    enum assay_status status = ASSAY_OK;

    buf_init(&der, MAX_TEXT);
    buf_init(&pem, MAX_TEXT);
    status = take_der(t->store, row, &der, err);
    if (status == ASSAY_OK)
        status = pki_pem_certificate(der.data, der.len, &pem);
    if (status == ASSAY_OK)
        status = store_write_file(t->directory, row->file, &pem, 0644, err);
    if (status == ASSAY_OK)
        status = buf_printf(told, "%s/%-20s %s\n", t->directory, row->file, row->what);
    buf_done(&der);
    buf_done(&pem);
    return status;
}

static enum assay_status write_all(struct trust *t, struct buf *told, struct assay_error *err)
{
    ASSAY_TRY(bench_open(t->bench_dir, &t->bench, err));
    ASSAY_TRY(bench_load_store(t->bench, &t->store, err));
    if (t->directory == NULL)
        t->directory = bench_directory(t->bench);
    else if (mkdir(t->directory, 0777) != 0 && errno != EEXIST)
        return assay_error_sys(err, errno, "cannot make %s", t->directory);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ASSAY_TRY(write_row(t, &rows[i], told, err));
    return bench_save_store(t->bench, t->store, err);
}

static int run(struct context *context, int argc, char **argv)
{
    struct trust t = {.directory = NULL};
    const struct command_option options[] = {
        {"out", 'o', OPTION_TEXT, &t.directory, "DIR",
         "where to write them; default: the bench's folder"},
        {"bench-dir", 0, OPTION_TEXT, &t.bench_dir, "DIR", "where the bench keeps its roots"},
        {NULL, 0, OPTION_FLAG, NULL, NULL, NULL},
    };
    struct option_list words = {.count = 0};
    struct assay_error err = {.text = ""};
    struct buf told;
    enum assay_status status = ASSAY_OK;
    int code = options_parse(context, &command_trust, options, argc, argv, &words);

    if (code >= 0)
        return code;
    if (words.count > 0) {
        complain("trust: \"%s\" is one word too many; -o DIR says where to", words.items[0]);
        return EXIT_USAGE;
    }
    buf_init(&told, MAX_TEXT);
    status = write_all(&t, &told, &err);
    code = status == ASSAY_OK ? print_buffer(&told) : complain_error(status, &err);
    buf_done(&told);
    pki_store_free(t.store);
    bench_close(t.bench);
    return code;
}

const struct command command_trust = {
    .name = "trust",
    .arguments = "[-o DIR]",
    .summary = "writes the bench's CA certificates, to be loaded onto boards",
    .text =
        "What boards that are flashed with credentials, or configured by hand, have to trust: the\n"
        "roots of servers, and the CAs that sign what the bench shows as a client.\n",
    .run = run,
};
