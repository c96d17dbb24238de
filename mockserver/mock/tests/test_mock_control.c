/* SPDX-License-Identifier: Apache-2.0 */
/* assay-mock with several listeners, told what to do while real clients use it. */
#include "json_value.h"
#include "mock_program.h"
#include "test_support.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define GOOD "\"san\":[\"dns:broker.bench.test\",\"ip:127.0.0.1\"]"

static const char three[] = "{\"listeners\":["
                            "{\"name\":\"broker\",\"server\":{\"certs\":{\"leaf\":{" GOOD "}}}},"
                            "{\"name\":\"plain\",\"server\":{\"service\":\"mqtt\"}},"
                            "{\"name\":\"web\",\"server\":{\"service\":\"http\"}}]}";

struct bench {
    struct mock_program p;
    char config[PATH_MAX];
    char root[PATH_MAX];
    char socket[PATH_MAX];
    char ports[8][8]; /* of the listeners, in their order */
    struct buf reply; /* of the last command, or what the last client printed */
};

static void take_ports(struct bench *b)
{
    const struct value *list = value_get(b->p.ready, "listeners");

    for (size_t i = 0; i < value_count(list) && i < 8; i++)
        snprintf(b->ports[i], sizeof(b->ports[i]), "%d",
                 (int)value_int(value_get(value_at(list, i), "port")));
}

static bool begin(struct bench *b, const char *config)
{
    const char *options[] = {"--config",   mock_program_path("bench.json", b->config),
                             "--root-out", mock_program_path("root.pem", b->root),
                             "--control",  mock_program_path("control", b->socket),
                             "--drain",    "300",
                             NULL};

    buf_init(&b->reply, OUTPUT_MAX);
    if (!CHECK(mock_program_write(b->config, config)) || !CHECK(mock_program_start(&b->p, options)))
        return false;
    take_ports(b);
    return true;
}

static void end(struct bench *b)
{
    struct exec_outcome outcome = mock_program_stop(&b->p, SIGTERM);

    CHECK(!outcome.signalled && outcome.code == 0);
    mock_program_check_lines(&b->p.output);
    CHECK(access(b->socket, F_OK) != 0);
    buf_done(&b->p.output);
    buf_done(&b->reply);
}

/* Returns the exit code; the reply stands in b->reply. */
static int tell(struct bench *b, const char *words)
{
    const char *argv[] = {ASSAY_MOCK_PROGRAM, "--tell", b->socket, words, NULL};

    mock_program_drain(&b->p);
    buf_clear(&b->reply);
    return mock_program_run(argv, &b->reply).code;
}

static int publish(struct bench *b, size_t listener)
{
    const char *argv[16] = {"timeout",
                            "2",
                            "mosquitto_pub",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            b->ports[listener],
                            "-t",
                            "t",
                            "-m",
                            "x",
                            "-q",
                            "1"};
    size_t n = 13;

    if (listener == 0) {
        argv[n++] = "--cafile";
        argv[n++] = b->root;
    }
    mock_program_drain(&b->p);
    buf_clear(&b->reply);
    return mock_program_run(argv, &b->reply).code;
}

/* What the web server answers, with its header. */
static const char *fetch(struct bench *b, size_t listener)
{
    char url[64];
    const char *argv[] = {"curl", "-s", "-i", "--max-time", "5", url, NULL};

    snprintf(url, sizeof(url), "http://127.0.0.1:%s/", b->ports[listener]);
    mock_program_drain(&b->p);
    buf_clear(&b->reply);
    (void)mock_program_run(argv, &b->reply);
    return buf_text(&b->reply);
}

static bool saw(struct bench *b, const char *text)
{
    return mock_program_read(b->p.child.stdout_fd, &b->p.output, text);
}

static void serves_several_and_every_event_names_its_listener(void)
{
    struct bench b = {0};
    struct stat st = {0};

    REQUIRE(begin(&b, three));
    REQUIRE(stat(b.socket, &st) == 0);
    CHECK_UINT_EQ(st.st_mode & 0777, 0600);
    CHECK_INT_EQ(publish(&b, 0), 0);
    CHECK_INT_EQ(publish(&b, 1), 0);
    CHECK_STR_CONTAINS(fetch(&b, 2), "200 OK");
    CHECK_INT_EQ(tell(&b, "status"), 0);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "\"name\":\"web\",\"service\":\"http\"");
    CHECK_STR_CONTAINS(buf_text(&b.reply), "\"open\":0,\"total\":1,\"faults\":[]");
    end(&b);
}

static void events_are_marked_and_connections_numbered_together(void)
{
    struct bench b = {0};

    REQUIRE(begin(&b, three));
    CHECK_INT_EQ(publish(&b, 1), 0);
    CHECK_STR_CONTAINS(fetch(&b, 2), "200 OK");
    CHECK(saw(&b, "\"ev\":\"http.response\",\"conn\":2"));
    CHECK(saw(&b, "\"listener\":\"web\"}"));
    CHECK_STR_CONTAINS(buf_text(&b.p.output), "\"ev\":\"mqtt.connect\",\"conn\":1");
    CHECK_STR_CONTAINS(buf_text(&b.p.output), "\"listener\":\"plain\"}");
    end(&b);
}

static void faults_come_and_go_while_it_runs(void)
{
    struct bench b = {0};

    REQUIRE(begin(&b, three));
    CHECK_INT_EQ(tell(&b, "@plain fault add \"withhold PUBACK\""), 0);
    CHECK_STR_EQ(buf_text(&b.reply),
                 "{\"ok\":true,\"faults\":{\"plain\":[\"withhold PUBACK\"]}}\n");
    CHECK_INT_EQ(publish(&b, 1), 124);
    CHECK_INT_EQ(publish(&b, 0), 0);
    CHECK_INT_EQ(tell(&b, "@plain fault remove withhold PUBACK"), 0);
    CHECK_INT_EQ(publish(&b, 1), 0);
    CHECK_INT_EQ(tell(&b, "fault add refuse"), 0);
    CHECK(publish(&b, 0) != 0);
    CHECK(publish(&b, 1) != 0);
    CHECK_INT_EQ(tell(&b, "@web fault remove 1"), 0);
    CHECK_STR_CONTAINS(fetch(&b, 2), "200 OK");
    CHECK_INT_EQ(tell(&b, "fault clear"), 0);
    CHECK_STR_EQ(buf_text(&b.reply),
                 "{\"ok\":true,\"faults\":{\"broker\":[],\"plain\":[],\"web\":[]}}\n");
    CHECK_INT_EQ(publish(&b, 0), 0);
    CHECK(saw(&b, "{\"t\":"));
    CHECK(saw(
        &b, "\"ev\":\"mock.command\",\"text\":\"@plain fault add withhold PUBACK\",\"ok\":true}"));
    CHECK(saw(&b, "\"paths\":[\"faults\",\"mqtt\"],\"listener\":\"plain\"}"));
    end(&b);
}

static void certificates_change_and_are_renewed_by_the_clock(void)
{
    struct bench b = {0};

    REQUIRE(begin(&b, three));
    CHECK_INT_EQ(tell(&b, "@broker set certs.leaf.not_after -1s"), 0);
    CHECK(publish(&b, 0) != 0);
    CHECK_INT_EQ(tell(&b, "@broker set certs.leaf.not_after null"), 0);
    CHECK_INT_EQ(publish(&b, 0), 0);
    CHECK_INT_EQ(tell(&b, "@broker clock advance +9y"), 0); /* what was minted stays */
    CHECK_INT_EQ(publish(&b, 0), 0);
    CHECK_INT_EQ(tell(&b, "@broker renew"), 0); /* valid in nine years only */
    CHECK(publish(&b, 0) != 0);
    CHECK_INT_EQ(tell(&b, "clock set now"), 0);
    CHECK_INT_EQ(tell(&b, "renew"), 0);
    CHECK_INT_EQ(publish(&b, 0), 0);
    end(&b);
}

static void the_clock_is_what_clients_see_at_once(void)
{
    struct bench b = {0};

    REQUIRE(begin(&b, three));
    CHECK_INT_EQ(tell(&b, "@web clock set 2031-02-03T04:05:06Z"), 0);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "\"web\":\"2031-02-03T04:05:0");
    CHECK_STR_CONTAINS(fetch(&b, 2), "Date: Mon, 03 Feb 2031 04:05");
    CHECK_INT_EQ(tell(&b, "@web clock advance -1d"), 0);
    CHECK_STR_CONTAINS(fetch(&b, 2), "Date: Sun, 02 Feb 2031 04:05");
    CHECK_INT_EQ(tell(&b, "clock advance 2031-02-03T04:05:06Z"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "is no step");
    CHECK(saw(&b, "\"ev\":\"clock.set\""));
    end(&b);
}

#define AZURE "\"face\":{\"name\":\"azure\",\"key\":\"AAAA\"}"

/* Of several listeners the only one with a face is meant. */
static void a_cloud_takes_orders_and_says_what_it_cannot_do(void)
{
    struct bench b;

    REQUIRE(begin(&b, "{\"listeners\":[{\"name\":\"hub\",\"server\":{" AZURE "}},"
                      "{\"name\":\"plain\",\"server\":{\"service\":\"mqtt\"}}]}"));
    CHECK_INT_EQ(tell(&b, "order message device=d payload=top secret"), 0);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "\"ordered\":\"hub\"");
    CHECK(saw(&b, "\"operation\":\"enqueued\""));
    CHECK(saw(&b, "\"text\":\"order message device=d\""));
    CHECK(strstr(buf_text(&b.p.output), "secret") == NULL);
    CHECK_INT_EQ(tell(&b, "order method reboot device=d"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "404, the device \\\"d\\\" is not connected");
    CHECK_INT_EQ(tell(&b, "@plain order method reboot"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "passes for no service");
    CHECK_INT_EQ(tell(&b, "clock advance +2h"), 0);
    CHECK(saw(&b, "\"operation\":\"expired\""));
    end(&b);
}

static void a_wrong_command_changes_nothing_for_anybody(void)
{
    static const struct {
        const char *words, *says;
        int code;
    } rows[] = {
        {"fault add slow", "did you mean", 1},
        {"fault remove 7", "{\"ok\":true", 0}, /* of all: those that have one */
        {"@web fault remove 7", "there is no such fault", 1},
        {"@wbe status", "there is no listener \\\"wbe\\\"; there are: broker, plain, web", 1},
        {"set mqtt.connack_code 999", "mqtt.connack_code is 999", 1},
        {"change {\"service\":\"mqtt\"}",
         "listener \\\"web\\\": service: \\\"http\\\" cannot become", 1},
        {"{\"do\":\"help\"", "command:1:", 1},
        {"fualt", "is no command", 2},
    };
    struct bench b = {0};

    REQUIRE(begin(&b, three));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int code = tell(&b, rows[i].words);

        test_check(code == rows[i].code, __FILE__, __LINE__, "%s: %d", rows[i].words, code);
        CHECK_STR_CONTAINS(buf_text(&b.reply), rows[i].says);
    }
    CHECK_INT_EQ(publish(&b, 0), 0); /* still with TLS: the change was for all or none */
    CHECK_INT_EQ(publish(&b, 1), 0);
    end(&b);
}

static int connect_to_control(const struct bench *b)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(b->socket);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (!CHECK(len < sizeof(address.sun_path)))
        return -1;
    memcpy(address.sun_path, b->socket, len + 1);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    return fd;
}

/* Nobody serves it, so nobody of ours could end it in words. */
static void a_connection_that_nobody_serves_is_closed_too(void)
{
    struct bench b;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char byte = 0;

    REQUIRE(begin(&b, "{\"listeners\":[{\"name\":\"mute\",\"server\":{\"service\":\"mqtt\","
                      "\"net\":{\"accept\":\"silent\"}}}]}"));
    to.sin_port = htons((uint16_t)strtoul(b.ports[0], NULL, 10));
    REQUIRE(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
    REQUIRE(saw(&b, "\"ev\":\"net.open\",\"conn\":1"));
    CHECK_INT_EQ(tell(&b, "close connection=1"), 0);
    CHECK_STR_EQ(buf_text(&b.reply), "{\"ok\":true,\"closed\":{\"mute\":1}}\n");
    CHECK_INT_EQ(recv(fd, &byte, 1, 0), -1); /* a RST: no FIN may leave */
    close(fd);
    CHECK_INT_EQ(tell(&b, "status"), 0);
    end(&b);
}

/* A client of the control socket that says all at once and hangs up its side. */
static void many_lines_get_as_many_replies(void)
{
    static const char lines[] = "{\"do\":\"clock\"}\nnonsense\n{\"do\":\"fault\"}\n";
    struct bench b = {0};
    const char *at = NULL;
    size_t count = 0;
    int fd = -1;

    REQUIRE(begin(&b, three));
    fd = connect_to_control(&b);
    CHECK(send(fd, lines, sizeof(lines) - 1, 0) == (ssize_t)sizeof(lines) - 1);
    CHECK(shutdown(fd, SHUT_WR) == 0);
    CHECK(mock_program_read(fd, &b.reply, NULL));
    for (at = buf_text(&b.reply); (at = strchr(at, '\n')) != NULL; at++)
        count++;
    CHECK_UINT_EQ(count, 3);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "{\"ok\":false,\"error\":\"command:1:");
    close(fd);
    end(&b);
}

static void who_sends_no_end_of_line_is_let_go_and_others_are_served(void)
{
    static char much[1 << 16];
    struct bench b = {0};
    size_t sent = 0;
    int fd = -1;

    memset(much, ' ', sizeof(much));
    REQUIRE(begin(&b, three));
    fd = connect_to_control(&b);
    while (sent < 8 << 20) {
        ssize_t took = send(fd, much, sizeof(much), MSG_NOSIGNAL);

        if (took <= 0)
            break;
        sent += (size_t)took;
    }
    CHECK(sent < 4 << 20);
    CHECK_INT_EQ(tell(&b, "status"), 0);
    close(fd);
    end(&b);
}

static bool start_subscriber(struct bench *b, size_t listener, struct exec_child *sub)
{
    const char *argv[] = {"mosquitto_sub",
                          "-p",
                          b->ports[listener],
                          "-t",
                          "t",
                          "-V",
                          "mqttv5",
                          "-C",
                          "1",
                          "-W",
                          "20",
                          NULL};
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {.text = ""};

    spec.argv = argv;
    if (exec_start(&spec, sub, &err) != ASSAY_OK)
        test_skip(err.text);
    return CHECK(saw(b, "\"type\":\"SUBACK\""));
}

static bool start_client(struct bench *b, const char *id, struct exec_child *ret)
{
    const char *argv[] = {"mosquitto_sub", "-p", b->ports[1], "-t", id,   "-V",
                          "mqttv5",        "-i", id,          "-W", "20", NULL};
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {.text = ""};
    char topic[64];

    spec.argv = argv;
    if (exec_start(&spec, ret, &err) != ASSAY_OK)
        test_skip(err.text);
    snprintf(topic, sizeof(topic), "\"filters\":[\"%s\"]", id);
    return CHECK(saw(b, topic));
}

static void one_connection_is_closed_and_the_others_go_on(void)
{
    struct bench b;
    struct exec_child lamp;
    struct exec_child door;

    REQUIRE(begin(&b, three));
    REQUIRE(start_client(&b, "lamp", &lamp));
    REQUIRE(start_client(&b, "door", &door));
    CHECK_INT_EQ(tell(&b, "close client=lamp"), 0);
    CHECK_STR_EQ(buf_text(&b.reply), "{\"ok\":true,\"closed\":{\"plain\":1}}\n");
    CHECK(saw(&b, "\"reason\":152"));
    CHECK_INT_EQ(tell(&b, "close connection=2 reset=true"), 0);
    CHECK_STR_EQ(buf_text(&b.reply), "{\"ok\":true,\"closed\":{\"plain\":2}}\n");
    CHECK_INT_EQ(tell(&b, "close connection=99"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "no open connection 99");
    CHECK_INT_EQ(tell(&b, "close client=cellar"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "no client \\\"cellar\\\" is connected");
    exec_kill(&lamp, 1000);
    exec_kill(&door, 1000);
    end(&b);
}

static int connect_as(struct bench *b, const char *id)
{
    const char *argv[] = {"mosquitto_pub", "-p", b->ports[1], "-t", "t", "-m", "x", "-V",
                          "mqttv311",      "-i", id,          "-q", "1", NULL};

    mock_program_drain(&b->p);
    buf_clear(&b->reply);
    return mock_program_run(argv, &b->reply).code;
}

static void a_fault_may_be_for_one_client(void)
{
    struct bench b;

    REQUIRE(begin(&b, three));
    CHECK_INT_EQ(tell(&b, "@plain fault add code CONNACK reason=5 client=door"), 0);
    CHECK_INT_EQ(connect_as(&b, "lamp"), 0);
    CHECK_INT_EQ(connect_as(&b, "door"), 5);
    CHECK_INT_EQ(connect_as(&b, "lamp"), 0);
    end(&b);
}

static void after_a_reload_old_connections_finish_and_new_ones_meet_the_new_file(void)
{
    struct bench b = {0};
    struct exec_child sub;
    struct exec_outcome outcome;

    REQUIRE(begin(&b, three));
    REQUIRE(start_subscriber(&b, 1, &sub));
    CHECK(mock_program_write(b.config,
                             "{\"listeners\":["
                             "{\"name\":\"broker\",\"server\":{\"certs\":{\"leaf\":{" GOOD "}}}},"
                             "{\"name\":\"plain\",\"server\":{\"service\":\"mqtt\","
                             "\"mqtt\":{\"connack_code\":5}}},"
                             "{\"name\":\"more\",\"server\":{\"service\":\"http\"}}]}"));
    kill(b.p.child.pid, SIGHUP);
    CHECK(saw(&b, "\"ev\":\"mock.reload\",\"ok\":true,\"replaced\":[\"web\",\"plain\"]}"));
    CHECK_INT_EQ(publish(&b, 1), 5);
    CHECK_INT_EQ(publish(&b, 0), 0); /* left alone */
    CHECK_INT_EQ(tell(&b, "status"), 0);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "\"replaced_open\":1}");
    CHECK_STR_CONTAINS(buf_text(&b.reply), "\"name\":\"more\"");
    CHECK(strstr(buf_text(&b.reply), "\"name\":\"web\"") == NULL);
    CHECK(strstr(fetch(&b, 2), "200 OK") == NULL); /* nobody listens there any more */
    exec_kill(&sub, 1000);
    do {
        CHECK_INT_EQ(tell(&b, "status"), 0);
    } while (strstr(buf_text(&b.reply), "\"replaced_open\":0}") == NULL);
    outcome = mock_program_stop(&b.p, SIGTERM);
    CHECK_INT_EQ(outcome.code, 0);
    buf_done(&b.p.output);
    buf_done(&b.reply);
}

static void a_wrong_file_is_refused_and_the_old_one_stays_in_force(void)
{
    struct bench b = {0};

    REQUIRE(begin(&b, three));
    CHECK(mock_program_write(b.config, "{\"listeners\":[{\"name\":\"plain\",\"server\":"
                                       "{\"service\":\"mqtt\",\"net\":{\"x\":1}}}]}"));
    CHECK_INT_EQ(tell(&b, "reload"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "net.x: no such key");
    kill(b.p.child.pid, SIGHUP);
    CHECK(saw(&b, "\"ev\":\"mock.reload\",\"ok\":false,\"error\":\"net.x: no such key"));
    CHECK(mock_program_write(b.config, "{"));
    CHECK_INT_EQ(tell(&b, "reload"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "bench.json:1:");
    /* One of several cannot listen: none of them does. */
    CHECK(mock_program_write(b.config,
                             "{\"listeners\":[{\"name\":\"plain\",\"server\":{\"service\":\"mqtt\","
                             "\"mqtt\":{\"connack_code\":5}}},{\"name\":\"far\",\"address\":"
                             "\"203.0.113.7\",\"server\":{\"service\":\"mqtt\"}}]}"));
    CHECK_INT_EQ(tell(&b, "reload"), 1);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "listener \\\"far\\\": ");
    CHECK_INT_EQ(publish(&b, 1), 0);
    CHECK_INT_EQ(publish(&b, 0), 0);
    end(&b);
}

static void a_reload_brings_back_what_commands_have_changed(void)
{
    struct bench b = {0};

    REQUIRE(begin(&b, three));
    CHECK_INT_EQ(tell(&b, "@plain fault add refuse"), 0);
    CHECK_INT_EQ(tell(&b, "reload"), 0);
    CHECK(saw(&b, "\"ev\":\"mock.reload\",\"ok\":true,\"replaced\":[\"plain\"]}"));
    CHECK_INT_EQ(publish(&b, 1), 0);
    end(&b);
}

static void a_stop_lets_connections_finish_for_a_while_and_then_says_goodbye(void)
{
    struct bench b = {0};
    struct exec_child sub;
    struct exec_outcome outcome;

    REQUIRE(begin(&b, three));
    REQUIRE(start_subscriber(&b, 1, &sub));
    CHECK_INT_EQ(tell(&b, "stop 100"), 0);
    CHECK_STR_EQ(buf_text(&b.reply), "{\"ok\":true,\"open\":1}\n");
    outcome = mock_program_stop(&b.p, 0);
    CHECK(!outcome.signalled && outcome.code == 0);
    CHECK_STR_CONTAINS(buf_text(&b.p.output),
                       "\"ev\":\"mock.stop\",\"connections\":1,\"limit_ms\":100}");
    CHECK_STR_CONTAINS(buf_text(&b.p.output), "\"type\":\"DISCONNECT\"");
    CHECK_STR_CONTAINS(buf_text(&b.p.output), "\"reason\":139");
    mock_program_check_lines(&b.p.output);
    exec_kill(&sub, 1000);
    buf_done(&b.p.output);
    buf_done(&b.reply);
}

static void a_second_signal_ends_at_once(void)
{
    struct bench b = {0};
    struct exec_child sub;
    struct exec_outcome outcome;

    REQUIRE(begin(&b, three));
    REQUIRE(start_subscriber(&b, 1, &sub));
    CHECK_INT_EQ(tell(&b, "stop 3600000"), 0);
    CHECK(saw(&b, "mock.stop"));
    outcome = mock_program_stop(&b.p, SIGTERM);
    CHECK(!outcome.signalled && outcome.code == 0);
    exec_kill(&sub, 1000);
    buf_done(&b.p.output);
    buf_done(&b.reply);
}

static void a_socket_that_is_left_behind_is_replaced_and_one_in_use_is_not(void)
{
    struct bench b = {0};
    struct bench again = {0};
    const char *taken[] = {ASSAY_MOCK_PROGRAM, "--control", b.socket, NULL};
    const char *file[] = {ASSAY_MOCK_PROGRAM, "--control", b.config, NULL};
    struct exec_outcome outcome;

    REQUIRE(begin(&b, three));
    CHECK_INT_EQ(mock_program_run(taken, &b.reply).code, 3);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "another program listens there");
    CHECK_INT_EQ(mock_program_run(file, &b.reply).code, 2);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "something that is no socket stands there");
    outcome = mock_program_stop(&b.p, SIGKILL);
    CHECK(outcome.signalled);
    CHECK(access(b.socket, F_OK) == 0);
    CHECK_INT_EQ(tell(&b, "status"), 2);
    CHECK_STR_CONTAINS(buf_text(&b.reply), "nobody listens there");
    REQUIRE(begin(&again, three));
    CHECK_INT_EQ(tell(&again, "status"), 0);
    end(&again);
    buf_done(&b.p.output);
    buf_done(&b.reply);
}

TEST_SUITE(mock_control, TEST(serves_several_and_every_event_names_its_listener),
           TEST(events_are_marked_and_connections_numbered_together),
           TEST(faults_come_and_go_while_it_runs),
           TEST(certificates_change_and_are_renewed_by_the_clock),
           TEST(the_clock_is_what_clients_see_at_once),
           TEST(one_connection_is_closed_and_the_others_go_on),
           TEST(a_connection_that_nobody_serves_is_closed_too), TEST(a_fault_may_be_for_one_client),
           TEST(a_cloud_takes_orders_and_says_what_it_cannot_do),
           TEST(a_wrong_command_changes_nothing_for_anybody), TEST(many_lines_get_as_many_replies),
           TEST(who_sends_no_end_of_line_is_let_go_and_others_are_served),
           TEST(after_a_reload_old_connections_finish_and_new_ones_meet_the_new_file),
           TEST(a_wrong_file_is_refused_and_the_old_one_stays_in_force),
           TEST(a_reload_brings_back_what_commands_have_changed),
           TEST(a_stop_lets_connections_finish_for_a_while_and_then_says_goodbye),
           TEST(a_second_signal_ends_at_once),
           TEST(a_socket_that_is_left_behind_is_replaced_and_one_in_use_is_not));
