/* SPDX-License-Identifier: Apache-2.0 */
#include "base/exec.h"

#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGV(...)     ((const char *const[]){__VA_ARGS__, NULL})
#define SHELL(script) ARGV("sh", "-c", script)

/* Run argv with the rest of the spec at its defaults; the text is left in output. */
static enum assay_status run(const char *const *argv, struct buf *output,
                             struct exec_outcome *outcome)
{
    struct exec_spec spec = exec_spec_default();

    buf_init(output, 65536);
    spec.argv = argv;
    return exec_run(&spec, deadline_in_ms(10000), output, outcome, NULL);
}

static void start(const char *const *argv, struct exec_child *ret)
{
    struct exec_spec spec = exec_spec_default();

    spec.argv = argv;
    REQUIRE_OK(exec_start(&spec, ret, NULL));
}

static bool wait_readable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, timeout_ms) > 0;
}

/* Read up to the end or a newline, waiting for it. */
static void read_line(int fd, char *line, size_t size)
{
    size_t len = 0;

    while (len + 1 < size && wait_readable(fd, 10000) && read(fd, line + len, 1) == 1 &&
           line[len] != '\n')
        len++;
    line[len] = '\0';
}

/* Gone, or dead and not yet collected by init, who inherits it. */
static bool is_dead(pid_t pid)
{
    char path[64];
    char text[256] = "";
    int fd = -1;
    ssize_t got = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return true;
    got = read(fd, text, sizeof(text) - 1);
    close(fd);
    return got <= 0 || strstr(text, ") Z") != NULL;
}

/* For a process that is not our child, so that there is nothing to wait on. */
static bool ends_soon(pid_t pid)
{
    struct deadline deadline = deadline_in_ms(5000);

    while (!is_dead(pid) && !deadline_passed(&deadline))
        poll(NULL, 0, 5);
    return is_dead(pid);
}

static void runs_a_program_and_collects_both_streams_in_order(void)
{
    struct buf output;
    struct exec_outcome outcome = {.code = -1};

    CHECK_OK(run(SHELL("echo one; echo two >&2; echo three; exit 7"), &output, &outcome));
    CHECK_STR_EQ(buf_text(&output), "one\ntwo\nthree\n");
    CHECK(!outcome.signalled);
    CHECK_INT_EQ(outcome.code, 7);
    buf_done(&output);
}

static void passes_arguments_as_they_are(void)
{
    struct buf output;
    struct exec_outcome outcome;

    CHECK_OK(run(ARGV("printf", "<%s>", "a b", "$HOME", "", "*;'\""), &output, &outcome));
    CHECK_STR_EQ(buf_text(&output), "<a b><$HOME><><*;'\">");
    buf_done(&output);
}

static void says_which_signal_ended_the_program(void)
{
    struct buf output;
    struct exec_outcome outcome = {.code = -1};

    CHECK_OK(run(SHELL("kill -ABRT $$"), &output, &outcome));
    CHECK(outcome.signalled);
    CHECK_INT_EQ(outcome.code, SIGABRT);
    buf_done(&output);
}

static void names_a_program_that_does_not_exist(void)
{
    static const char *const names[] = {"assay-no-such-program", "/nowhere/assay-tool", "./tool"};
    struct exec_spec spec = exec_spec_default();

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct assay_error err = {.status = ASSAY_OK};
        struct exec_child child = {.pid = 0};

        spec.argv = ARGV(names[i]);
        CHECK_INT_EQ(exec_start(&spec, &child, &err), ASSAY_ERR_NOT_FOUND);
        CHECK_INT_EQ(err.status, ASSAY_ERR_NOT_FOUND);
        CHECK_STR_CONTAINS(err.text, names[i]);
        CHECK_INT_EQ(child.pid, 0);
    }
    CHECK_INT_EQ(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left behind */
    CHECK_INT_EQ(errno, ECHILD);
}

static void refuses_an_empty_command(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child;

    spec.argv = ARGV("");
    CHECK_INT_EQ(exec_start(&spec, &child, NULL), ASSAY_ERR_ARG);
    spec.argv = ARGV(NULL);
    CHECK_INT_EQ(exec_start(&spec, &child, NULL), ASSAY_ERR_ARG);
    spec.argv = NULL;
    CHECK_INT_EQ(exec_start(&spec, &child, NULL), ASSAY_ERR_ARG);
}

static void says_why_the_system_refused_a_file(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child;
    struct assay_error err;
    char path[PATH_MAX];
    int fd = -1;

    snprintf(path, sizeof(path), "%s/tool", test_directory());
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    close(fd);
    spec.argv = ARGV(path);
    CHECK_INT_EQ(exec_start(&spec, &child, &err), ASSAY_ERR_IO);
    CHECK_INT_EQ(err.sys_errno, EACCES);
    CHECK_STR_CONTAINS(err.text, "executable");
    REQUIRE(chmod(path, 0700) == 0);
    CHECK_INT_EQ(exec_start(&spec, &child, &err), ASSAY_ERR_IO); /* never handed to a shell */
    CHECK_INT_EQ(err.sys_errno, ENOEXEC);
}

static void runs_in_the_given_directory(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;
    struct exec_child child;
    struct assay_error err;
    struct buf output;

    buf_init(&output, 4096);
    spec.argv = ARGV("pwd", "-P");
    spec.directory = "/usr";
    CHECK_OK(exec_run(&spec, deadline_in_ms(10000), &output, &outcome, NULL));
    CHECK_STR_EQ(buf_text(&output), "/usr\n");
    spec.directory = "/no/such/directory";
    CHECK_INT_EQ(exec_start(&spec, &child, &err), ASSAY_ERR_IO);
    CHECK_STR_CONTAINS(err.text, "/no/such/directory");
    buf_done(&output);
}

static void changes_the_environment_by_name(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;
    struct buf output;

    buf_init(&output, 65536);
    REQUIRE(setenv("ASSAY_KEPT", "kept", 1) == 0 && setenv("ASSAY_OLD", "old", 1) == 0 &&
            setenv("ASSAY_GONE", "gone", 1) == 0 && setenv("ASSAY_OLDER", "older", 1) == 0);
    spec.argv = ARGV("env");
    spec.env = ARGV("ASSAY_OLD=first", "ASSAY_OLD=new", "ASSAY_GONE", "ASSAY_ADDED=a=b");
    CHECK_OK(exec_run(&spec, deadline_in_ms(10000), &output, &outcome, NULL));
    CHECK_STR_CONTAINS(buf_text(&output), "ASSAY_KEPT=kept\n");
    CHECK_STR_CONTAINS(buf_text(&output), "ASSAY_OLD=new\n");
    CHECK_STR_CONTAINS(buf_text(&output), "ASSAY_OLDER=older\n");
    CHECK_STR_CONTAINS(buf_text(&output), "ASSAY_ADDED=a=b\n");
    CHECK(strstr(buf_text(&output), "ASSAY_OLD=old") == NULL);
    CHECK(strstr(buf_text(&output), "ASSAY_OLD=first") == NULL);
    CHECK(strstr(buf_text(&output), "ASSAY_GONE") == NULL);
    buf_done(&output);
}

static void kills_the_whole_group_at_the_deadline(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;
    struct assay_error err;
    struct buf output;
    int grandchild = 0;

    buf_init(&output, 4096);
    spec.argv = SHELL("trap '' TERM; sleep 600 & echo $!; wait; wait; sleep 600");
    CHECK_INT_EQ(exec_run(&spec, deadline_in_ms(300), &output, &outcome, &err), ASSAY_ERR_TIMEOUT);
    CHECK_STR_CONTAINS(err.text, "sh");
    grandchild = (int)strtol(buf_text(&output), NULL, 10);
    REQUIRE(grandchild > 0);
    CHECK(ends_soon(grandchild));
    buf_done(&output);
}

static void takes_what_the_program_left_running_along(void)
{
    struct buf output;
    struct exec_outcome outcome = {.code = -1};
    uint64_t began_ns = monotonic_ns();

    CHECK_OK(run(SHELL("sleep 600 & echo $!"), &output, &outcome));
    CHECK(monotonic_ns() - began_ns < 8000000000U);
    CHECK(ends_soon((pid_t)strtol(buf_text(&output), NULL, 10)));
    buf_done(&output);
}

static void waits_for_a_program_that_closed_its_streams(void)
{
    struct buf output;
    struct exec_outcome outcome = {.code = -1};

    CHECK_OK(run(SHELL("exec >&- 2>&-; sleep 0.2; exit 3"), &output, &outcome));
    CHECK_INT_EQ(outcome.code, 3);
    buf_done(&output);
}

static void drops_what_exceeds_the_maximum(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {.code = -1};
    struct buf output;

    buf_init(&output, 1000);
    spec.argv = SHELL("head -c 300000 /dev/zero | tr '\\0' x; exit 5");
    CHECK_OK(exec_run(&spec, deadline_in_ms(10000), &output, &outcome, NULL));
    CHECK_UINT_EQ(output.len, 1000);
    CHECK_INT_EQ(outcome.code, 5);
    CHECK_OK(exec_run(&spec, deadline_in_ms(10000), NULL, &outcome, NULL));
    buf_done(&output);
}

static void stops_a_program_that_never_stops_writing(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;

    spec.argv = ARGV("yes");
    CHECK_INT_EQ(exec_run(&spec, deadline_in_ms(300), NULL, &outcome, NULL), ASSAY_ERR_TIMEOUT);
}

static void gives_the_program_an_empty_input(void)
{
    struct buf output;
    struct exec_outcome outcome;

    CHECK_OK(run(SHELL("wc -c"), &output, &outcome));
    CHECK_INT_EQ(strtol(buf_text(&output), NULL, 10), 0);
    buf_done(&output);
}

static void lets_no_other_descriptor_through(void)
{
    struct buf output;
    struct exec_outcome outcome;
    int leaky = open("/dev/null", O_RDONLY); /* on purpose without O_CLOEXEC */
    int high = fcntl(leaky, F_DUPFD, 200);

    REQUIRE(leaky >= 3 && high >= 200);
    /* The listing itself takes one more, which ls opens as 3. */
    CHECK_OK(run(ARGV("ls", "/proc/self/fd"), &output, &outcome));
    CHECK_STR_EQ(buf_text(&output), "0\n1\n2\n3\n");
    close(leaky);
    close(high);
    buf_done(&output);
}

static void passes_the_descriptors_that_are_to_be_kept(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {.code = -1};
    struct buf output;
    char script[64];
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    CHECK_INT_EQ(write(ends[1], "kept\n", 5), 5);
    snprintf(script, sizeof(script), "head -n1 <&%d; echo x >&%d || echo gone", ends[0], ends[1]);
    buf_init(&output, 4096);
    spec.argv = SHELL(script);
    spec.kept_fds = &ends[0];
    spec.kept_fd_count = 1;
    CHECK_OK(exec_run(&spec, deadline_in_ms(10000), &output, &outcome, NULL));
    CHECK(strstr(buf_text(&output), "kept\n") != NULL && strstr(buf_text(&output), "gone") != NULL);
    buf_done(&output);
}

static void starts_with_no_signal_blocked_or_ignored(void)
{
    struct buf output;
    struct exec_outcome outcome;
    sigset_t blocked;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    CHECK_OK(run(ARGV("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"), &output, &outcome));
    CHECK_STR_EQ(buf_text(&output), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    buf_done(&output);
}

static void connects_streams_that_are_given(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child;
    struct exec_outcome outcome;
    char line[64];
    int in[2], out[2];

    REQUIRE(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    spec.argv = SHELL("read x; echo got $x; echo err >&2");
    spec.stdin_fd = in[0];
    spec.stdout_fd = out[1];
    spec.stderr_fd = out[1];
    REQUIRE_OK(exec_start(&spec, &child, NULL));
    CHECK_INT_EQ(child.stdout_fd, -1);
    CHECK_INT_EQ(child.stderr_fd, -1);
    CHECK_INT_EQ(write(in[1], "hello\n", 6), 6);
    read_line(out[0], line, sizeof(line));
    CHECK_STR_EQ(line, "got hello");
    read_line(out[0], line, sizeof(line));
    CHECK_STR_EQ(line, "err");
    CHECK(wait_readable(child.pid_fd, 10000));
    CHECK_OK(exec_reap(&child, &outcome));
}

static void connects_streams_whose_numbers_cross(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child;
    struct exec_outcome outcome;
    char line[64];
    int out[2], err[2];
    int kept[2] = {fcntl(1, F_DUPFD_CLOEXEC, 10), fcntl(2, F_DUPFD_CLOEXEC, 10)};

    REQUIRE(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
    /* Our 1 is to become its 2, and our 2 its 1. */
    dup2(out[1], 2);
    dup2(err[1], 1);
    spec.argv = SHELL("echo to out; echo to err >&2");
    spec.stdout_fd = 2;
    spec.stderr_fd = 1;
    CHECK_OK(exec_start(&spec, &child, NULL));
    dup2(kept[0], 1);
    dup2(kept[1], 2);
    read_line(out[0], line, sizeof(line));
    CHECK_STR_EQ(line, "to out");
    read_line(err[0], line, sizeof(line));
    CHECK_STR_EQ(line, "to err");
    CHECK(wait_readable(child.pid_fd, 10000));
    CHECK_OK(exec_reap(&child, &outcome));
}

static void works_without_standard_streams_of_our_own(void)
{
    struct buf output;
    struct exec_outcome outcome = {.code = -1};
    int kept[3];
    enum assay_status status = ASSAY_OK;

    for (int i = 0; i < 3; i++) {
        kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
        close(i);
    }
    status = run(SHELL("echo out; echo err >&2"), &output, &outcome);
    for (int i = 0; i < 3; i++)
        if (kept[i] >= 0)
            dup2(kept[i], i);
    CHECK_OK(status);
    CHECK_STR_EQ(buf_text(&output), "out\nerr\n");
    buf_done(&output);
}

static void gives_both_pipes_non_blocking_and_closed_on_exec(void)
{
    struct exec_child child = {.pid = 0};
    struct exec_outcome outcome;
    char line[64];

    start(SHELL("echo out; echo err >&2; exec sleep 600"), &child);
    REQUIRE(child.pid > 0);
    CHECK_INT_EQ(exec_reap(&child, &outcome), ASSAY_ERR_STATE);
    CHECK((fcntl(child.stdout_fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(child.stderr_fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(child.stdout_fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((fcntl(child.pid_fd, F_GETFD) & FD_CLOEXEC) != 0);
    read_line(child.stdout_fd, line, sizeof(line));
    CHECK_STR_EQ(line, "out");
    read_line(child.stderr_fd, line, sizeof(line));
    CHECK_STR_EQ(line, "err");
    CHECK_INT_EQ(getpgid(child.pid), child.pid);
    exec_kill(&child, 5000);
    CHECK_INT_EQ(child.pid, 0);
    CHECK_INT_EQ(child.pid_fd, -1);
    CHECK_INT_EQ(child.stdout_fd, -1);
    exec_kill(&child, 5000); /* nothing to do */
}

static void kills_a_program_that_ignores_a_polite_request(void)
{
    struct exec_child child = {.pid = 0};
    char line[64];
    pid_t pid = 0;
    uint64_t began_ns = monotonic_ns();

    start(SHELL("trap '' TERM; echo ready; while :; do sleep 600; done"), &child);
    REQUIRE(child.pid > 0);
    read_line(child.stdout_fd, line, sizeof(line));
    pid = child.pid;
    exec_kill(&child, 200);
    CHECK(monotonic_ns() - began_ns < 5000000000U);
    CHECK_INT_EQ(kill(pid, 0), -1);
}

static void lets_a_program_clean_up_within_the_grace(void)
{
    struct exec_child child = {.pid = 0};
    char path[PATH_MAX], script[PATH_MAX + 128], line[64];

    snprintf(path, sizeof(path), "%s/cleaned", test_directory());
    snprintf(script, sizeof(script),
             "trap 'echo clean > \"%s\"; exit 0' TERM; echo ready; while :; do sleep 0.05; done",
             path);
    start(SHELL(script), &child);
    REQUIRE(child.pid > 0);
    read_line(child.stdout_fd, line, sizeof(line));
    exec_kill(&child, 10000);
    CHECK_INT_EQ(access(path, F_OK), 0);
}

static void gives_the_program_a_terminal(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child;
    struct exec_outcome outcome;
    char line[64];
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    int slave = -1;

    REQUIRE(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(slave >= 0);
    spec.argv = SHELL("echo controlled > /dev/tty");
    spec.controlling_tty_fd = slave;
    REQUIRE_OK(exec_start(&spec, &child, NULL));
    CHECK_INT_EQ(getpgid(child.pid), child.pid);
    CHECK_INT_EQ(getsid(child.pid), child.pid);
    read_line(master, line, sizeof(line));
    CHECK_STR_EQ(line, "controlled\r");
    CHECK(wait_readable(child.pid_fd, 10000));
    CHECK_OK(exec_reap(&child, &outcome));
    CHECK_INT_EQ(outcome.code, 0);
    close(slave);
    close(master);
}

static void refuses_a_terminal_that_is_none(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child;
    struct assay_error err;
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    REQUIRE(fd >= 0);
    spec.argv = ARGV("true");
    spec.controlling_tty_fd = fd;
    CHECK_INT_EQ(exec_start(&spec, &child, &err), ASSAY_ERR_IO);
    CHECK_STR_CONTAINS(err.text, "terminal");
    close(fd);
}

static void adds_to_the_niceness(void)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;
    struct buf output;
    long before = 0;

    CHECK_OK(run(ARGV("nice"), &output, &outcome));
    before = strtol(buf_text(&output), NULL, 10);
    buf_clear(&output);
    spec.argv = ARGV("nice");
    spec.nice = 3;
    CHECK_OK(exec_run(&spec, deadline_in_ms(10000), &output, &outcome, NULL));
    CHECK_INT_EQ(strtol(buf_text(&output), NULL, 10), before + 3 > 19 ? 19 : before + 3);
    buf_done(&output);
}

/* In a child of the test: start a program, say its number, wait to be killed. */
static void start_and_wait(int report_fd) __attribute__((noreturn));

static void start_and_wait(int report_fd)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child = {.pid = 0};

    spec.argv = ARGV("sleep", "600");
    if (exec_start(&spec, &child, NULL) != ASSAY_OK)
        _exit(1);
    if (write(report_fd, &child.pid, sizeof(child.pid)) != (ssize_t)sizeof(child.pid))
        _exit(1);
    for (;;)
        pause();
}

static void takes_the_program_along_when_we_are_killed(void)
{
    int ends[2];
    pid_t bench = 0;
    pid_t program = 0;

    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    bench = fork();
    REQUIRE(bench >= 0);
    if (bench == 0)
        start_and_wait(ends[1]);
    close(ends[1]);
    CHECK_INT_EQ(read(ends[0], &program, sizeof(program)), sizeof(program));
    REQUIRE(program > 0 && kill(program, 0) == 0);
    kill(bench, SIGKILL);
    waitpid(bench, NULL, 0);
    CHECK(ends_soon(program));
}

static size_t count_open_descriptors(void)
{
    size_t count = 0;

    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void starts_hundreds_without_losing_a_descriptor(void)
{
    struct buf output;
    struct exec_outcome outcome;
    size_t open_before = count_open_descriptors();

    for (int i = 0; i < 200; i++) {
        enum assay_status status = run(ARGV(i % 2 == 0 ? "true" : "/no-such"), &output, &outcome);

        CHECK_INT_EQ(status, i % 2 == 0 ? ASSAY_OK : ASSAY_ERR_NOT_FOUND);
        buf_done(&output);
    }
    CHECK_UINT_EQ(count_open_descriptors(), open_before);
}

TEST_SUITE(exec, TEST(runs_a_program_and_collects_both_streams_in_order),
           TEST(passes_arguments_as_they_are), TEST(says_which_signal_ended_the_program),
           TEST(names_a_program_that_does_not_exist), TEST(refuses_an_empty_command),
           TEST(says_why_the_system_refused_a_file), TEST(runs_in_the_given_directory),
           TEST(changes_the_environment_by_name), TEST(kills_the_whole_group_at_the_deadline),
           TEST(takes_what_the_program_left_running_along),
           TEST(waits_for_a_program_that_closed_its_streams), TEST(drops_what_exceeds_the_maximum),
           TEST(stops_a_program_that_never_stops_writing), TEST(gives_the_program_an_empty_input),
           TEST(lets_no_other_descriptor_through), TEST(passes_the_descriptors_that_are_to_be_kept),
           TEST(starts_with_no_signal_blocked_or_ignored), TEST(connects_streams_that_are_given),
           TEST(connects_streams_whose_numbers_cross),
           TEST(works_without_standard_streams_of_our_own),
           TEST(gives_both_pipes_non_blocking_and_closed_on_exec),
           TEST(kills_a_program_that_ignores_a_polite_request),
           TEST(lets_a_program_clean_up_within_the_grace), TEST(gives_the_program_a_terminal),
           TEST(refuses_a_terminal_that_is_none), TEST(adds_to_the_niceness),
           TEST(takes_the_program_along_when_we_are_killed),
           TEST(starts_hundreds_without_losing_a_descriptor));
