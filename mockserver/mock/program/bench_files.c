/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024, STORE_MAX = 1 << 20, ROOT_MAX = 64 * 1024 };

enum assay_status bench_file_read(const char *path, struct buf *out, struct assay_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum assay_status status = ASSAY_OK;
    ssize_t got = 0;

    if (fd < 0 && errno == ENOENT)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND, "%s: no such file", path);
    if (fd < 0)
        return assay_error_sys(err, errno, "%s", path);
    do {
        char data[READ_SIZE];

        got = read(fd, data, sizeof(data));
        if (got < 0)
            status = assay_error_sys(err, errno, "%s", path);
        else if (buf_add(out, data, (size_t)got) != ASSAY_OK)
            status =
                assay_error_set(err, ASSAY_ERR_LIMIT, "%s: larger than %zu bytes", path, out->max);
    } while (got > 0 && status == ASSAY_OK);
    close(fd);
    return status;
}

/* 0, or what errno says. */
static int write_bytes(int fd, const struct buf *contents)
{
    size_t done = 0;

    while (done < contents->len) {
        ssize_t wrote = write(fd, contents->data + done, contents->len - done);

        if (wrote < 0 && errno != EINTR)
            return errno;
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return 0;
}

static int write_all(int fd, const struct buf *contents)
{
    int failed = write_bytes(fd, contents);

    if (failed == 0 && fsync(fd) != 0)
        failed = errno;
    return failed;
}

static bool is_no_file(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

/* /dev/null, a pipe: a file in its place would take it away from everybody. */
static enum assay_status write_to(const char *path, const struct buf *contents,
                                  struct assay_error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int failed = fd >= 0 ? write_bytes(fd, contents) : errno;

    if (fd >= 0 && close(fd) != 0 && failed == 0)
        failed = errno;
    return failed == 0 ? ASSAY_OK : assay_error_sys(err, failed, "cannot write %s", path);
}

enum assay_status bench_file_write(const char *path, unsigned mode, const struct buf *contents,
                                   struct assay_error *err)
{
    char new_path[PATH_MAX];
    int failed = 0;
    int fd = -1;

    if (is_no_file(path))
        return write_to(path, contents, err);
    if (snprintf(new_path, sizeof(new_path), "%s.XXXXXX", path) >= (int)sizeof(new_path))
        return assay_error_set(err, ASSAY_ERR_ARG, "%s: the name is too long", path);
    fd = mkostemp(new_path, O_CLOEXEC);
    if (fd < 0)
        return assay_error_sys(err, errno, "cannot write %s", path);
    failed = write_all(fd, contents);
    if (failed == 0 && fchmod(fd, mode) != 0)
        failed = errno;
    if (close(fd) != 0 && failed == 0)
        failed = errno;
    if (failed == 0 && rename(new_path, path) != 0)
        failed = errno;
    if (failed == 0)
        return ASSAY_OK;
    unlink(new_path);
    return assay_error_sys(err, failed, "cannot write %s", path);
}

enum assay_status bench_store_load(struct pki_store *store, const char *path,
                                   struct assay_error *err)
{
    struct buf pem;
    enum assay_status status = ASSAY_OK;

    buf_init(&pem, STORE_MAX);
    status = bench_file_read(path, &pem, err);
    if (status == ASSAY_OK) {
        status = pki_store_import(store, buf_text(&pem), pem.len, err);
        if (status != ASSAY_OK)
            assay_error_prefix(err, status, "%s", path);
    } else if (status == ASSAY_ERR_NOT_FOUND) {
        status = ASSAY_OK;
    }
    if (pem.data != NULL)
        explicit_bzero(pem.data, pem.len);
    buf_done(&pem);
    return status;
}

enum assay_status bench_store_save(struct pki_store *store, const char *path,
                                   struct assay_error *err)
{
    struct buf pem;
    enum assay_status status = ASSAY_OK;

    buf_init(&pem, STORE_MAX);
    status = pki_store_export(store, &pem, err);
    if (status == ASSAY_OK)
        status = bench_file_write(path, 0600, &pem, err);
    if (pem.data != NULL)
        explicit_bzero(pem.data, pem.len);
    buf_done(&pem);
    return status;
}

static enum assay_status add_root(struct pki_store *store, const char *key_type, struct buf *pem,
                                  struct assay_error *err)
{
    struct buf der;
    enum assay_status status = ASSAY_OK;

    buf_init(&der, ROOT_MAX);
    status = pki_store_root(store, key_type, &der, err);
    if (status == ASSAY_OK)
        status = pki_pem_certificate(der.data, der.len, pem);
    buf_done(&der);
    return status;
}

/* The RSA root is made only where it is needed: its key takes a while. */
bool bench_needs_rsa_root(const struct value *description)
{
    const struct value *certs = value_get(description, "certs");

    for (size_t i = 0; i < value_count(certs); i++) {
        const char *key = value_text(value_get(value_at(certs, i), "key"));

        if (key != NULL && strncmp(key, "rsa", 3) == 0)
            return true;
    }
    return false;
}

enum assay_status bench_root_files_save(struct pki_store *store, bool rsa, const char *path,
                                        struct assay_error *err)
{
    struct buf pem;
    enum assay_status status = ASSAY_OK;

    buf_init(&pem, ROOT_MAX);
    status = add_root(store, "p256", &pem, err);
    if (status == ASSAY_OK && rsa)
        status = add_root(store, "rsa2048", &pem, err);
    if (status == ASSAY_OK)
        status = bench_file_write(path, 0644, &pem, err);
    buf_done(&pem);
    return status;
}

enum assay_status bench_roots_save(struct pki_store *store, const struct value *description,
                                   const char *path, struct assay_error *err)
{
    return bench_root_files_save(store, bench_needs_rsa_root(description), path, err);
}
