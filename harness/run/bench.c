/* SPDX-License-Identifier: Apache-2.0 */
/* See run/bench.h. */
#include "run/bench.h"

#include "base/buf.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 8192, MAX_BENCH_FILE = 1 << 20 };

struct bench {
    char *directory;
    char *loaded; /* bench.pem as it was read, to see whether anything is new */
};

static enum assay_status default_directory(struct buf *path, struct assay_error *err)
{
    const char *own = getenv("ASSAY_BENCH_DIR");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");

    if (own != NULL && own[0] != '\0')
        return buf_add_text(path, own);
    if (state != NULL && state[0] == '/')
        return buf_printf(path, "%s/assay", state);
    if (home != NULL && home[0] == '/')
        return buf_printf(path, "%s/.local/state/assay", home);
    return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                           "there is no place for the bench's keys: set HOME or ASSAY_BENCH_DIR");
}

/* mkdir -p; only the last folder is private. */
static enum assay_status make_path(const char *path, struct assay_error *err)
{
    char copy[MAX_PATH];
    size_t len = strlen(path);

    if (len >= sizeof(copy))
        return ASSAY_ERR_LIMIT;
    memcpy(copy, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        mode_t mode = i == len ? 0700 : 0777;

        if (copy[i] != '/' && copy[i] != '\0')
            continue;
        copy[i] = '\0';
        if (mkdir(copy, mode) != 0 && errno != EEXIST)
            return assay_error_sys(err, errno, "cannot make the bench's folder %s", copy);
        copy[i] = i == len ? '\0' : '/';
    }
    return ASSAY_OK;
}

enum assay_status bench_open(const char *directory, struct bench **ret, struct assay_error *err)
{
    struct bench *bench = NULL;
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, MAX_PATH);
    status = directory != NULL ? buf_add_text(&path, directory) : default_directory(&path, err);
    if (status == ASSAY_OK)
        status = make_path(buf_text(&path), err);
    if (status == ASSAY_OK) {
        bench = calloc(1, sizeof(*bench));
        status = bench != NULL ? buf_take(&path, &bench->directory) : ASSAY_ERR_NOMEM;
    }
    buf_done(&path);
    if (status != ASSAY_OK) {
        bench_close(bench);
        return status;
    }
    *ret = bench;
    return ASSAY_OK;
}

void bench_close(struct bench *bench)
{
    if (bench == NULL)
        return;
    free(bench->directory);
    free(bench->loaded);
    free(bench);
}

const char *bench_directory(const struct bench *bench)
{
    return bench->directory;
}

/* The whole of a private file; ASSAY_ERR_NOT_FOUND when there is none yet. */
static enum assay_status read_private(const char *path, struct buf *out, struct assay_error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum assay_status status = ASSAY_OK;

    if (fd < 0)
        return errno == ENOENT ? ASSAY_ERR_NOT_FOUND
                               : assay_error_sys(err, errno, "cannot read %s", path);
    if (fstat(fd, &st) == 0 && (st.st_mode & 077) != 0)
        status = assay_error_set(
            err, ASSAY_ERR_IO, "%s holds private keys and others may read it: chmod 600 it", path);
    while (status == ASSAY_OK) {
        char piece[4096];
        ssize_t n = read(fd, piece, sizeof(piece));

        if (n == 0)
            break;
        status = n < 0 ? assay_error_sys(err, errno, "cannot read %s", path)
                       : buf_add(out, piece, (size_t)n);
    }
    close(fd);
    return status;
}

enum assay_status bench_load_store(struct bench *bench, struct pki_store **ret,
                                   struct assay_error *err)
{
    struct pki_store *store = pki_store_new();
    struct buf path;
    struct buf text;
    enum assay_status status = store != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    buf_init(&path, MAX_PATH);
    buf_init(&text, MAX_BENCH_FILE);
    if (status == ASSAY_OK)
        status = buf_printf(&path, "%s/bench.pem", bench->directory);
    if (status == ASSAY_OK)
        status = read_private(buf_text(&path), &text, err);
    if (status == ASSAY_OK) {
        status = pki_store_import(store, buf_text(&text), text.len, err);
        if (status != ASSAY_OK)
            assay_error_prefix(err, status, "%s", buf_text(&path));
    } else if (status == ASSAY_ERR_NOT_FOUND) {
        status = ASSAY_OK;
    }
    free(bench->loaded);
    bench->loaded = NULL;
    if (status == ASSAY_OK)
        status = buf_take(&text, &bench->loaded);
    buf_done(&path);
    buf_done(&text);
    if (status != ASSAY_OK) {
        pki_store_free(store);
        return status;
    }
    *ret = store;
    return ASSAY_OK;
}

enum assay_status bench_save_store(struct bench *bench, struct pki_store *store,
                                   struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, MAX_BENCH_FILE);
    status = pki_store_export(store, &text, err);
    if (status == ASSAY_OK &&
        (bench->loaded == NULL || strcmp(bench->loaded, buf_text(&text)) != 0))
        status = store_write_file(bench->directory, "bench.pem", &text, 0600, err);
    if (status == ASSAY_OK) {
        free(bench->loaded);
        bench->loaded = NULL;
        status = buf_take(&text, &bench->loaded);
    }
    buf_done(&text);
    return status;
}

bool bench_is_unchanged(struct bench *bench)
{
    struct buf path;
    struct buf text;
    bool same = false;

    buf_init(&path, MAX_PATH);
    buf_init(&text, MAX_BENCH_FILE);
    if (buf_printf(&path, "%s/bench.pem", bench->directory) == ASSAY_OK &&
        read_private(buf_text(&path), &text, NULL) == ASSAY_OK)
        same = bench->loaded != NULL && strcmp(bench->loaded, buf_text(&text)) == 0;
    buf_done(&path);
    buf_done(&text);
    return same;
}

/* ---- locks ---- */

struct board_lock {
    int fd;
};

static enum assay_status lock_path(struct bench *bench, const char *board_id, struct buf *path,
                                   struct assay_error *err)
{
    ASSAY_TRY(buf_printf(path, "%s/locks", bench->directory));
    ASSAY_TRY(make_path(buf_text(path), err));
    ASSAY_TRY(buf_add_char(path, '/'));
    for (const char *c = board_id; *c != '\0'; c++)
        ASSAY_TRY(buf_add_char(path, *c == '/' ? '_' : *c));
    return buf_add_text(path, ".lock");
}

static enum assay_status busy(int fd, const char *board_id, struct assay_error *err)
{
    char holder[400] = "";
    ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);

    holder[n > 0 ? n : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return assay_error_set(err, ASSAY_ERR_BUSY, "the board %s is in use by %s", board_id,
                           holder[0] != '\0' ? holder : "another process");
}

static void write_holder(int fd)
{
    char line[200];
    char command[64] = "assay";
    int comm = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
    ssize_t n = comm >= 0 ? read(comm, command, sizeof(command) - 1) : -1;
    struct buf text;

    if (comm >= 0)
        close(comm);
    if (n > 0)
        command[n] = '\0';
    command[strcspn(command, "\n")] = '\0';
    buf_init(&text, sizeof(line));
    /* Only for people: a failure to write it does not weaken the lock. */
    if (buf_printf(&text, "process %ld (%s)\n", (long)getpid(), command) == ASSAY_OK &&
        ftruncate(fd, 0) == 0 && pwrite(fd, text.data, text.len, 0) < 0)
        errno = 0;
    buf_done(&text);
}

enum assay_status board_lock_take(struct bench *bench, const char *board_id,
                                  struct board_lock **ret, struct assay_error *err)
{
    struct board_lock *lock = calloc(1, sizeof(*lock));
    struct buf path;
    enum assay_status status = lock != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    buf_init(&path, MAX_PATH);
    if (status == ASSAY_OK) {
        lock->fd = -1;
        status = lock_path(bench, board_id, &path, err);
    }
    if (status == ASSAY_OK) {
        lock->fd = open(buf_text(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (lock->fd < 0)
            status = assay_error_sys(err, errno, "cannot open the lock %s", buf_text(&path));
    }
    if (status == ASSAY_OK && flock(lock->fd, LOCK_EX | LOCK_NB) != 0)
        status = errno == EWOULDBLOCK
                     ? busy(lock->fd, board_id, err)
                     : assay_error_sys(err, errno, "cannot lock %s", buf_text(&path));
    buf_done(&path);
    if (status != ASSAY_OK) {
        board_lock_release(lock);
        return status;
    }
    write_holder(lock->fd);
    *ret = lock;
    return ASSAY_OK;
}

void board_lock_release(struct board_lock *lock)
{
    if (lock == NULL)
        return;
    if (lock->fd >= 0)
        close(lock->fd);
    free(lock);
}
