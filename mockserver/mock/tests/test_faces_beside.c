/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The face of mosquitto beside a real one: the same logins, the same answers. mosquitto_pub ends
 * with the code of the CONNACK that refused it.
 */
#include "mock_bed.h"
#include "test_support.h"

#include "base/deadline.h"
#include "base/exec.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { START_MS = 10000, PATH_TEXT = 108 };

#define RUN(bed, ...) mock_bed_run(bed, (const char *const[]){__VA_ARGS__, NULL})

/* It says "running" when its listener is open. */
static bool wait_until_it_runs(const struct exec_child *child)
{
    struct deadline deadline = deadline_in_ms(START_MS);
    struct buf said;
    bool runs = false;

    buf_init(&said, 1 << 16);
    while (!runs && !deadline_passed(&deadline)) {
        struct pollfd fds = {.fd = child->stderr_fd, .events = POLLIN};
        char text[512];
        ssize_t got = 0;

        poll(&fds, 1, deadline_left_ms(&deadline));
        got = read(child->stderr_fd, text, sizeof(text));
        if (got == 0 || (got > 0 && buf_add(&said, text, (size_t)got) != ASSAY_OK))
            break;
        runs = strstr(buf_text(&said), "running") != NULL;
    }
    buf_done(&said);
    return runs;
}

/* A mosquitto on a socket in the test's directory, which it may only reach as root. */
static bool start_mosquitto(const char *socket_path, const char *options, struct exec_child *ret)
{
    struct exec_spec spec = exec_spec_default();
    char config[PATH_TEXT];
    const char *const argv[] = {"mosquitto", "-c", config, NULL};
    const char *const installed[] = {"/usr/sbin/mosquitto", "-c", config, NULL};
    enum assay_status status = ASSAY_OK;
    FILE *f = NULL;

    snprintf(config, sizeof(config), "%.90s/m.conf", test_directory());
    f = fopen(config, "w");
    if (f == NULL)
        return false;
    fprintf(f, "listener 0 %s\n%s\nuser root\nlog_dest stderr\n", socket_path, options);
    fclose(f);
    spec.argv = argv;
    status = exec_start(&spec, ret, NULL);
    spec.argv = installed; /* not in the PATH of a user */
    if (status == ASSAY_ERR_NOT_FOUND)
        status = exec_start(&spec, ret, NULL);
    return status == ASSAY_OK && wait_until_it_runs(ret);
}

/* users: the text of the password file, NULL: none. */
static bool start_face(struct mock_bed *bed, const char *users, bool allow_anonymous)
{
    struct buf json;
    bool ok = false;

    buf_init(&json, 8192);
    ok = buf_printf(&json,
                    "{\"service\":\"mqtt\",\"face\":{\"name\":\"mosquitto\",\"allow_anonymous\":%s",
                    allow_anonymous ? "true" : "false") == ASSAY_OK &&
         (users == NULL || (buf_add_text(&json, ",\"password_file\":") == ASSAY_OK &&
                            json_add_string(&json, users, strlen(users)) == ASSAY_OK)) &&
         buf_add_text(&json, "}}") == ASSAY_OK && mock_bed_start(bed, buf_text(&json));
    buf_done(&json);
    return ok;
}

/* mosquitto_pub with this login, to the real one and to the face. */
static void compare(struct mock_bed *bed, const char *socket_path, const char *version,
                    const char *const *login)
{
    const char *const to[][4] = {{"--unix", socket_path, NULL, NULL},
                                 {"-h", "127.0.0.1", "-p", bed->port}};
    int codes[2] = {0};

    for (size_t i = 0; i < 2; i++) {
        const char *argv[20] = {"mosquitto_pub", "-V", version, "-i", "x", "-t", "a", "-m", "b"};
        size_t count = 9;

        for (size_t k = 0; k < 4 && to[i][k] != NULL; k++)
            argv[count++] = to[i][k];
        for (size_t k = 0; k < 4 && login[k] != NULL; k++)
            argv[count++] = login[k];
        CHECK(mock_bed_run(bed, argv));
        codes[i] = bed->exit_code;
    }
    CHECK_INT_EQ(codes[1], codes[0]);
    if (codes[1] != codes[0])
        printf("    %s %s %s\n", version, login[0] != NULL ? login[1] : "nobody",
               login[0] != NULL && login[2] != NULL ? login[3] : "");
}

static void compare_logins(const char *options, bool has_users, bool allow_anonymous)
{
    static const char *const versions[] = {"mqttv31", "mqttv311", "mqttv5"};
    static const char *const logins[][4] = {{NULL},
                                            {"-u", "alice", "-P", "wonder"},
                                            {"-u", "alice", "-P", "Wonder"},
                                            {"-u", "alice", NULL},
                                            {"-u", "bob", "-P", "wonder"}};
    struct mock_bed bed;
    struct exec_child child;
    char users_path[PATH_TEXT];
    char socket_path[PATH_TEXT];
    char config[2 * PATH_TEXT + 64];
    char users[1024] = "";
    FILE *f = NULL;

    snprintf(users_path, sizeof(users_path), "%.90s/users", test_directory());
    snprintf(socket_path, sizeof(socket_path), "%.90s/m.sock", test_directory());
    snprintf(config, sizeof(config), "%s%s%s", options, has_users ? "\npassword_file " : "",
             has_users ? users_path : "");
    REQUIRE(mock_bed_open(&bed));
    CHECK(RUN(&bed, "mosquitto_passwd", "-b", "-c", users_path, "alice", "wonder"));
    f = fopen(users_path, "r");
    REQUIRE(f != NULL);
    CHECK(fread(users, 1, sizeof(users) - 1, f) > 0);
    fclose(f);
    REQUIRE(start_mosquitto(socket_path, config, &child));
    REQUIRE(start_face(&bed, has_users ? users : NULL, allow_anonymous));
    for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++)
        for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++)
            compare(&bed, socket_path, versions[v], logins[i]);
    exec_kill(&child, 2000);
    mock_bed_close(&bed);
}

static void with_a_password_file_it_answers_as_mosquitto_does(void)
{
    compare_logins("allow_anonymous false", true, false);
}

static void with_a_password_file_and_strangers_it_answers_as_mosquitto_does(void)
{
    compare_logins("allow_anonymous true", true, true);
}

static void without_users_it_answers_as_mosquitto_does(void)
{
    compare_logins("allow_anonymous false", false, false);
}

static void for_everybody_it_answers_as_mosquitto_does(void)
{
    compare_logins("allow_anonymous true", false, true);
}

TEST_SUITE(faces_beside, TEST(with_a_password_file_it_answers_as_mosquitto_does),
           TEST(with_a_password_file_and_strangers_it_answers_as_mosquitto_does),
           TEST(without_users_it_answers_as_mosquitto_does),
           TEST(for_everybody_it_answers_as_mosquitto_does));
