/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control commands of assay-mock: a line is refused with a reason and nothing else, or is a
 * command; words that are taken are a line that can be read, and one line.
 */
#include "command.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static bool check_line(const char *line, size_t len)
{
    struct command c = {.drain_ms = 4711};
    struct assay_error err = {.text = ""};

    if (command_parse(line, len, &c, &err) != ASSAY_OK) {
        require(err.text[0] != '\0' && c.drain_ms == 4711 && c.tree == NULL);
        return false;
    }
    require(c.verb < COMMAND_VERBS && c.tree != NULL);
    require(c.drain_ms >= -1 && c.drain_ms <= COMMAND_STOP_MAX_MS);
    require(memchr(c.listener, '\0', sizeof(c.listener)) != NULL);
    command_done(&c);
    return true;
}

static void check_words(const char *words)
{
    struct assay_error err = {.text = ""};
    struct buf out;

    buf_init(&out, COMMAND_LINE_MAX);
    if (command_from_words(words, &out, &err) != ASSAY_OK)
        require(err.text[0] != '\0');
    else if (strncmp(words + strspn(words, " \t\n"), "{", 1) != 0)
        require(memchr(out.data, '\n', out.len) == NULL);
    if (out.len > 0)
        (void)check_line(buf_text(&out), out.len);
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    (void)check_line(text, size);
    check_words(text);
    free(text);
    return 0;
}
