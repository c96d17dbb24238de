/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts that want out, or that never end. */
#include "scenario_fixture.h"
#include "test_support.h"

#include <stdlib.h>

#define WORK   "does too much work"
#define MEMORY "more than 8 MiB of memory"

struct attempt {
    const char *script;
    int line;
    const char *part;
};

static void expect_errors(const struct attempt *attempts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fixture_expect_error(attempts[i].script, attempts[i].line, attempts[i].part);
}

#define EXPECT_ERRORS(rows) expect_errors((rows), sizeof(rows) / sizeof((rows)[0]))

static void what_leads_out_of_the_sandbox_is_not_there(void)
{
    static const char *const names[] = {
        "io",
        "os",
        "package",
        "require",
        "debug",
        "load",
        "loadfile",
        "dofile",
        "loadstring",
        "coroutine",
        "pcall",
        "xpcall",
        "setmetatable",
        "getmetatable",
        "rawget",
        "rawset",
        "rawequal",
        "rawlen",
        "collectgarbage",
        "print",
        "next",
        "_G",
        "string.dump",
        "table.move",
        "math.random",
        "math.randomseed",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char script[128];

        snprintf(script, sizeof(script), "local a = 1\nlocal b = %s\n", names[i]);
        fixture_expect_error(script, 2, "is not available in scenario scripts: ");
    }
}

static void a_method_of_a_text_is_no_way_around_the_list(void)
{
    static const struct attempt attempts[] = {
        {"local f = ('x').dump", 1, "string.dump is not available"},
        {"return ('x'):load()", 1, "string.load is not available"},
        {"return ('x').__index", 1, "nothing is called 'string.__index'"},
        {"return ('x').gfind", 1, "did you mean 'string.find'"},
    };

    EXPECT_ERRORS(attempts);
}

static void a_misspelt_name_is_an_error_with_a_suggestion(void)
{
    static const struct attempt attempts[] = {
        {"\nscenaro{}", 2, "nothing is called 'scenaro' here; did you mean 'scenario'?"},
        {"local a = hsot", 1, "did you mean 'host'?"},
        {"return string.uper('a')", 1, "did you mean 'string.upper'?"},
        {"return frobnicate", 1, "nothing is called 'frobnicate' here"},
        {"bits = 512", 1, "'bits' is not declared; write: local bits = ..."},
    };

    EXPECT_ERRORS(attempts);
}

static void endless_loops_end(void)
{
    static const struct attempt attempts[] = {
        {"while true do end", 1, WORK},
        {"\n\n::again:: goto again", 3, WORK},
        {"repeat local a = 1 until false", 1, WORK},
        {"for i = 1, math.maxinteger do end", 1, WORK},
        {"for i = 1, math.huge do end", 1, WORK},
        {"local function f() return f() end\nf()", 1, WORK},
        {"local t = {}\nt[1] = 1\nfor k in pairs(t) do while true do end end", 3, WORK},
        {"table.sort({1, 2, 3}, function() while true do end end)", 1, WORK},
        {"string.gsub('x', 'x', function() while true do end end)", 1, WORK},
        {"for a in function() return 1 end do end", 1, WORK},
    };

    EXPECT_ERRORS(attempts);
}

static void loops_inside_of_library_functions_end_as_well(void)
{
    static const struct attempt attempts[] = {
        {"string.rep('', 1 << 60)", 1, WORK},
        {"string.rep('', 1e15)", 1, WORK},
        {"('a'):rep(5000):find(('a*'):rep(20) .. 'b')", 1, WORK},
        {"('a'):rep(30):match(('a?'):rep(30) .. ('a'):rep(30))", 1, WORK},
        {"for w in ('a'):rep(5000):gmatch(('a-'):rep(9) .. 'b') do end", 1, WORK},
        {"('('):rep(1000):gsub(('%b()'):rep(9), '')", 1, WORK},
        {"local t = {} for i = 1, 50000 do t[i] = i end\nwhile true do table.sort(t) end", 2, WORK},
        {"local t = {} for i = 1, 50000 do t[i] = i end\n"
         "while true do table.insert(t, 1, 0) table.remove(t, 1) end",
         2, WORK},
        {"local s = ('x'):rep(1 << 20)\nwhile true do local a = s .. 'y' end", 2, WORK},
        {"local s = ('x'):rep(1 << 20)\nwhile true do local a = s:upper() end", 2, WORK},
    };

    EXPECT_ERRORS(attempts);
}

static void memory_has_a_limit(void)
{
    static const struct attempt attempts[] = {
        {"return ('x'):rep(100 * 1000 * 1000)", 1, WORK},
        {"local s = 'x'\nwhile true do s = s .. s end", 2, MEMORY},
        {"local t = {}\nfor i = 1, 1 << 40 do t[i] = {} end", 2, MEMORY},
        {"return string.pack('c1000000000', 'x')", 1, MEMORY},
        {"local t = {} for i = 1, 20000 do t[i] = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' .. "
         "i "
         "end\n\nreturn table.concat(t, ('x'):rep(1000))",
         3, MEMORY},
    };

    EXPECT_ERRORS(attempts);
}

static void recursion_has_a_limit(void)
{
    static const struct attempt attempts[] = {
        {"local function f() return 1 + f() end\nf()", 1, ""},
        {"local function f() return (string.gsub('x', 'x', f)) end\nf()", 1, "stack overflow"},
        {"local t = {} t.t = t\nscenario(t)", 2, "nested too deeply"},
    };

    EXPECT_ERRORS(attempts);
}

static void deeply_nested_source_is_refused_by_the_parser(void)
{
    struct buf script;

    buf_init(&script, 1 << 20);
    CHECK_OK(buf_add_text(&script, "local a = "));
    for (unsigned i = 0; i < 100000; i++)
        CHECK_OK(buf_add_text(&script, "("));
    fixture_expect_error(buf_text(&script), 1, "C stack overflow");
    buf_done(&script);
}

static void bytecode_is_refused(void)
{
    static const char bytecode[] = "\x1bLua\x54\x00\x19\x93\r\n\x1a\n";
    struct scenario_set *set = NULL;
    struct assay_error err;

    fixture_write_bytes("path/PATH-01-x.lua", bytecode, sizeof(bytecode));
    set = fixture_load(&err);
    CHECK(set == NULL);
    scenario_set_free(set);
    CHECK_STR_CONTAINS(err.text, "PATH-01-x.lua:1: ");
}

static void a_script_of_more_than_a_mebibyte_is_refused(void)
{
    char *text = malloc((1 << 20) + 2);

    REQUIRE(text != NULL);
    memset(text, ' ', (1 << 20) + 1);
    text[(1 << 20) + 1] = '\0';
    fixture_expect_error(text, 1, "at most 1024 KiB");
    free(text);
}

static void every_error_has_its_file_and_line(void)
{
    static const struct attempt attempts[] = {
        {"local a = \n", 2, "unexpected symbol"},
        {"\n\n!", 3, "unexpected symbol"},
        {"\nerror('out of ideas')", 2, "out of ideas"},
        {"\nerror('no position', 0)", 2, "no position"},
        {"\nerror({})", 2, "the script raised a table instead of a text"},
        {"\nerror(nil)", 2, "the script raised a nil instead of a text"},
        {"\nerror()", 2, "the script raised a nil instead of a text"},
        {"\nassert(false)", 2, "assertion failed"},
        {"\nlocal a = nil + 1", 2, "arithmetic on a nil value"},
        {"\nlocal a = {} ; a.b.c = 1", 2, "index a nil value"},
        {"\nstring.rep()", 2, "bad argument #1 to 'rep'"},
        {"\n('x'):rep({})", 2, "bad argument"},
        {"\nscenario()", 2, "table expected"},
        {"\nscenario('x')", 2, "table expected"},
        {"\npairs(nil)", 2, "table expected"},
        {"\nfor k in pairs({[{}] = 1}) do end", 2, "a key is a text or a number, not a table"},
        {"\ndns()", 2, "bad argument #1 to 'dns'"},
    };

    EXPECT_ERRORS(attempts);
}

/* The work that one script used up must not be missing for another one. */
static void each_script_has_a_budget_of_its_own(void)
{
    static const char heavy[] = "for i = 1, 1000 * 1000 do end\n";
    struct scenario_set *set = NULL;
    struct assay_error err;
    char name[64];

    fixture_write_control();
    for (unsigned i = 0; i < 4; i++) {
        snprintf(name, sizeof(name), "path/PATH-%02u-x.lua", i + 1);
        fixture_write(name, heavy);
    }
    set = fixture_load(&err);
    CHECK(set != NULL);
    scenario_set_free(set);
}

static void what_a_description_needs_is_there(void)
{
    struct scenario_set *set = fixture_expect_good(
        "local t = {}\n"
        "for k, v in pairs({c = 3, a = 1, b = 2, [2] = 'y', [1] = 'x'}) do\n"
        "  t[#t + 1] = tostring(k) .. v\n"
        "end\n"
        "assert(table.concat(t, ' ') == '1x 2y a1 b2 c3', table.concat(t, ' '))\n"
        "assert(('%d-%s'):format(7, 'x') == '7-x')\n"
        "assert(('rsa1024'):match('%d+') == '1024')\n"
        "assert(('a.b'):gsub('%.', '-') == 'a-b')\n"
        "assert(#string.pack('>I2s1', 1, 'abc') == 6)\n"
        "assert(utf8.char(228) == 'ä' and utf8.len('ä') == 1)\n"
        "assert(math.max(1, 2) == 2 and 7 // 2 == 3 and math.type(1) == 'integer')\n"
        "assert(dns(host) == 'dns:broker.bench.test' and domain == 'bench.test')\n"
        "assert(ip('127.0.0.1') == 'ip:127.0.0.1' and uri('x:y') == 'uri:x:y')\n"
        "assert(email('a@b') == 'email:a@b' and hex('\\0\\255') == '00ff')\n"
        "assert(select('#', table.unpack({1, 2, 3})) == 3 and null ~= nil)\n"
        "for i, v in ipairs({5, 6}) do assert(v == i + 4) end\n"
        "for k in pairs({a = 1}) do assert(k == 'a') end\n");

    scenario_set_free(set);
}

TEST_SUITE(sandbox, TEST(what_leads_out_of_the_sandbox_is_not_there),
           TEST(a_method_of_a_text_is_no_way_around_the_list),
           TEST(a_misspelt_name_is_an_error_with_a_suggestion), TEST(endless_loops_end),
           TEST(loops_inside_of_library_functions_end_as_well), TEST(memory_has_a_limit),
           TEST(recursion_has_a_limit), TEST(deeply_nested_source_is_refused_by_the_parser),
           TEST(bytecode_is_refused), TEST(a_script_of_more_than_a_mebibyte_is_refused),
           TEST(every_error_has_its_file_and_line), TEST(each_script_has_a_budget_of_its_own),
           TEST(what_a_description_needs_is_there));
