/* SPDX-License-Identifier: Apache-2.0 */
/* Who on a machine forbids namespaces to its users, and what they can do about it. */
#include "isolation.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* A file whose first character, or whose existence, means that namespaces are refused. */
static const struct advice_row {
    const char *path;
    char says; /* '\0': that it exists is enough */
    const char *advice;
} rows[] = {
    {"/proc/sys/kernel/unprivileged_userns_clone", '0',
     "only root may make namespaces here; mend: sysctl -w kernel.unprivileged_userns_clone=1"},
    {"/proc/sys/user/max_user_namespaces", '0',
     "the limit of user namespaces is 0; mend: sysctl -w user.max_user_namespaces=10000"},
    {"/proc/sys/user/max_net_namespaces", '0',
     "the limit of network namespaces is 0; mend: sysctl -w user.max_net_namespaces=10000"},
    {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1',
     "AppArmor takes a namespace's rights away; mend: sysctl -w "
     "kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with \"userns,\" for "
     "the program assay"},
    {"/.dockerenv", '\0',
     "this is a Docker container; mend: run it with --security-opt seccomp=unconfined "
     "--security-opt apparmor=unconfined"},
    {"/run/.containerenv", '\0',
     "this is a Podman container; mend: run it with --security-opt seccomp=unconfined"},
};

static bool applies(const char *root, const struct advice_row *row)
{
    char path[PATH_MAX];
    char first = '\0';
    bool is_so = false;
    int fd = -1;

    if (snprintf(path, sizeof(path), "%s%s", root, row->path) >= (int)sizeof(path))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    is_so = row->says == '\0' || (read(fd, &first, 1) == 1 && first == row->says);
    close(fd);
    return is_so;
}

enum assay_status isolation_advice(const char *root, struct buf *out)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (applies(root, &rows[i]))
            return buf_add_text(out, rows[i].advice);
    return ASSAY_OK;
}
