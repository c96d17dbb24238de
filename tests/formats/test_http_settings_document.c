/* SPDX-License-Identifier: Apache-2.0 */
/* docs/formats/http-settings.md shows the keys of three rooms, row by row, and no others. */
#include "settings_document.h"
#include "test_support.h"

#include "http/http.h"
#include "websocket/websocket.h"
#include "wwep/wwep.h"

#define DOCUMENT ASSAY_SOURCE_DIR "/docs/formats/http-settings.md"

static void the_document_shows_the_keys_of_http(void)
{
    settings_document_check(DOCUMENT, "## `http`", http_keys);
}

static void the_document_shows_the_keys_of_wwep(void)
{
    settings_document_check(DOCUMENT, "## `wwep`", wwep_keys);
}

static void the_document_shows_the_keys_of_websocket(void)
{
    settings_document_check(DOCUMENT, "## `websocket`", websocket_keys);
}

TEST_SUITE(http_settings_document, TEST(the_document_shows_the_keys_of_http),
           TEST(the_document_shows_the_keys_of_websocket),
           TEST(the_document_shows_the_keys_of_wwep));
