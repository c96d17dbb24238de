/* SPDX-License-Identifier: Apache-2.0 */
/* assay check: lint files without running anything. */
#include "command.h"

#include "board/board.h"
#include "expect/expect.h"
#include "profile/profile.h"
#include "scenario/scenario.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct tally {
    size_t checked, wrong;
};

static void note(struct tally *tally, enum assay_status status, const struct assay_error *err)
{
    tally->checked++;
    if (status == ASSAY_OK)
        return;
    tally->wrong++;
    complain("%s", err->text[0] != '\0' ? err->text : assay_status_text(status));
}

static void check_scenarios(struct tally *tally, const char *folder)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {.text = ""};
    enum assay_status status = scenario_set_load(folder, &set, &err);
    size_t count = status == ASSAY_OK ? scenario_set_count(set) : 0;

    note(tally, status, &err);
    if (count > 1)
        tally->checked += count - 1;
    scenario_set_free(set);
}

static void check_board(struct tally *tally, const char *folder, const char *id)
{
    struct board_file *file = NULL;
    struct assay_error err = {.text = ""};

    note(tally, board_file_load(folder, id, &file, &err), &err);
    board_file_free(file);
}

static void check_boards(struct tally *tally, const char *folder)
{
    struct value *ids = NULL;
    struct assay_error err = {.text = ""};
    enum assay_status status = board_files_list(folder, &ids, &err);

    if (status != ASSAY_OK)
        note(tally, status, &err);
    for (size_t i = 0; i < value_count(ids); i++)
        check_board(tally, folder, value_text(value_at(ids, i)));
    value_free(ids);
}

/* ---- YAML files, told apart by the key that only one kind has ---- */

static void check_waivers(struct tally *tally, const char *path)
{
    struct expect_list *list = NULL;
    struct assay_error err = {.text = ""};

    note(tally, expect_load_waivers(path, &list, &err), &err);
    expect_free(list);
}

static void check_verdicts(struct tally *tally, const char *path)
{
    struct expect_list *list = NULL;
    struct assay_error err = {.text = ""};

    note(tally, expect_load_verdicts(path, &list, &err), &err);
    expect_free(list);
}

/* The ids of all scenarios; what is wrong with them is told where they are checked. */
static struct value *ids_in(const char *folder)
{
    struct scenario_set *set = NULL;
    struct value *ids = value_new_list();

    if (scenario_set_load(folder, &set, NULL) != ASSAY_OK)
        return ids;
    for (size_t i = 0; i < scenario_set_count(set); i++)
        if (value_add(ids, value_new_text(scenario_set_at(set, i)->id)) != ASSAY_OK)
            break;
    scenario_set_free(set);
    return ids;
}

static void check_profile(struct tally *tally, const char *folder, const char *path)
{
    struct profile *profile = NULL;
    struct assay_error err = {.text = ""};
    enum assay_status status = profile_load(folder, path, &profile, &err);
    struct value *ids = status == ASSAY_OK ? ids_in(folder) : NULL;

    if (value_count(ids) > 0)
        status = profile_check(profile, ids, &err);
    note(tally, status, &err);
    value_free(ids);
    profile_free(profile);
}

enum yaml_kind { YAML_BOARD, YAML_WAIVERS, YAML_VERDICTS, YAML_PROFILE };

static enum yaml_kind kind_of(const char *path)
{
    static const struct {
        const char *key;
        enum yaml_kind kind;
    } rows[] = {{"waivers:", YAML_WAIVERS}, {"expect:", YAML_VERDICTS}, {"rules:", YAML_PROFILE}};
    enum yaml_kind kind = YAML_BOARD; /* whose loader also says that a file is not there */
    FILE *file = fopen(path, "re");
    char line[256];

    while (file != NULL && kind == YAML_BOARD && fgets(line, sizeof(line), file) != NULL)
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            if (strncmp(line, rows[i].key, strlen(rows[i].key)) == 0)
                kind = rows[i].kind;
    if (file != NULL)
        (void)fclose(file); /* only read */
    return kind;
}

static void check_yaml(struct context *context, struct tally *tally, const char *path)
{
    switch (kind_of(path)) {
    case YAML_BOARD:
        check_board(tally, context->paths.boards, path);
        break;
    case YAML_WAIVERS:
        check_waivers(tally, path);
        break;
    case YAML_VERDICTS:
        check_verdicts(tally, path);
        break;
    case YAML_PROFILE:
        check_profile(tally, context->paths.scenarios, path);
        break;
    }
}

static void check_profiles(struct tally *tally, const char *scenarios)
{
    struct value *names = NULL;
    struct assay_error err = {.text = ""};
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, 4096);
    status = buf_printf(&path, "%s/profiles", scenarios);
    if (status == ASSAY_OK)
        status = profile_list(buf_text(&path), &names, &err);
    if (status != ASSAY_OK)
        note(tally, status, &err);
    for (size_t i = 0; i < value_count(names); i++) {
        buf_clear(&path);
        if (buf_printf(&path, "%s/profiles/%s.yaml", scenarios, value_text(value_at(names, i))) ==
            ASSAY_OK)
            check_profile(tally, scenarios, buf_text(&path));
    }
    value_free(names);
    buf_done(&path);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int check_named(struct context *context, struct tally *tally, const char *name)
{
    if (is_folder(name)) {
        check_scenarios(tally, name);
        return EXIT_AS_EXPECTED;
    }
    if (ends_with(name, ".yaml") || ends_with(name, ".yml")) {
        check_yaml(context, tally, name);
        return EXIT_AS_EXPECTED;
    }
    complain("check: %s is neither a YAML file (board, waivers, expectations, profile) nor a "
             "folder of scenarios; a scenario is checked with its whole folder, because its "
             "control stands there too",
             name);
    return EXIT_USAGE;
}

static int run(struct context *context, int argc, char **argv)
{
    const struct command_option options[] = {{NULL, 0, OPTION_FLAG, NULL, NULL, NULL}};
    struct option_list words = {.count = 0};
    struct tally tally = {.checked = 0};
    int code = options_parse(context, &command_check, options, argc, argv, &words);

    if (code >= 0)
        return code;
    code = EXIT_AS_EXPECTED;
    for (size_t i = 0; i < words.count && code == EXIT_AS_EXPECTED; i++)
        code = check_named(context, &tally, words.items[i]);
    if (words.count == 0) {
        check_scenarios(&tally, context->paths.scenarios);
        check_boards(&tally, context->paths.boards);
        check_profiles(&tally, context->paths.scenarios);
    }
    if (code != EXIT_AS_EXPECTED)
        return code;
    if (!context->quiet)
        printf("%zu checked, %zu wrong\n", tally.checked, tally.wrong);
    return tally.wrong > 0 ? EXIT_USAGE : EXIT_AS_EXPECTED;
}

const struct command command_check = {
    .name = "check",
    .arguments = "[FILE.yaml|SCENARIO-FOLDER...]",
    .summary =
        "lint scenarios, boards, profiles, waivers, expectations; without a name what is installed",
    .run = run,
};
