/* SPDX-License-Identifier: Apache-2.0 */
/* docs/formats/mqtt-settings.md shows the keys of three rooms, row by row, and no others. */
#include "settings_document.h"
#include "test_support.h"

#include "dns/dns.h"
#include "mqtt/settings.h"
#include "sntp/sntp.h"

#define DOCUMENT ASSAY_SOURCE_DIR "/docs/formats/mqtt-settings.md"

static void the_document_shows_the_keys_of_mqtt(void)
{
    settings_document_check(DOCUMENT, "## `mqtt`", mqtt_keys);
}

static void the_document_shows_the_keys_of_dns(void)
{
    settings_document_check(DOCUMENT, "## `dns`", dns_keys);
}

static void the_document_shows_the_keys_of_sntp(void)
{
    settings_document_check(DOCUMENT, "## `sntp`", sntp_keys);
}

TEST_SUITE(mqtt_settings_document, TEST(the_document_shows_the_keys_of_mqtt),
           TEST(the_document_shows_the_keys_of_dns), TEST(the_document_shows_the_keys_of_sntp));
