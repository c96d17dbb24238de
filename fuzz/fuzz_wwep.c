/* SPDX-License-Identifier: Apache-2.0 */
/* WWEP: whatever comes, there is one answer, it begins with A or X, and A echoes a good request. */
#include "wwep/wwep.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void run(const struct wwep_settings *settings, const uint8_t *data, size_t size,
                size_t piece)
{
    struct wwep_registers *registers = wwep_registers_new(settings);
    struct wwep_session *s = NULL;
    const struct buf *out = NULL;

    require(registers != NULL);
    s = wwep_session_new(settings, registers, NULL, 1);
    require(s != NULL);
    for (size_t at = 0; at < size; at += piece)
        require(wwep_session_receive(s, data + at, size - at < piece ? size - at : piece) ==
                ASSAY_OK);
    require(wwep_session_end(s) == ASSAY_OK);
    require(wwep_session_wants_close(s));
    out = wwep_session_output(s);
    require(out->len > 0 && (out->data[0] == 'A' || out->data[0] == 'X'));
    require(out->data[0] == 'X' || out->len == 11);
    require(wwep_registers_count(registers) <= 1);
    wwep_session_free(s);
    wwep_registers_free(registers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wwep_settings settings;

    require(wwep_settings_read(NULL, &settings, NULL) == ASSAY_OK);
    for (enum wwep_texts texts = WWEP_REFERENCE; texts <= WWEP_BARE; texts++) {
        settings.texts = texts;
        run(&settings, data, size, size > 0 ? size : 1);
        run(&settings, data, size, 1);
    }
    return 0;
}
