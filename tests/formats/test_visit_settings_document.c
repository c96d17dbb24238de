/* SPDX-License-Identifier: Apache-2.0 */
/* docs/formats/visit-settings.md shows the keys of the prober, row by row, and no others. */
#include "settings_document.h"
#include "test_support.h"

#include "prober/settings.h"

static void the_document_shows_the_keys_of_visit(void)
{
    settings_document_check(ASSAY_SOURCE_DIR "/docs/formats/visit-settings.md", "## `visit`",
                            prober_keys);
}

TEST_SUITE(visit_settings_document, TEST(the_document_shows_the_keys_of_visit));
