/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_name.h"

#include <ctype.h>
#include <string.h>

enum { ATTRIBUTE_MAX = 64 };

static const struct {
    const char *name, *oid;
    unsigned tag;
} attributes[] = {
    {"CN", "2.5.4.3", DER_UTF8_STRING},
    {"O", "2.5.4.10", DER_UTF8_STRING},
    {"OU", "2.5.4.11", DER_UTF8_STRING},
    {"C", "2.5.4.6", DER_PRINTABLE_STRING},
    {"ST", "2.5.4.8", DER_UTF8_STRING},
    {"L", "2.5.4.7", DER_UTF8_STRING},
    {"DC", "0.9.2342.19200300.100.1.25", DER_IA5_STRING},
    {"UID", "0.9.2342.19200300.100.1.1", DER_UTF8_STRING},
    {"serialNumber", "2.5.4.5", DER_PRINTABLE_STRING},
    {"emailAddress", "1.2.840.113549.1.9.1", DER_IA5_STRING},
    {"title", "2.5.4.12", DER_UTF8_STRING},
};

static const struct {
    const char *name;
    unsigned tag;
    size_t width; /* bytes that an ASCII character takes */
} string_types[] = {
    {"utf8", DER_UTF8_STRING, 1}, {"printable", DER_PRINTABLE_STRING, 1},
    {"ia5", DER_IA5_STRING, 1},   {"teletex", DER_TELETEX_STRING, 1},
    {"bmp", DER_BMP_STRING, 2},   {"universal", DER_UNIVERSAL_STRING, 4},
};

struct cursor {
    const char *data;
    size_t len, at;
};

struct attribute {
    char type[ATTRIBUTE_MAX]; /* NUL terminated */
    const char *oid;          /* NULL: type itself is one */
    unsigned tag;
    size_t width;
};

static bool at_end(const struct cursor *c)
{
    return c->at == c->len;
}

static bool choose_type(const char *name, struct attribute *attribute)
{
    for (size_t i = 0; i < sizeof(string_types) / sizeof(string_types[0]); i++)
        if (strcmp(string_types[i].name, name) == 0) {
            attribute->tag = string_types[i].tag;
            attribute->width = string_types[i].width;
            return true;
        }
    return false;
}

/* "CN" or "CN:printable" or "2.5.4.3", which stands in attribute->type and is cut there. */
static bool understand(struct attribute *attribute)
{
    char *type = strchr(attribute->type, ':');

    if (type != NULL)
        *type++ = '\0';
    attribute->oid = NULL;
    attribute->tag = DER_UTF8_STRING;
    attribute->width = 1;
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
        if (strcmp(attributes[i].name, attribute->type) == 0) {
            attribute->oid = attributes[i].oid;
            attribute->tag = attributes[i].tag;
        }
    if (attribute->oid == NULL && !isdigit((unsigned char)attribute->type[0]))
        return false;
    return type == NULL || choose_type(type, attribute);
}

static enum assay_status take_attribute(struct cursor *c, struct attribute *ret,
                                        struct assay_error *err)
{
    struct attribute attribute = {.type = ""};
    size_t len = 0;

    while (!at_end(c) && c->data[c->at] == ' ')
        c->at++;
    for (; !at_end(c) && c->data[c->at] != '=' && len + 1 < sizeof(attribute.type); len++)
        attribute.type[len] = c->data[c->at++];
    if (at_end(c) || c->data[c->at] != '=')
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"%.60s\" is no attribute of a name; \"CN=...\" would be right",
                               attribute.type);
    c->at++;
    if (!understand(&attribute))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "no attribute \"%.60s\"; there are CN, O, OU, C, ST, L, DC, UID, "
                               "serialNumber, emailAddress, title, OIDs, and string types as in "
                               "CN:printable",
                               attribute.type);
    *ret = attribute;
    return ASSAY_OK;
}

/* Bytes up to the next ',' or '+' that no '\' protects. */
static void write_value(struct cursor *c, size_t width, struct der *d)
{
    static const char zeros[3] = {0};

    for (; !at_end(c) && c->data[c->at] != ',' && c->data[c->at] != '+'; c->at++) {
        if (c->data[c->at] == '\\' && c->at + 1 < c->len)
            c->at++;
        der_raw(d, zeros, width - 1);
        der_raw(d, c->data + c->at, 1);
    }
}

static enum assay_status write_attribute(struct cursor *c, struct der *d, struct assay_error *err)
{
    struct attribute attribute = {.type = ""};

    ASSAY_TRY(take_attribute(c, &attribute, err));
    size_t pair = der_open(d, DER_SEQUENCE);
    der_oid(d, attribute.oid != NULL ? attribute.oid : attribute.type);
    if (der_status(d) == ASSAY_ERR_NOT_FOUND)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "\"%.60s\" is no object identifier",
                               attribute.type);
    size_t value = der_open(d, attribute.tag);
    write_value(c, attribute.width, d);
    der_close(d, value);
    der_close(d, pair);
    return ASSAY_OK;
}

enum assay_status pki_name_write(struct pki_text text, struct der *d, struct assay_error *err)
{
    struct cursor c = {.data = text.data, .len = text.len};
    size_t name = der_open(d, DER_SEQUENCE);

    while (!at_end(&c)) {
        size_t set = der_open(d, DER_SET);

        ASSAY_TRY(write_attribute(&c, d, err));
        while (!at_end(&c) && c.data[c.at] == '+') {
            c.at++;
            ASSAY_TRY(write_attribute(&c, d, err));
        }
        der_close(d, set);
        if (!at_end(&c))
            c.at++; /* the comma */
    }
    der_close(d, name);
    return ASSAY_OK;
}
