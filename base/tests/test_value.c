/* SPDX-License-Identifier: Apache-2.0 */
#include "base/value.h"

#include "test_support.h"

#include <stdio.h>

/* Build from the shortest text that can say it: key=value;... where value is an integer, 'text, or
 * {...}. Only what these tests need. */
static struct value *parse_map(const char **at)
{
    struct value *map = value_new_map();

    while (**at != '\0' && **at != '}') {
        char key[32] = "";
        size_t len = strcspn(*at, "=");
        struct value *child = NULL;

        snprintf(key, sizeof(key), "%.*s", (int)len, *at);
        *at += len + 1;
        if (**at == '{') {
            (*at)++;
            child = parse_map(at);
            (*at)++;
        } else {
            len = strcspn(*at, ";}");
            child = len == 0 ? value_new_null() : value_new_bytes(*at, len);
            *at += len;
        }
        CHECK_OK(value_set(map, key, child));
        *at += **at == ';';
    }
    return map;
}

static struct value *map_of(const char *text)
{
    return parse_map(&text);
}

static void check_json(const struct value *v, const char *want)
{
    struct buf b;

    buf_init(&b, 10000);
    CHECK_OK(value_write_json(v, &b));
    CHECK_STR_EQ(buf_text(&b), want);
    buf_done(&b);
}

static void gives_neutral_answers_for_the_wrong_kind(void)
{
    struct value *all[] = {value_new_null(),    value_new_bool(true), value_new_int(7),
                           value_new_text("t"), value_new_list(),     value_new_map()};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        CHECK_INT_EQ(value_kind(all[i]), i);
        CHECK_INT_EQ(value_bool(all[i]), i == VALUE_BOOL);
        CHECK_INT_EQ(value_int(all[i]), i == VALUE_INT ? 7 : 0);
        CHECK((value_text(all[i]) != NULL) == (i == VALUE_TEXT));
        CHECK_UINT_EQ(value_text_len(all[i]), i == VALUE_TEXT);
        CHECK_UINT_EQ(value_count(all[i]), 0);
        CHECK(value_at(all[i], 0) == NULL);
        CHECK(value_key_at(all[i], 0) == NULL);
        CHECK(value_get(all[i], "x") == NULL);
        CHECK(value_kind_name(value_kind(all[i]))[0] != '\0');
        value_free(all[i]);
    }
    CHECK_INT_EQ(value_kind(NULL), VALUE_NULL);
    CHECK(value_text(NULL) == NULL);
    CHECK_UINT_EQ(value_count(NULL), 0);
    CHECK(value_get(NULL, "x") == NULL);
    CHECK(value_copy(NULL) == NULL);
    value_free(NULL);
}

static void keeps_nul_bytes_in_a_text(void)
{
    struct value *v = value_new_bytes("a\0b", 3);
    struct value *copy = value_copy(v);
    struct value *shorter = value_new_text("a");

    CHECK_UINT_EQ(value_text_len(v), 3);
    CHECK_MEM_EQ(value_text(v), "a\0b", 4);
    CHECK(value_equal(v, copy));
    CHECK(!value_equal(v, shorter));
    CHECK(!value_equal(shorter, v));
    value_free(v);
    value_free(copy);
    value_free(shorter);
}

static void keeps_keys_in_the_order_they_were_set(void)
{
    struct value *map = map_of("b=1;a=2;c=3");

    CHECK_OK(value_set(map, "a", value_new_int(9)));
    check_json(map, "{\"b\":\"1\",\"a\":9,\"c\":\"3\"}");
    CHECK_STR_EQ(value_key_at(map, 1), "a");
    CHECK_INT_EQ(value_int(value_at(map, 1)), 9);
    CHECK(value_key_at(map, 3) == NULL);
    CHECK(value_at(map, 3) == NULL);
    value_free(map);
}

static void tells_keys_with_a_common_beginning_apart(void)
{
    struct value *map = map_of("ab=1;a=2;abc=3;=4");

    CHECK_STR_EQ(value_text(value_get(map, "a")), "2");
    CHECK_STR_EQ(value_text(value_get(map, "ab")), "1");
    CHECK_STR_EQ(value_text(value_get(map, "abc")), "3");
    CHECK_STR_EQ(value_text(value_get(map, "")), "4");
    CHECK(value_get(map, "abcd") == NULL);
    value_free(map);
}

static void owns_a_child_on_success_and_on_failure(void)
{
    struct value *map = value_new_map();
    struct value *list = value_new_list();

    /* LeakSanitizer and AddressSanitizer see it when one of these goes wrong. */
    CHECK_INT_EQ(value_set(list, "k", value_new_int(1)), ASSAY_ERR_ARG);
    CHECK_INT_EQ(value_add(map, value_new_int(1)), ASSAY_ERR_ARG);
    CHECK_INT_EQ(value_set(map, "k", NULL), ASSAY_ERR_NOMEM);
    CHECK_INT_EQ(value_add(list, NULL), ASSAY_ERR_NOMEM);
    CHECK_INT_EQ(value_set(NULL, "k", value_new_int(1)), ASSAY_ERR_ARG);
    CHECK_INT_EQ(value_add(NULL, value_new_int(1)), ASSAY_ERR_ARG);
    CHECK_OK(value_set(map, "l", list));
    CHECK_UINT_EQ(value_count(map), 1);
    value_free(map);
}

static void finds_a_value_by_its_path(void)
{
    struct value *v = map_of("tls={versions=12;groups={x=1}}");
    struct value *list = value_new_list();

    for (int i = 1; i <= 12; i++)
        CHECK_OK(value_add(list, value_new_int(i * 10)));
    CHECK_OK(value_set(v, "list", list));
    CHECK_STR_EQ(value_text(value_path(v, "tls.versions")), "12");
    CHECK_STR_EQ(value_text(value_path(v, "tls.groups.x")), "1");
    CHECK_INT_EQ(value_int(value_path(v, "list.1")), 10);
    CHECK_INT_EQ(value_int(value_path(v, "list.12")), 120);
    CHECK(value_path(v, "") == v);
    value_free(v);
}

static void finds_nothing_at_a_path_that_is_none(void)
{
    static const char *const wrong[] = {
        "x",
        "tls.x",
        "tls.versions.x",
        "tls.versions.1",
        "list.0",
        "list.3",
        "list.-1",
        "list.+1",
        "list.1x",
        "list. 1",
        "list.x",
        "list.99999999999",
        "tl",
        "tls..x",
        ".tls",
        "list.1.2",
        "list.",
        "list.0x1",
        "tlsx",
        "list.1e0",
        "list.99999999999999999999999999",
        "list..1",
    };
    struct value *v = map_of("tls={versions=12}");
    struct value *list = value_new_list();

    CHECK_OK(value_add(list, value_new_int(1)));
    CHECK_OK(value_add(list, value_new_int(2)));
    CHECK_OK(value_set(v, "list", list));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const struct value *found = value_path(v, wrong[i]);
        bool is_end = strcmp(wrong[i], "list.") == 0; /* a trailing dot means what it follows */

        test_check(is_end ? found == list : found == NULL, __FILE__, __LINE__, "\"%s\" was found",
                   wrong[i]);
    }
    CHECK(value_path(NULL, "a") == NULL);
    value_free(v);
}

static void copies_to_any_depth(void)
{
    struct value *v = map_of("a={b={c=1;d=};e=2};f=3");
    struct value *copy = NULL;

    CHECK_OK(value_set(v, "number", value_new_int(-5)));
    CHECK_OK(value_set(v, "flag", value_new_bool(true)));
    copy = value_copy(v);
    CHECK_INT_EQ(value_int(value_get(copy, "number")), -5);
    CHECK(value_bool(value_get(copy, "flag")));
    CHECK(copy != v && value_path(copy, "a.b") != value_path(v, "a.b"));
    CHECK(value_equal(v, copy));
    CHECK_OK(value_set(v, "f", value_new_int(4)));
    CHECK(!value_equal(v, copy));
    CHECK_STR_EQ(value_text(value_get(copy, "f")), "3");
    value_free(v);
    value_free(copy);
}

static void compares_maps_by_key_and_lists_by_place(void)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"a=1;b=2", "b=2;a=1", true}, {"a=1", "a=2", false},        {"a=1", "b=1", false},
        {"a=1", "a=1;b=2", false},    {"a=1;b=2", "a=1", false},    {"a=", "a=", true},
        {"a={b=1}", "a={b=1}", true}, {"a={b=1}", "a={b=}", false}, {"", "", true},
        {"a={}", "a=", false},
    };
    struct value *list = value_new_list();
    struct value *other = value_new_list();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *a = map_of(rows[i].a);
        struct value *b = map_of(rows[i].b);

        test_check(value_equal(a, b) == rows[i].equal, __FILE__, __LINE__, "%s and %s", rows[i].a,
                   rows[i].b);
        value_free(a);
        value_free(b);
    }
    CHECK_OK(value_add(list, value_new_int(1)));
    CHECK_OK(value_add(list, value_new_bool(true)));
    CHECK_OK(value_add(other, value_new_bool(true)));
    CHECK_OK(value_add(other, value_new_int(1)));
    CHECK(!value_equal(list, other));
    CHECK(value_equal(list, list));
    value_free(list);
    value_free(other);
}

static void lays_one_map_on_another(void)
{
    static const struct {
        const char *base, *over, *want;
    } rows[] = {
        {"a=1;b=2", "b=3;c=4", "{\"a\":\"1\",\"b\":\"3\",\"c\":\"4\"}"},
        {"a={x=1;y=2}", "a={y=3;z=4}", "{\"a\":{\"x\":\"1\",\"y\":\"3\",\"z\":\"4\"}}"},
        {"a={x=1}", "a=2", "{\"a\":\"2\"}"},
        {"a=1", "a={x=2}", "{\"a\":{\"x\":\"2\"}}"},
        {"a=1;b=2;c=3", "b=", "{\"a\":\"1\",\"c\":\"3\"}"},
        {"a=1", "x=", "{\"a\":\"1\"}"},
        {"a={x=1;y=2}", "a={x=}", "{\"a\":{\"y\":\"2\"}}"},
        {"", "a={x=;y=1}", "{\"a\":{\"x\":null,\"y\":\"1\"}}"},
        {"a={x=1}", "a={}", "{\"a\":{\"x\":\"1\"}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *base = map_of(rows[i].base);
        struct value *over = map_of(rows[i].over);

        CHECK_OK(value_merge(base, over));
        check_json(base, rows[i].want);
        value_free(over);
        value_free(base);
    }
}

static void merges_maps_only(void)
{
    struct value *map = value_new_map();
    struct value *text = value_new_text("x");

    CHECK_INT_EQ(value_merge(map, text), ASSAY_ERR_ARG);
    CHECK_INT_EQ(value_merge(text, map), ASSAY_ERR_ARG);
    CHECK_INT_EQ(value_merge(map, NULL), ASSAY_ERR_ARG);
    CHECK_INT_EQ(value_merge(NULL, map), ASSAY_ERR_ARG);
    value_free(map);
    value_free(text);
}

static void names_every_path_that_differs(void)
{
    static const struct {
        const char *a, *b, *want;
    } rows[] = {
        {"a=1", "a=1", "[]"},
        {"a=1;b=2", "b=3;c=4;a=1", "[\"b\",\"c\"]"},
        {"a={x=1;y={z=2}}", "a={x=2;y={z=3};w=1}", "[\"a.x\",\"a.y.z\",\"a.w\"]"},
        {"a={x=1}", "a=1", "[\"a\"]"},
        {"a={x=1}", "", "[\"a\"]"},
        {"", "a={x=1}", "[\"a\"]"},
        {"a=", "", "[\"a\"]"}, /* a null is not the same as nothing */
        {"", "a=", "[\"a\"]"},
        {"a=1;b=1;c=1", "a=2;b=2;c=2", "[\"a\",\"b\",\"c\"]"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *a = map_of(rows[i].a);
        struct value *b = map_of(rows[i].b);
        struct value *found = NULL;

        CHECK_OK(value_diff(a, b, &found));
        check_json(found, rows[i].want);
        value_free(found);
        value_free(a);
        value_free(b);
    }
}

static void compares_lists_as_a_whole(void)
{
    struct value *a = map_of("x=1");
    struct value *b = value_copy(a);
    struct value *list = value_new_list();
    struct value *found = NULL;

    CHECK_OK(value_add(list, value_new_int(1)));
    CHECK_OK(value_set(b, "l", value_copy(list)));
    CHECK_OK(value_add(list, value_new_int(2)));
    CHECK_OK(value_set(a, "l", list));
    CHECK_OK(value_diff(a, b, &found));
    check_json(found, "[\"l\"]");
    value_free(found);
    value_free(a);
    value_free(b);
}

static void refuses_a_difference_too_deep_to_name(void)
{
    struct value *a = value_new_map();
    struct value *b = value_new_map();
    struct value *found = NULL;
    char key[5000];

    memset(key, 'k', sizeof(key) - 1);
    key[sizeof(key) - 1] = '\0';
    CHECK_OK(value_set(a, key, value_new_int(1)));
    CHECK_INT_EQ(value_diff(a, b, &found), ASSAY_ERR_LIMIT);
    CHECK(found == NULL);
    value_free(a);
    value_free(b);
}

TEST_SUITE(value, TEST(gives_neutral_answers_for_the_wrong_kind), TEST(keeps_nul_bytes_in_a_text),
           TEST(keeps_keys_in_the_order_they_were_set),
           TEST(tells_keys_with_a_common_beginning_apart),
           TEST(owns_a_child_on_success_and_on_failure), TEST(finds_a_value_by_its_path),
           TEST(finds_nothing_at_a_path_that_is_none), TEST(copies_to_any_depth),
           TEST(compares_maps_by_key_and_lists_by_place), TEST(lays_one_map_on_another),
           TEST(merges_maps_only), TEST(names_every_path_that_differs),
           TEST(compares_lists_as_a_whole), TEST(refuses_a_difference_too_deep_to_name));
