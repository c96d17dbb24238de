/* SPDX-License-Identifier: Apache-2.0 */
/* docs/formats/scenario.md says what the loader does: its tables, and its examples. */
#include "scenario/keys.h"
#include "scenario_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

#define DOCUMENT "/docs/formats/scenario.md"

static char *read_document(void)
{
    FILE *file = fopen(ASSAY_SOURCE_DIR DOCUMENT, "rb");
    size_t size = 64 * 1024;
    char *text = malloc(size);
    size_t len = 0;

    if (file == NULL || text == NULL) {
        CHECK(file != NULL && text != NULL);
        free(text);
        return NULL;
    }
    len = fread(text, 1, size - 1, file);
    CHECK(len > 0 && len < size - 1);
    text[len] = '\0';
    CHECK_INT_EQ(fclose(file), 0);
    return text;
}

/* Every row of `keys` stands below `heading`, and nothing else does. */
static void check_table(const char *heading, const struct key_spec *keys)
{
    char *document = read_document();
    char *section = document != NULL ? strstr(document, heading) : NULL;
    char *end = NULL;
    int rows = 0;

    CHECK(section != NULL);
    if (section == NULL) {
        free(document);
        return;
    }
    end = strstr(section + 1, "\n## ");
    if (end != NULL)
        *end = '\0';
    for (; keys->name != NULL; keys++, rows++) {
        char row[1024];

        snprintf(row, sizeof(row), "\n| `%s` | %s | %s |\n", keys->name,
                 keys->fallback != NULL ? keys->fallback : "", keys->help);
        CHECK_STR_CONTAINS(section, row);
    }
    for (const char *at = section; (at = strstr(at, "\n| `")) != NULL; at++)
        rows--;
    CHECK_INT_EQ(rows, 0);
    free(document);
}

static void the_document_lists_every_key_and_no_other(void)
{
    check_table("\n## `scenario{...}`", scenario_keys);
    check_table("\n## `needs`", scenario_needs_keys);
    check_table("\n## More than one connection: `steps`", scenario_step_keys);
    check_table("\n## Measuring: `ladder`", scenario_ladder_keys);
    check_table("\n## Boards that stay: `session`", scenario_session_keys);
    check_table("\n## `suite{...}`", scenario_suite_keys);
    check_table("\n## `missing{...}`", scenario_missing_keys);
}

/* Write every ```lua block that names its file in its first line below the fixture's directory. */
static unsigned write_examples(char *document)
{
    static const char open[] = "\n```lua\n";
    static const char comment[] = "-- scenarios/";
    unsigned count = 0;
    char *at = document;

    while ((at = strstr(at, open)) != NULL) {
        char *block = at + strlen(open);
        char *end = strstr(block, "\n```");
        char path[128] = "";

        if (end == NULL || strncmp(block, comment, strlen(comment)) != 0)
            break;
        snprintf(path, sizeof(path), "%.*s", (int)strcspn(block + strlen(comment), "\n"),
                 block + strlen(comment));
        fixture_write_bytes(path, block, (size_t)(end - block));
        count++;
        at = end;
    }
    return count;
}

static void the_examples_of_the_document_load(void)
{
    char *document = read_document();
    struct scenario_set *set = NULL;
    struct assay_error err;

    REQUIRE(document != NULL);
    CHECK_UINT_EQ(write_examples(document), 3);
    free(document);
    set = fixture_load(&err);
    test_check(set != NULL, __FILE__, __LINE__, "%s", err.text);
    REQUIRE(set != NULL);
    CHECK_UINT_EQ(scenario_set_count(set), 4);
    CHECK(scenario_set_find(set, "TIME-01") != NULL);
    REQUIRE(scenario_set_find(set, "POS-06/50") != NULL);
    CHECK_UINT_EQ(
        value_count(value_path(scenario_set_find(set, "POS-06/50")->description, "certs.leaf.san")),
        50);
    scenario_set_free(set);
}

TEST_SUITE(format, TEST(the_document_lists_every_key_and_no_other),
           TEST(the_examples_of_the_document_load));
