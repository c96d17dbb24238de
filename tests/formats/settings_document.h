/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SETTINGS_DOCUMENT_H
#define SETTINGS_DOCUMENT_H

#include "base/keys.h"

/* The section below heading ("## `mqtt`") of the file shows these keys, row by row, and no others.
 */
void settings_document_check(const char *path, const char *heading, const struct key_spec *keys);

#endif
