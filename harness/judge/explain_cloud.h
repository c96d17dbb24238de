/* SPDX-License-Identifier: Apache-2.0 */
/* What a cloud says, refuses and does, in words. */
#ifndef EXPLAIN_CLOUD_H
#define EXPLAIN_CLOUD_H

#include "base/buf.h"
#include "base/event.h"

/* A sentence and a line feed for a face.* event; nothing for others. */
ASSAY_RESULT explain_cloud(const struct event *e, struct buf *out);

#endif
