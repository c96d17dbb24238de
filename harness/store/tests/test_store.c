/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event_kinds.h"
#include "store/store.h"
#include "test_support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void fill_case(struct case_record *c, const char *id)
{
    REQUIRE_OK(case_record_init(c));
    REQUIRE_OK(record_set(&c->board, "virtual/bearssl"));
    REQUIRE_OK(record_set(&c->id, id));
    REQUIRE_OK(record_set(&c->title, "Leaf \"expired\"\nyesterday"));
    REQUIRE_OK(record_set(&c->reason, "bytes \xff of a board"));
    REQUIRE_OK(record_set(&c->observed.alert.name, "bad_certificate"));
    REQUIRE_OK(record_set(&c->observed.client_hello.server_name, "broker.bench.test"));
    REQUIRE_OK(record_list_add(&c->observed.client_hello.ciphers, "TLS_AES_128_GCM_SHA256"));
    REQUIRE_OK(record_list_add(&c->spec, "RFC 5280 section 6.1.3"));
    c->observed.alert.present = true;
    c->observed.alert.code = 42;
    c->observed.client_hello.present = true;
    c->verdict = VERDICT_FAIL_LEAK;
    c->verdict_before_waiver = VERDICT_FAIL_LEAK;
    c->severity = SEVERITY_S1;
    c->category = CATEGORY_TIME;
    c->leak = 4;
    c->duration_ms = 12.5;
}

static void check_case(const struct case_record *c, const char *id)
{
    CHECK_STR_EQ(c->id, id);
    CHECK_STR_EQ(c->title, "Leaf \"expired\"\nyesterday");
    CHECK_STR_EQ(c->reason, "bytes \xef\xbf\xbd of a board");
    CHECK_STR_EQ(c->observed.alert.name, "bad_certificate");
    CHECK_INT_EQ(c->observed.alert.code, 42);
    CHECK(c->observed.client_hello.present);
    CHECK(!c->observed.mqtt.present);
    CHECK_UINT_EQ(c->observed.client_hello.ciphers.count, 1);
    CHECK_STR_EQ(c->spec.items[0], "RFC 5280 section 6.1.3");
    CHECK_INT_EQ(c->verdict, VERDICT_FAIL_LEAK);
    CHECK_INT_EQ(c->severity, SEVERITY_S1);
    CHECK_INT_EQ(c->category, CATEGORY_TIME);
    CHECK_INT_EQ(c->leak, 4);
    CHECK(c->duration_ms > 12.4 && c->duration_ms < 12.6);
}

static char *below(const char *name)
{
    char *path = NULL;

    return asprintf(&path, "%s/%s", test_directory(), name) < 0 ? NULL : path;
}

static void a_committed_case_comes_back_after_a_crash(void)
{
    char *dir = below("runs/one");
    struct store *s = NULL;
    struct store *again = NULL;
    char *seed = NULL;
    struct run_record run;
    struct case_record c;
    struct assay_error err = {.text = ""};

    REQUIRE_OK(store_create(dir, &s, &err));
    fill_case(&c, "TIME-01");
    CHECK_OK(store_commit_case(s, &c, &err));
    CHECK_OK(store_commit_case(s, &c, &err)); /* again: still one result */
    case_record_done(&c);
    CHECK_OK(store_put_setting(s, "seed", "7", &err));
    /* No store_close() before the folder is opened again: the process was killed here. */
    REQUIRE_OK(store_resume(dir, &again, &err));
    REQUIRE_OK(run_record_init(&run));
    CHECK_OK(store_load_cases(again, &run, &err));
    CHECK_OK(store_get_setting(again, "seed", &seed, &err));
    CHECK_STR_EQ(seed, "7");
    CHECK_UINT_EQ(run.case_count, 1);
    if (run.case_count == 1)
        check_case(&run.cases[0], "TIME-01");
    free(seed);
    run_record_done(&run);
    store_close(again);
    store_close(s);
    free(dir);
}

static void names_the_folder_that_holds_a_run_or_none(void)
{
    char *dir = below("two");
    struct store *s = NULL;
    struct store *other = NULL;
    struct assay_error err = {.text = ""};

    CHECK_INT_EQ(store_resume(dir, &s, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(err.text, dir);
    REQUIRE_OK(store_create(dir, &s, &err));
    CHECK_INT_EQ(store_create(dir, &other, &err), ASSAY_ERR_EXISTS);
    CHECK_STR_CONTAINS(err.text, "--resume");
    store_close(s);
    free(dir);
}

static void run_json_comes_back_as_it_was_written(void)
{
    struct run_record run;
    struct run_record back;
    struct case_record *c = NULL;
    struct board_record *b = NULL;
    struct assay_error err = {.text = ""};
    struct buf text;

    REQUIRE_OK(run_record_init(&run));
    REQUIRE_OK(run_record_add_board(&run, &b));
    REQUIRE_OK(record_set(&b->id, "virtual/bearssl"));
    REQUIRE_OK(record_set(&b->grade, "C"));
    REQUIRE_OK(board_record_add_cap(b, "C", "TIME-01", "why"));
    b->categories[CATEGORY_TIME] =
        (struct record_category){.category = CATEGORY_TIME, .present = true, .score = 50};
    REQUIRE_OK(run_record_add_case(&run, &c));
    case_record_done(c);
    fill_case(c, "SIG-09/rsa1024");
    run.exit_code = 1;
    run.seed = 99;
    buf_init(&text, 1 << 20);
    CHECK_OK(run_json_write(&run, &text));
    CHECK_OK(store_write_file(test_directory(), "run.json", &text, 0644, &err));
    REQUIRE_OK(run_json_read(test_directory(), &back, &err));
    CHECK_UINT_EQ(back.board_count, 1);
    CHECK_STR_EQ(back.boards[0].caps[0].case_id, "TIME-01");
    CHECK(back.boards[0].categories[CATEGORY_TIME].present);
    CHECK(!back.boards[0].categories[CATEGORY_NAME].present);
    CHECK_UINT_EQ(back.case_count, 1);
    check_case(&back.cases[0], "SIG-09/rsa1024");
    CHECK_INT_EQ(back.exit_code, 1);
    CHECK_INT_EQ(back.seed, 99);
    run_record_done(&back);
    run_record_done(&run);
    buf_done(&text);
}

static void a_damaged_run_json_gives_file_and_line(void)
{
    struct run_record run;
    struct assay_error err = {.text = ""};
    struct buf text;

    buf_init(&text, 1 << 10);
    REQUIRE_OK(buf_add_text(&text, "{\n\"schema\": \"assay.run/1\",\n oops"));
    REQUIRE_OK(store_write_file(test_directory(), "run.json", &text, 0644, &err));
    CHECK_INT_EQ(run_json_read(test_directory(), &run, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "run.json:3:");
    CHECK_INT_EQ(run_json_read("/nonexistent", &run, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(err.text, "/nonexistent/run.json");
    buf_done(&text);
}

static void a_file_that_cannot_be_written_is_named(void)
{
    struct assay_error err = {.text = ""};
    struct buf text;

    buf_init(&text, 16);
    REQUIRE_OK(buf_add_text(&text, "x"));
    CHECK_INT_EQ(store_write_file("/proc", "run.json", &text, 0644, &err), ASSAY_ERR_IO);
    CHECK_STR_CONTAINS(err.text, "/proc/run.json");
    buf_done(&text);
}

static void write_line(FILE *file, const struct event *e)
{
    struct buf line;

    buf_init(&line, 1 << 16);
    CHECK_OK(event_write_json(e, &line));
    fprintf(file, "%s\n", buf_text(&line));
    buf_done(&line);
}

static void write_transcript(const char *path)
{
    static const int64_t suites[] = {0xc02b, 0x1301};
    static const char *const names[] = {"a", "b"};
    struct event_builder e;
    FILE *file = fopen(path, "w");

    REQUIRE(file != NULL);
    event_begin(&e, NULL, "tls", EV_TLS_CLIENT_HELLO, 3);
    event_ints(&e, "ciphers", suites, 2);
    event_texts(&e, "cipher_names", names, 2);
    event_bytes(&e, "random", "\x00\xff", 2);
    event_bool(&e, "grease", true);
    event_text_len(&e, "server_name", "a\0b", 3);
    event_secret(&e, "hidden", "geheim", 6);
    write_line(file, &e.event);
    fputs("{\"t\":1,\"src\":\"x\",\"ev\":\"y", file);
    fclose(file);
}

/* As root, a file would take the place of /dev/null. */
static void what_is_no_file_is_written_to_and_stays(void)
{
    char path[256];
    struct stat found = {0};
    struct assay_error err;
    struct buf text;
    char got[8] = "";
    int fd = -1;

    snprintf(path, sizeof(path), "%s/pipe", test_directory());
    REQUIRE(mkfifo(path, 0600) == 0);
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(fd >= 0);
    buf_init(&text, 100);
    CHECK_OK(buf_add_text(&text, "hello"));
    CHECK_OK(store_write_file(test_directory(), "pipe", &text, 0644, &err));
    CHECK_INT_EQ(read(fd, got, sizeof(got) - 1), 5);
    CHECK_STR_EQ(got, "hello");
    CHECK_INT_EQ(lstat(path, &found), 0);
    CHECK(S_ISFIFO(found.st_mode));
    close(fd);
    buf_done(&text);
}

static void a_transcript_is_read_back_and_its_torn_end_dropped(void)
{
    char *path = below("transcript.jsonl");
    struct transcript *t = NULL;
    const struct event *back = NULL;
    struct assay_error err = {.text = ""};

    write_transcript(path);
    REQUIRE_OK(transcript_read(path, &t, &err));
    CHECK_UINT_EQ(transcript_count(t), 1);
    back = transcript_at(t, 0);
    REQUIRE(back != NULL);
    CHECK_UINT_EQ(back->conn, 3);
    CHECK_UINT_EQ(event_field(back, "ciphers")->count, 2);
    CHECK_INT_EQ(event_field(back, "ciphers")->ints[1], 0x1301);
    CHECK_STR_EQ(event_field(back, "cipher_names")->texts[1], "b");
    CHECK_UINT_EQ(event_field(back, "random")->text_len, 2);
    CHECK_MEM_EQ(event_field(back, "random")->text, "\x00\xff", 2);
    CHECK_UINT_EQ(event_field(back, "server_name")->text_len, 3);
    CHECK(event_get_bool(back, "grease"));
    CHECK_STR_EQ(event_get_text(back, "hidden"), "(secret)");
    transcript_free(t);
    free(path);
}

static bool is_no_evidence(void *ctx, const struct event *begin)
{
    unsigned *asked = ctx;

    (*asked)++;
    return strcmp(event_get_text(begin, "role"), "evidence") != 0;
}

static void an_attempt_that_the_reader_does_not_want_is_passed_over_unread(void)
{
    /* The line of the second attempt would be refused if it were parsed. */
    static const char lines[] =
        "{\"t\":1,\"src\":\"run\",\"ev\":\"case.begin\",\"id\":\"CH-01\"}\n"
        "{\"t\":2,\"src\":\"run\",\"ev\":\"attempt.begin\",\"role\":\"before\"}\n"
        "{\"t\":3,\"src\":\"run\",\"ev\":\"attempt.end\"}\n"
        "{\"t\":4,\"src\":\"run\",\"ev\":\"attempt.begin\",\"role\":\"evidence\"}\n"
        "{\"t\":5,\"src\":\"tls\",\"ev\":\"tls.alert\",nonsense\n"
        "{\"t\":6,\"src\":\"run\",\"ev\":\"attempt.end\"}\n"
        "{\"t\":7,\"src\":\"run\",\"ev\":\"attempt.begin\",\"role\":\"case\"}\n"
        "{\"t\":8,\"src\":\"run\",\"ev\":\"attempt.end\"}\n"
        "{\"t\":9,\"src\":\"run\",\"ev\":\"case.end\"}\n";
    static const uint64_t times[] = {1, 2, 3, 7, 8, 9};
    char *path = below("three.jsonl");
    FILE *file = fopen(path, "w");
    unsigned asked = 0;
    const struct transcript_wish wish = {.wants = is_no_evidence, .ctx = &asked};
    struct transcript *t = NULL;
    struct assay_error err = {.text = ""};

    REQUIRE(file != NULL);
    fputs(lines, file);
    fclose(file);
    REQUIRE_OK(transcript_read_wanted(path, &wish, &t, &err));
    CHECK_UINT_EQ(asked, 3);
    CHECK_UINT_EQ(transcript_count(t), sizeof(times) / sizeof(times[0]));
    for (size_t i = 0; i < transcript_count(t); i++)
        CHECK_UINT_EQ(transcript_at(t, i)->t_ns, times[i]);
    transcript_free(t);
    free(path);
}

static void settings_that_belong_together_are_kept_together(void)
{
    char *dir = below("together");
    struct store *s = NULL;
    struct store *again = NULL;
    char *seed = NULL;
    struct assay_error err = {.text = ""};

    REQUIRE_OK(store_create(dir, &s, &err));
    CHECK_OK(store_begin(s, &err));
    CHECK_OK(store_put_setting(s, "seed", "7", &err));
    REQUIRE_OK(store_resume(dir, &again, &err));
    CHECK_OK(store_get_setting(again, "seed", &seed, &err));
    CHECK(seed == NULL);
    CHECK_OK(store_commit(s, &err));
    CHECK_OK(store_get_setting(again, "seed", &seed, &err));
    CHECK_STR_EQ(seed, "7");
    free(seed);
    store_close(again);
    store_close(s);
    free(dir);
}

static void a_line_that_is_no_event_is_named(void)
{
    char *path = below("bad.jsonl");
    struct transcript *t = NULL;
    struct assay_error err = {.text = ""};
    FILE *file = fopen(path, "w");

    REQUIRE(file != NULL);
    fputs("{\"t\":1,\"src\":\"x\",\"ev\":\"y\"}\n{\"t\":1}\n", file);
    fclose(file);
    CHECK_INT_EQ(transcript_read(path, &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "bad.jsonl:2:");
    free(path);
}

TEST_SUITE(store, TEST(a_committed_case_comes_back_after_a_crash),
           TEST(settings_that_belong_together_are_kept_together),
           TEST(names_the_folder_that_holds_a_run_or_none),
           TEST(run_json_comes_back_as_it_was_written),
           TEST(a_damaged_run_json_gives_file_and_line),
           TEST(a_file_that_cannot_be_written_is_named),
           TEST(what_is_no_file_is_written_to_and_stays),
           TEST(a_transcript_is_read_back_and_its_torn_end_dropped),
           TEST(an_attempt_that_the_reader_does_not_want_is_passed_over_unread),
           TEST(a_line_that_is_no_event_is_named));
