/* SPDX-License-Identifier: Apache-2.0 */
#include "isolation.h"
#include "test_support.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_file(const char *path, const char *text)
{
    char whole[512];
    int fd = -1;

    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(whole, sizeof(whole), "%s%.*s", test_directory(), (int)(slash - path), path);
        (void)mkdir(whole, 0755);
    }
    snprintf(whole, sizeof(whole), "%s%s", test_directory(), path);
    fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static void check_advice(const char *path, const char *text, const char *says)
{
    struct buf out;

    make_file(path, text);
    buf_init(&out, 1024);
    CHECK_OK(isolation_advice(test_directory(), &out));
    test_check(strstr(buf_text(&out), says) != NULL && (says[0] != '\0' || out.len == 0), __FILE__,
               __LINE__, "%s \"%s\": \"%s\" does not say \"%s\"", path, text, buf_text(&out), says);
    buf_done(&out);
}

/* From the last row to the first: an earlier row is the one that is told. */
static void each_way_of_refusing_has_its_mend(void)
{
    check_advice("/run/.containerenv", "", "Podman");
    check_advice("/.dockerenv", "", "Docker");
    check_advice("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", "AppArmor");
    check_advice("/proc/sys/user/max_net_namespaces", "0\n", "user.max_net_namespaces=10000");
    check_advice("/proc/sys/user/max_user_namespaces", "0\n", "user.max_user_namespaces=10000");
    check_advice("/proc/sys/kernel/unprivileged_userns_clone", "0\n",
                 "kernel.unprivileged_userns_clone=1");
}

static void a_machine_that_refuses_nothing_gets_no_advice(void)
{
    check_advice("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n", "");
    check_advice("/proc/sys/user/max_user_namespaces", "63000\n", "");
    check_advice("/proc/sys/kernel/unprivileged_userns_clone", "1\n", "");
}

TEST_SUITE(isolation_advice, TEST(each_way_of_refusing_has_its_mend),
           TEST(a_machine_that_refuses_nothing_gets_no_advice));
