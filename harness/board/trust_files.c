/* SPDX-License-Identifier: Apache-2.0 */
#include "trust_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PEM = 256 * 1024, PEM_COLUMNS = 64 };

static ASSAY_RESULT make_path(const char *directory, const char *name, char ret[PATH_MAX],
                              struct assay_error *err)
{
    if (snprintf(ret, PATH_MAX, "%s/%s", directory, name) < PATH_MAX)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_LIMIT, "the path of %s is too long", name);
}

/* A new file in the place of an old one: never through a link, never with an old one's mode. */
static ASSAY_RESULT write_file(const char *path, const struct buf *text, struct assay_error *err)
{
    int fd = -1;
    size_t done = 0;
    enum assay_status status = ASSAY_OK;

    if (unlink(path) != 0 && errno != ENOENT)
        return assay_error_sys(err, errno, "cannot replace %s", path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return assay_error_sys(err, errno, "cannot write %s", path);
    while (done < text->len && status == ASSAY_OK) {
        ssize_t wrote = write(fd, text->data + done, text->len - done);

        if (wrote > 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            status = assay_error_sys(err, errno, "cannot write %s", path);
    }
    if (close(fd) != 0 && status == ASSAY_OK)
        status = assay_error_sys(err, errno, "cannot write %s", path);
    return status;
}

static ASSAY_RESULT add_pem(struct buf *out, const char *label, const uint8_t *der, size_t len)
{
    struct buf base64;
    enum assay_status status = ASSAY_OK;

    buf_init(&base64, MAX_PEM);
    status = buf_add_base64(&base64, der, len);
    if (status == ASSAY_OK)
        status = buf_printf(out, "-----BEGIN %s-----\n", label);
    for (size_t at = 0; status == ASSAY_OK && at < base64.len; at += PEM_COLUMNS)
        status = buf_printf(out, "%.*s\n", PEM_COLUMNS, buf_text(&base64) + at);
    if (status == ASSAY_OK)
        status = buf_printf(out, "-----END %s-----\n", label);
    if (base64.len > 0)
        explicit_bzero(base64.data, base64.len);
    buf_done(&base64);
    return status;
}

static ASSAY_RESULT write_pem(const char *path, const char *label, const uint8_t *der, size_t len,
                              struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, MAX_PEM);
    if (len > 0)
        status = add_pem(&text, label, der, len);
    if (status != ASSAY_OK)
        (void)assay_error_set(err, status, "%s is too large", path);
    else
        status = write_file(path, &text, err);
    if (text.len > 0)
        explicit_bzero(text.data, text.len);
    buf_done(&text);
    return status;
}

/* The name under which OpenSSL looks a root up; of one that it cannot read nothing is lost. */
static void hashed_name(const uint8_t *der, size_t len, char ret[32])
{
    const unsigned char *at = der;
    X509 *root = len > 0 && len <= LONG_MAX ? d2i_X509(NULL, &at, (long)len) : NULL;

    if (root != NULL)
        snprintf(ret, 32, "%08lx.0", X509_subject_name_hash(root));
    else
        snprintf(ret, 32, "root.pem");
    X509_free(root);
}

static void empty_directory(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry = NULL;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0); /* a leftover is overwritten or unused */
    }
    closedir(dir);
}

static ASSAY_RESULT write_roots(const char *directory, const struct board_request *request,
                                struct trust_files *files, struct assay_error *err)
{
    char name[32];
    char path[PATH_MAX];

    ASSAY_TRY(make_path(directory, "ca.pem", files->ca_file, err));
    ASSAY_TRY(make_path(directory, "ca", files->ca_dir, err));
    if (mkdir(files->ca_dir, 0700) != 0 && errno != EEXIST)
        return assay_error_sys(err, errno, "cannot make %s", files->ca_dir);
    empty_directory(files->ca_dir);
    hashed_name(request->root_der, request->root_len, name);
    ASSAY_TRY(make_path(files->ca_dir, name, path, err));
    ASSAY_TRY(write_pem(files->ca_file, "CERTIFICATE", request->root_der, request->root_len, err));
    return write_pem(path, "CERTIFICATE", request->root_der, request->root_len, err);
}

static ASSAY_RESULT write_identity(const char *directory, const struct board_request *request,
                                   struct trust_files *files, struct assay_error *err)
{
    ASSAY_TRY(make_path(directory, "cert.pem", files->cert_file, err));
    ASSAY_TRY(make_path(directory, "key.pem", files->key_file, err));
    if (request->cert_der == NULL || request->key_der == NULL) {
        (void)unlink(files->cert_file); /* of the attempt before, if any */
        (void)unlink(files->key_file);
        files->cert_file[0] = '\0';
        files->key_file[0] = '\0';
        return ASSAY_OK;
    }
    ASSAY_TRY(
        write_pem(files->cert_file, "CERTIFICATE", request->cert_der, request->cert_len, err));
    return write_pem(files->key_file, "PRIVATE KEY", request->key_der, request->key_len, err);
}

static ASSAY_RESULT write_hosts(const char *directory, const struct board_request *request,
                                struct trust_files *files, struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(make_path(directory, "hosts", files->hosts_file, err));
    buf_init(&text, 1024);
    status = buf_printf(&text, "%s %s\n127.0.0.1 localhost\n", request->ip, request->host);
    if (status == ASSAY_OK && request->second_host != NULL)
        status = buf_printf(&text, "%s %s\n", request->ip, request->second_host);
    if (status == ASSAY_OK)
        status = write_file(files->hosts_file, &text, err);
    else
        (void)assay_error_set(err, status, "the host name is too long");
    buf_done(&text);
    return status;
}

ASSAY_RESULT trust_files_write(const char *directory, const struct board_request *request,
                               struct trust_files *ret, struct assay_error *err)
{
    struct trust_files files;

    ASSAY_TRY(write_roots(directory, request, &files, err));
    ASSAY_TRY(write_identity(directory, request, &files, err));
    ASSAY_TRY(write_hosts(directory, request, &files, err));
    *ret = files;
    return ASSAY_OK;
}

void trust_files_remove(const char *directory)
{
    char path[PATH_MAX];

    if (make_path(directory, "key.pem", path, NULL) == ASSAY_OK)
        (void)unlink(path); /* it may never have been written */
}
