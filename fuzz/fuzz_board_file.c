/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Board files from anywhere. What is taken can be asked everything; what is refused is refused
 * with the file's name and a line.
 */
#include "board_file.h"
#include "board_internal.h"
#include "command_line.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char name[] = "fuzz.yaml";

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Placeholders were checked when the file was loaded: none can be unknown now. */
static void expand(const struct board_file *file)
{
    const struct value *process = value_get(board_file_root(file), "process");
    struct placeholder_values values;
    struct text_list argv = {.items = NULL};
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; i < PLACEHOLDER_COUNT; i++)
        values.text[i] = "value";
    status = command_line_make(process, "command", &values, true, &argv, NULL);
    require(status == ASSAY_OK || status == ASSAY_ERR_LIMIT);
    text_list_done(&argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct board_file *file = NULL;
    struct assay_error err = {.text = ""};
    enum assay_status status = board_file_load_text(name, data, size, &file, &err);

    if (status != ASSAY_OK) {
        require(file == NULL && strncmp(err.text, name, strlen(name)) == 0);
        require(err.text[strlen(name)] == ':');
        return 0;
    }
    require(strchr(board_file_id(file), '/') != NULL);
    require(board_file_name(file)[0] != '\0' && board_file_stack(file)[0] != '\0');
    require(board_driver_find(board_file_driver(file)) != NULL);
    require(value_kind(board_file_supports(file)) == VALUE_MAP);
    require(board_file_clock(file) != NULL);
    for (unsigned which = 0; which < BOARD_TIMEOUT_COUNT; which++)
        require(board_file_timeout_ms(file, (enum board_timeout)which) <= 600000);
    expand(file);
    board_file_free(file);
    return 0;
}
