/* SPDX-License-Identifier: Apache-2.0 */
/* docs/formats/faces.md shows the keys of every face and every rule, row by row. */
#include "settings_document.h"
#include "test_support.h"

#include "base/buf.h"
#include "face/rule.h"
#include "face/settings.h"

#include <stdio.h>
#include <string.h>

#define DOCUMENT ASSAY_SOURCE_DIR "/docs/formats/faces.md"

static void the_document_shows_the_keys_of_every_face(void)
{
    for (enum face_kind kind = 0; kind < FACE_COUNT; kind++) {
        char heading[64];

        if (kind == FACE_CLEARBLADE)
            continue; /* those of google */
        snprintf(heading, sizeof(heading), "## `%s`", face_infos[kind].name);
        settings_document_check(DOCUMENT, heading, face_infos[kind].keys);
    }
}

static void the_document_shows_every_rule_with_its_source(void)
{
    static char document[1 << 18];
    FILE *f = fopen(DOCUMENT, "r");

    REQUIRE(f != NULL);
    document[fread(document, 1, sizeof(document) - 1, f)] = '\0';
    fclose(f);
    for (size_t i = 0; i < FACE_RULE_COUNT; i++) {
        const struct face_rule *r = &face_rules[i];
        char code[8] = "";
        char row[1024];

        if (r->answer == FACE_CONNACK)
            snprintf(code, sizeof(code), " %u", r->code3);
        snprintf(row, sizeof(row), "\n| `%s` | %s%s | %s | %s |\n", r->name,
                 face_answer_name(r->answer), code, r->text, r->source);
        CHECK_STR_CONTAINS(document, row);
    }
}

/* A name says which rule it is, in scenarios and in papers about them. */
static void names_of_rules_are_unique_within_their_face(void)
{
    for (size_t i = 0; i < FACE_RULE_COUNT; i++)
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(face_rules[i].face, face_rules[j].face) != 0 ||
                  strcmp(face_rules[i].name, face_rules[j].name) != 0);
}

TEST_SUITE(faces_document, TEST(the_document_shows_the_keys_of_every_face),
           TEST(the_document_shows_every_rule_with_its_source),
           TEST(names_of_rules_are_unique_within_their_face));
