/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORTS_XML_H
#define REPORTS_XML_H

#include "base/buf.h"

/* Append text with what XML and HTML reserve escaped, in content and in attributes. Characters
 * that XML 1.0 does not allow, and bytes that are no UTF-8, become U+FFFD. */
ASSAY_RESULT xml_add(struct buf *out, const char *text);

/* ' name="value"' */
ASSAY_RESULT xml_attribute(struct buf *out, const char *name, const char *value);

#endif
