/* SPDX-License-Identifier: Apache-2.0 */
/* Where nss_wrapper and libfaketime are on this machine. */
#include "board/board.h"

#include <elf.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where distributions put libraries: Debian's multiarch directories, Fedora's, Arch's. */
static const char *const library_dirs[] = {
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/lib/*-linux-*",
    "/usr/lib64",
    "/usr/lib",
    "/lib/*-linux-*",
    "/lib64",
    "/lib",
};

enum { MAX_NAMES = 4, DIR_COUNT = sizeof(library_dirs) / sizeof(*library_dirs) };

struct library_row {
    const char *what;
    const char *package;          /* of Debian; others call it alike */
    const char *names[MAX_NAMES]; /* best first */
};

static const struct library_row nss_wrapper = {
    "libnss_wrapper.so", "libnss-wrapper", {"libnss_wrapper.so", "libnss_wrapper.so.0"}};

/* The MT variant first: the other is not safe in programs with threads, such as curl. */
static const struct library_row faketime = {"libfaketimeMT.so.1",
                                            "libfaketime",
                                            {"faketime/libfaketimeMT.so.1", "libfaketimeMT.so.1",
                                             "faketime/libfaketime.so.1", "libfaketime.so.1"}};

static bool read_elf_header(const char *path, Elf64_Ehdr *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, ret, sizeof(*ret)) : -1;

    if (fd >= 0)
        close(fd);
    /* The fields that are looked at have the same place in files for 32 bits. */
    return got >= (ssize_t)sizeof(Elf32_Ehdr) && memcmp(ret->e_ident, ELFMAG, SELFMAG) == 0;
}

/* A machine with several architectures has the library several times. */
static bool is_for_this_machine(const char *path)
{
    Elf64_Ehdr ours;
    Elf64_Ehdr theirs;

    return read_elf_header(path, &theirs) && read_elf_header("/proc/self/exe", &ours) &&
           theirs.e_ident[EI_CLASS] == ours.e_ident[EI_CLASS] && theirs.e_machine == ours.e_machine;
}

static bool try_pattern(const char *pattern, char *ret, size_t cap)
{
    glob_t found = {.gl_pathc = 0};
    bool ok = false;

    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc && !ok; i++) {
            const char *path = found.gl_pathv[i];

            /* LD_PRELOAD is separated by colons and blanks and knows no escape. */
            if (strlen(path) < cap && strpbrk(path, ": \t") == NULL && is_for_this_machine(path)) {
                snprintf(ret, cap, "%s", path);
                ok = true;
            }
        }
    }
    globfree(&found);
    return ok;
}

static bool try_directory(const struct library_row *row, const char *dir, int dir_len, char *ret,
                          size_t cap)
{
    char pattern[1024];

    for (size_t i = 0; i < MAX_NAMES && row->names[i] != NULL; i++) {
        int len = snprintf(pattern, sizeof(pattern), "%.*s/%s", dir_len, dir, row->names[i]);

        if (len < (int)sizeof(pattern) && try_pattern(pattern, ret, cap))
            return true;
    }
    return false;
}

static ASSAY_RESULT find_library(const struct library_row *row, char *ret, size_t cap,
                                 struct assay_error *err)
{
    const char *own = getenv("ASSAY_PRELOAD_PATH");

    while (own != NULL && *own != '\0') {
        size_t len = strcspn(own, ":");

        if (len > 0 && try_directory(row, own, (int)len, ret, cap))
            return ASSAY_OK;
        own += len + (own[len] == ':');
    }
    for (size_t i = 0; i < DIR_COUNT; i++) {
        if (try_directory(row, library_dirs[i], (int)strlen(library_dirs[i]), ret, cap))
            return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                           "%s is not installed (looked in ASSAY_PRELOAD_PATH and the library "
                           "directories below /usr and /lib): install the package %s",
                           row->what, row->package);
}

ASSAY_RESULT board_preload_find(struct board_preload *ret, struct assay_error *err)
{
    struct board_preload found;

    ASSAY_TRY(find_library(&nss_wrapper, found.nss_wrapper, sizeof(found.nss_wrapper), err));
    ASSAY_TRY(find_library(&faketime, found.faketime, sizeof(found.faketime), err));
    *ret = found;
    return ASSAY_OK;
}
