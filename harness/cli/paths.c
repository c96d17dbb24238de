/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the installation's data is. In this order: $ASSAY_DATA_DIR (a folder with scenarios/ and
 * boards/); PREFIX/share/assay beside PREFIX/bin/assay; the source and build trees that this
 * program was built in. Never the working directory.
 */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PATH = 8192 };

static enum assay_status join(char **ret, const char *folder, const char *name)
{
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, MAX_PATH);
    status = buf_printf(&path, "%s/%s", folder, name);
    if (status == ASSAY_OK) {
        free(*ret);
        *ret = NULL;
        status = buf_take(&path, ret);
    }
    buf_done(&path);
    return status;
}

/* The folder that this program's file is in. */
static enum assay_status own_folder(char folder[static MAX_PATH], struct assay_error *err)
{
    ssize_t len = readlink("/proc/self/exe", folder, MAX_PATH - 1);

    if (len < 0)
        return assay_error_sys(err, errno, "cannot find the program's own file");
    folder[len] = '\0';
    *strrchr(folder, '/') = '\0';
    return ASSAY_OK;
}

static enum assay_status try_data(struct paths *paths, const char *data, bool *ret_found)
{
    ASSAY_TRY(join(&paths->scenarios, data, "scenarios"));
    ASSAY_TRY(join(&paths->boards, data, "boards"));
    *ret_found = access(paths->scenarios, R_OK) == 0 && access(paths->boards, R_OK) == 0;
    return ASSAY_OK;
}

static enum assay_status find_data(struct paths *paths, const char *folder, struct assay_error *err)
{
    const char *own = getenv("ASSAY_DATA_DIR");
    char *installed = NULL;
    bool found = false;
    enum assay_status status = ASSAY_OK;

    if (own != NULL && own[0] != '\0') {
        ASSAY_TRY(try_data(paths, own, &found));
        if (found)
            return ASSAY_OK;
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "ASSAY_DATA_DIR is %s, and there is no scenarios/ and boards/ in it",
                               own);
    }
    status = join(&installed, folder, "../share/assay");
    if (status == ASSAY_OK)
        status = try_data(paths, installed, &found);
    free(installed);
    if (status == ASSAY_OK && !found)
        status = try_data(paths, ASSAY_SOURCE_DIR, &found);
    if (status == ASSAY_OK && !found)
        status = assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                                 "the scenarios are not where this program was installed: set "
                                 "ASSAY_DATA_DIR to the folder that holds scenarios/ and boards/");
    return status;
}

/* Images are data: beside the scenarios where they are installed. */
static enum assay_status find_firmware(struct paths *paths, const char *folder)
{
    const char *own = getenv("ASSAY_FIRMWARE_DIR");

    if (own != NULL && own[0] != '\0')
        return join(&paths->firmware, own, ".");
    ASSAY_TRY(join(&paths->firmware, folder, "../share/assay/firmware"));
    if (access(paths->firmware, R_OK) == 0)
        return ASSAY_OK;
    return join(&paths->firmware, ASSAY_BINARY_DIR, "firmware");
}

enum assay_status paths_find(struct paths *ret, struct assay_error *err)
{
    char folder[MAX_PATH];
    const char *programs = getenv("ASSAY_PROGRAM_DIR");

    ASSAY_TRY(own_folder(folder, err));
    ASSAY_TRY(find_data(ret, folder, err));
    ASSAY_TRY(find_firmware(ret, folder));
    if (programs != NULL && programs[0] != '\0')
        return join(&ret->programs, programs, ".");
    ASSAY_TRY(join(&ret->programs, folder, "../libexec/assay"));
    if (access(ret->programs, R_OK) == 0)
        return ASSAY_OK;
    return join(&ret->programs, ASSAY_BINARY_DIR, "boards/virtual");
}

void paths_done(struct paths *paths)
{
    free(paths->scenarios);
    free(paths->boards);
    free(paths->programs);
    free(paths->firmware);
}
