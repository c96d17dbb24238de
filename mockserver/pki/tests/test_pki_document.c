/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/formats/certificates.md holds the tables of keys, recipes and defaults, between marks. This
 * test writes them from the code's own tables and compares. To bring the document up to date:
 *
 *     ASSAY_UPDATE_DOCS=1 test_pki_document
 */
#include "pki_key.h"
#include "pki_spec.h"
#include "test_support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define DOCUMENT ASSAY_SOURCE_DIR "/docs/formats/certificates.md"
#define BEGIN    "<!-- made by test_pki_document: begin -->\n"
#define END      "<!-- made by test_pki_document: end -->\n"

enum { DOCUMENT_MAX = 1 << 20 };

static void put(struct buf *out, const char *text)
{
    CHECK_OK(buf_add_text(out, text));
}

/* How a member of pki_spec reads in a description. */

static void show_text(const void *member, struct buf *out)
{
    const struct pki_text *text = member;

    if (text->data != NULL)
        CHECK_OK(buf_printf(out, "`%s`", text->data[0] != '\0' ? text->data : "\"\""));
}

static void show_bool(const void *member, struct buf *out)
{
    if (*(const bool *)member)
        put(out, "true");
}

static void show_int(const void *member, struct buf *out)
{
    CHECK_OK(buf_printf(out, "%" PRId64, *(const int64_t *)member));
}

/* A number that is off by default. */
static void show_option(const void *member, struct buf *out)
{
    if (*(const int64_t *)member > 0)
        show_int(member, out);
}

static void show_list(const void *member, struct buf *out)
{
    const struct pki_list *list = member;

    for (size_t i = 0; i < pki_list_count(list); i++)
        CHECK_OK(buf_printf(out, "%s`%s`", i > 0 ? " " : "", pki_list_at(list, i).data));
}

static void show_when(const void *member, struct buf *out)
{
    const struct pki_when *when = member;

    show_text(&when->text, out);
    if (when->whole_day)
        put(out, " from midnight");
}

static void show_constraints(const void *member, struct buf *out)
{
    const struct pki_basic_constraints *bc = member;

    if (bc->present)
        CHECK_OK(buf_printf(out, "ca=%s%s", bc->ca ? "true" : "false",
                            bc->critical ? ", critical" : ""));
}

static void show_usages(const void *member, struct buf *out)
{
    const struct pki_usages *usages = member;

    if (!usages->present)
        return;
    show_list(&usages->uses, out);
    if (usages->critical)
        put(out, ", critical");
}

static void show_identifier(const void *member, struct buf *out)
{
    const struct pki_identifier *identifier = member;

    put(out, identifier->present ? "true" : "");
    CHECK(identifier->hex.data == NULL);
}

static void show_name_constraints(const void *member, struct buf *out)
{
    (void)out;
    CHECK(!((const struct pki_name_constraints *)member)->present);
}

static void show_extensions(const void *member, struct buf *out)
{
    (void)out;
    CHECK(*(const struct value *const *)member == NULL);
}

static const struct {
    const char *key;
    void (*show)(const void *member, struct buf *out);
} shows[] = {
    {"recipe", show_text},
    {"issuer", show_text},
    {"sign_key", show_text},
    {"key", show_text},
    {"key_label", show_text},
    {"imitate_key", show_text},
    {"public_key_from", show_text},
    {"hash", show_text},
    {"pss", show_bool},
    {"tbs_algorithm", show_text},
    {"outer_algorithm", show_text},
    {"subject", show_text},
    {"subject_from", show_text},
    {"issuer_name", show_text},
    {"san", show_list},
    {"san_critical", show_bool},
    {"not_before", show_when},
    {"not_after", show_when},
    {"not_before_raw", show_text},
    {"not_after_raw", show_text},
    {"time_form", show_text},
    {"serial", show_text},
    {"version", show_int},
    {"force_extensions", show_bool},
    {"basic_constraints", show_constraints},
    {"key_usage", show_usages},
    {"extended_key_usage", show_usages},
    {"subject_key_id", show_identifier},
    {"subject_key_id_from", show_text},
    {"authority_key_id", show_identifier},
    {"name_constraints", show_name_constraints},
    {"extensions", show_extensions},
    {"padding", show_option},
    {"omit", show_list},
    {"signature", show_text},
    {"forge", show_text},
    {"truncate_signature", show_option},
    {"flip_signature_bit", show_option},
    {"damage", show_list},
    {"mutate_seed", show_option},
    {"mutate_count", show_int},
    {"mutate_where", show_text},
    {"der", show_text},
};

static void show_member(const struct key_spec *key, const struct pki_spec *spec, struct buf *out)
{
    for (size_t i = 0; i < sizeof(shows) / sizeof(shows[0]); i++)
        if (strcmp(shows[i].key, key->name) == 0) {
            shows[i].show((const char *)spec + key->offset, out);
            return;
        }
    test_check(false, __FILE__, __LINE__, "no row of shows[] for the key %s", key->name);
}

static void write_keys(const char *title, const struct key_spec *keys, struct buf *out)
{
    CHECK_OK(buf_printf(out, "\n### %s\n\n| Key | Meaning |\n|---|---|\n", title));
    for (; keys->name != NULL; keys++)
        CHECK_OK(buf_printf(out, "| `%s` | %s |\n", keys->name, keys->help));
}

static void write_recipes(struct buf *out)
{
    put(out, "\n### Recipes\n\n| Recipe | What it is | The same again |\n|---|---|---|\n");
    for (const struct pki_recipe *r = pki_recipes; r->name != NULL; r++)
        if (!r->authority)
            CHECK_OK(buf_printf(out, "| `%s` | %s | %s |\n", r->name, r->help,
                                r->stable ? "yes" : "no, another serial each time"));
    put(out, "\n### Authorities of the bench\n\n| Name | What it is | Subject | Key |\n"
             "|---|---|---|---|\n");
    for (const struct pki_recipe *r = pki_recipes; r->name != NULL; r++)
        if (r->authority)
            CHECK_OK(buf_printf(out, "| `%s` | %s | `%s` | `%s` |\n", r->name, r->help,
                                r->spec.subject.data, r->spec.key.data));
}

/* A line for each key that some recipe says something about. */
static void write_defaults(struct buf *out)
{
    put(out, "\n### Defaults\n\nAn empty field: not given, none, or false.\n\n| Key |");
    for (const struct pki_recipe *r = pki_recipes; r->name != NULL; r++)
        if (!r->authority)
            CHECK_OK(buf_printf(out, " %s |", r->name));
    put(out, "\n|---|");
    for (const struct pki_recipe *r = pki_recipes; r->name != NULL; r++)
        put(out, r->authority ? "" : "---|");
    put(out, "\n");
    for (const struct key_spec *key = pki_keys; key->name != NULL; key++) {
        size_t before = out->len;
        size_t filled = 0;

        CHECK_OK(buf_printf(out, "| `%s` |", key->name));
        for (const struct pki_recipe *r = pki_recipes; r->name != NULL; r++) {
            size_t at = out->len;

            if (r->authority)
                continue;
            put(out, " ");
            show_member(key, &r->spec, out);
            filled += out->len - at - 1;
            put(out, out->len - at > 1 ? " |" : "|");
        }
        put(out, "\n");
        if (filled == 0)
            buf_truncate(out, before);
    }
}

static void write_key_types(struct buf *out)
{
    put(out, "\n### Key types\n\n`auto`");
    for (const struct pki_key_type *type = pki_key_types; type->name != NULL; type++)
        CHECK_OK(buf_printf(out, ", `%s`", type->name));
    put(out, "\n");
}

static void write_tables(struct buf *out)
{
    write_recipes(out);
    write_keys("Keys of a description", pki_keys, out);
    write_keys("`basic_constraints`", pki_basic_constraints_keys, out);
    write_keys("`key_usage`, `extended_key_usage`", pki_usages_keys, out);
    write_keys("`name_constraints`", pki_name_constraints_keys, out);
    write_keys("Members of `extensions`", pki_extension_keys, out);
    write_defaults(out);
    write_key_types(out);
    put(out, "\n");
}

static void read_document(struct buf *out)
{
    char piece[4096];
    size_t len = 0;
    FILE *file = fopen(DOCUMENT, "r");

    if (file == NULL)
        return;
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        CHECK_OK(buf_add(out, piece, len));
    fclose(file);
}

static void rewrite(const struct buf *document, const char *begin, const struct buf *tables,
                    const char *end)
{
    FILE *file = fopen(DOCUMENT, "w");
    size_t head = (size_t)(begin - (const char *)document->data);
    size_t tail = document->len - (size_t)(end - (const char *)document->data);

    REQUIRE(file != NULL);
    CHECK_UINT_EQ(fwrite(document->data, 1, head, file), head);
    CHECK_UINT_EQ(fwrite(tables->data, 1, tables->len, file), tables->len);
    CHECK_UINT_EQ(fwrite(end, 1, tail, file), tail);
    CHECK_INT_EQ(fclose(file), 0);
}

static void the_document_holds_the_tables_of_the_code(void)
{
    struct buf tables;
    struct buf document;

    buf_init(&tables, DOCUMENT_MAX);
    buf_init(&document, DOCUMENT_MAX);
    write_tables(&tables);
    read_document(&document);
    const char *begin = strstr(buf_text(&document), BEGIN);
    const char *end = begin != NULL ? strstr(begin, END) : NULL;
    REQUIRE(begin != NULL && end != NULL);
    begin += strlen(BEGIN);
    bool same = (size_t)(end - begin) == tables.len && memcmp(begin, tables.data, tables.len) == 0;
    if (!same && getenv("ASSAY_UPDATE_DOCS") != NULL)
        rewrite(&document, begin, &tables, end);
    else
        test_check(same, __FILE__, __LINE__,
                   "%s is out of date; run ASSAY_UPDATE_DOCS=1 test_pki_document", DOCUMENT);
    buf_done(&tables);
    buf_done(&document);
}

static void every_row_of_this_test_is_a_key(void)
{
    size_t count = 0;

    for (const struct key_spec *key = pki_keys; key->name != NULL; key++)
        count++;
    CHECK_UINT_EQ(count, sizeof(shows) / sizeof(shows[0]));
}

TEST_SUITE(pki_document, TEST(the_document_holds_the_tables_of_the_code),
           TEST(every_row_of_this_test_is_a_key));
