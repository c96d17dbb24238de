/* SPDX-License-Identifier: Apache-2.0 */
#include "xml.h"

#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

/* Length of the UTF-8 sequence at text that XML 1.0 allows (section 2.2), 0 where there is none. */
static size_t allowed_length(const unsigned char *text)
{
    size_t need = 0;
    unsigned code = text[0];

    if (code < 0x80)
        return code >= 0x20 || code == '\t' || code == '\n' || code == '\r' ? 1 : 0;
    if (code >= 0xc2 && code <= 0xdf)
        need = 2;
    else if ((code & 0xf0) == 0xe0)
        need = 3;
    else if (code >= 0xf0 && code <= 0xf4)
        need = 4;
    else
        return 0;
    code &= 0xffU >> (need + 1);
    for (size_t i = 1; i < need; i++) {
        if ((text[i] & 0xc0) != 0x80) /* also at the terminating NUL */
            return 0;
        code = code << 6 | (text[i] & 0x3fU);
    }
    if ((need == 3 && code < 0x800) || (need == 4 && (code < 0x10000 || code > 0x10ffff)) ||
        (code >= 0xd800 && code <= 0xdfff) || code == 0xfffe || code == 0xffff)
        return 0;
    return need;
}

enum assay_status xml_add(struct buf *out, const char *text)
{
    while (*text != '\0') {
        size_t len = allowed_length((const unsigned char *)text);
        const char *escape = *text == '&'    ? "&amp;"
                             : *text == '<'  ? "&lt;"
                             : *text == '>'  ? "&gt;"
                             : *text == '"'  ? "&quot;"
                             : *text == '\'' ? "&#39;"
                             : len == 0      ? replacement
                                             : NULL;

        if (escape != NULL)
            ASSAY_TRY(buf_add_text(out, escape));
        else
            ASSAY_TRY(buf_add(out, text, len));
        text += len > 0 ? len : 1;
    }
    return ASSAY_OK;
}

enum assay_status xml_attribute(struct buf *out, const char *name, const char *value)
{
    ASSAY_TRY(buf_printf(out, " %s=\"", name));
    ASSAY_TRY(xml_add(out, value));
    return buf_add_char(out, '"');
}
