/* SPDX-License-Identifier: Apache-2.0 */
/* assay doctor: what on this machine would stop a run, and the mend. One row of a table a check. */
#include "command.h"

#include "board/board.h"
#include "mock/mock.h"
#include "network/network.h"
#include "run/bench.h"
#include "scenario/scenario.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A check fills err with what is wrong and how to mend it, or found with what is there. */
struct finding {
    char found[256];
    struct assay_error err;
};

static enum assay_status check_scenarios(struct context *context, struct finding *f)
{
    struct scenario_set *set = NULL;

    ASSAY_TRY(scenario_set_load(context->paths.scenarios, &set, &f->err));
    snprintf(f->found, sizeof(f->found), "%zu in %.200s", scenario_set_count(set),
             context->paths.scenarios);
    scenario_set_free(set);
    return ASSAY_OK;
}

static enum assay_status check_boards(struct context *context, struct finding *f)
{
    struct value *ids = NULL;
    enum assay_status status = board_files_list(context->paths.boards, &ids, &f->err);

    for (size_t i = 0; status == ASSAY_OK && i < value_count(ids); i++) {
        struct board_file *file = NULL;

        status =
            board_file_load(context->paths.boards, value_text(value_at(ids, i)), &file, &f->err);
        board_file_free(file);
    }
    snprintf(f->found, sizeof(f->found), "%zu in %.200s", value_count(ids), context->paths.boards);
    value_free(ids);
    return status;
}

static enum assay_status check_programs(struct context *context, struct finding *f)
{
    static const char *const names[] = {"assay-board-bearssl", "assay-board-gnutls",
                                        "assay-board-mbedtls", "assay-board-wolfssl",
                                        "assay-board-openssl"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[4096];

        snprintf(path, sizeof(path), "%s/%s", context->paths.programs, names[i]);
        if (access(path, X_OK) != 0)
            return assay_error_set(&f->err, ASSAY_ERR_NOT_FOUND,
                                   "%s is missing: build it (cmake --build), or set "
                                   "ASSAY_PROGRAM_DIR to where the virtual boards' programs are",
                                   path);
    }
    snprintf(f->found, sizeof(f->found), "%.250s", context->paths.programs);
    return ASSAY_OK;
}

static enum assay_status check_bench(struct context *context, struct finding *f)
{
    struct bench *bench = NULL;
    struct pki_store *store = NULL;
    enum assay_status status = bench_open(NULL, &bench, &f->err);

    (void)context;
    if (status == ASSAY_OK)
        status = bench_load_store(bench, &store, &f->err);
    if (status == ASSAY_OK && access(bench_directory(bench), W_OK) != 0)
        status = assay_error_set(&f->err, ASSAY_ERR_IO,
                                 "%s cannot be written: the bench's roots, keys and locks are kept "
                                 "there; set ASSAY_BENCH_DIR to a folder of yours",
                                 bench_directory(bench));
    if (status == ASSAY_OK)
        snprintf(f->found, sizeof(f->found), "%.250s", bench_directory(bench));
    pki_store_free(store);
    bench_close(bench);
    return status;
}

static enum assay_status check_pty(struct context *context, struct finding *f)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    (void)context;
    if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0) {
        int sys_errno = errno;

        if (fd >= 0)
            close(fd);
        return assay_error_sys(&f->err, sys_errno,
                               "no pseudo-terminal for virtual boards (is /dev/pts mounted?)");
    }
    snprintf(f->found, sizeof(f->found), "pseudo-terminals can be had");
    close(fd);
    return ASSAY_OK;
}

static enum assay_status check_loopback(struct context *context, struct finding *f)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)context;
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 1) != 0) {
        int sys_errno = errno;

        if (fd >= 0)
            close(fd);
        return assay_error_sys(&f->err, sys_errno,
                               "cannot listen on 127.0.0.1 (is the loopback interface up?)");
    }
    snprintf(f->found, sizeof(f->found), "127.0.0.1 can be listened on");
    close(fd);
    return ASSAY_OK;
}

static enum assay_status check_preload(struct context *context, struct finding *f)
{
    struct board_preload preload;

    (void)context;
    ASSAY_TRY(board_preload_find(&preload, &f->err));
    snprintf(f->found, sizeof(f->found), "%.120s, %.120s", preload.nss_wrapper, preload.faketime);
    return ASSAY_OK;
}

static enum assay_status check_emulated(struct context *context, struct finding *f)
{
    const struct board_options options = {.program_dir = context->paths.programs,
                                          .firmware_dir = context->paths.firmware};
    struct value *ids = NULL;
    size_t count = 0;
    enum assay_status status = board_files_list(context->paths.boards, &ids, &f->err);

    for (size_t i = 0; status == ASSAY_OK && i < value_count(ids); i++) {
        struct board_file *file = NULL;

        status =
            board_file_load(context->paths.boards, value_text(value_at(ids, i)), &file, &f->err);
        if (status == ASSAY_OK && strcmp(board_file_driver(file), "emulated") == 0) {
            count++;
            status = board_file_check_machine(file, &options, &f->err);
        }
        board_file_free(file);
    }
    value_free(ids);
    snprintf(f->found, sizeof(f->found), "%zu can be run", count);
    return status;
}

static enum assay_status check_openssl(struct context *context, struct finding *f)
{
    (void)context;
    snprintf(f->found, sizeof(f->found), "%s", OpenSSL_version(OPENSSL_VERSION));
    return ASSAY_OK;
}

static enum assay_status check_isolation(struct context *context, struct finding *f)
{
    struct assay_error why = {.text = ""};

    (void)context;
    if (network_isolation_check(&why) != ASSAY_OK)
        return assay_error_set(&f->err, ASSAY_ERR_UNSUPPORTED,
                               "%s. Boards run on loopback meanwhile; cases that need the "
                               "registered ports or every address are not applicable",
                               why.text);
    snprintf(f->found, sizeof(f->found),
             "boards get a network of their own, where every address leads to the bench");
    return ASSAY_OK;
}

static enum assay_status check_mosquitto(struct context *context, struct finding *f)
{
    char version[MOCK_VERSION_TEXT];

    (void)context;
    ASSAY_TRY(mock_find_mosquitto(version, &f->err));
    snprintf(f->found, sizeof(f->found), "%s, for --broker mosquitto", version);
    return ASSAY_OK;
}

static const struct {
    const char *what;
    enum assay_status (*check)(struct context *context, struct finding *f);
    bool stops; /* a run; else it only costs something */
} checks[] = {
    {"scenarios", check_scenarios, true},       {"board files", check_boards, true},
    {"virtual boards", check_programs, true},   {"bench folder", check_bench, true},
    {"serial line", check_pty, true},           {"network", check_loopback, true},
    {"OpenSSL", check_openssl, true},           {"process boards", check_preload, false},
    {"emulated boards", check_emulated, false}, {"isolation", check_isolation, false},
    {"mosquitto", check_mosquitto, false},
};

static int run(struct context *context, int argc, char **argv)
{
    const struct command_option options[] = {{NULL, 0, OPTION_FLAG, NULL, NULL, NULL}};
    struct option_list words = {.count = 0};
    size_t stops = 0;
    int code = options_parse(context, &command_doctor, options, argc, argv, &words);

    if (code >= 0)
        return code;
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        struct finding f = {.found = ""};
        bool ok = checks[i].check(context, &f) == ASSAY_OK;

        stops += !ok && checks[i].stops;
        printf("%-8s %-15s %s\n",
               ok                ? "ok"
               : checks[i].stops ? "STOPS"
                                 : "limits",
               checks[i].what, ok ? f.found : f.err.text);
    }
    if (!context->quiet)
        printf("\n%s\n", stops == 0 ? "Nothing here would stop a run."
                                    : "What says STOPS has to be mended before a run.");
    return stops == 0 ? EXIT_AS_EXPECTED : EXIT_BENCH;
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "what on this machine would stop a run, and the mend",
    .run = run,
};
