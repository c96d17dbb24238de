/* SPDX-License-Identifier: Apache-2.0 */
/* assay check: lint scenario and board files without running anything. */
#include "command.h"

#include "board/board.h"
#include "scenario/scenario.h"

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
        check_board(tally, context->paths.boards, name);
        return EXIT_AS_EXPECTED;
    }
    complain("check: %s is neither a board file (.yaml) nor a folder of scenarios; a scenario is "
             "checked with its whole folder, because its control stands there too",
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
    }
    if (code != EXIT_AS_EXPECTED)
        return code;
    if (!context->quiet)
        printf("%zu checked, %zu wrong\n", tally.checked, tally.wrong);
    return tally.wrong > 0 ? EXIT_USAGE : EXIT_AS_EXPECTED;
}

const struct command command_check = {
    .name = "check",
    .arguments = "[BOARD.yaml|SCENARIO-FOLDER...]",
    .summary = "lint scenario and board files; without a name all that are installed",
    .run = run,
};
