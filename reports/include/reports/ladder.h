/* SPDX-License-Identifier: Apache-2.0 */
/* The handshake ladder of an attempt: board on the left, bench on the right, one rung a message. */
#ifndef REPORTS_LADDER_H
#define REPORTS_LADDER_H

#include "base/buf.h"
#include "base/transcript.h"

/* attempt: number in the transcript. Text for a terminal, SVG (one <svg> element) for a page. */
ASSAY_RESULT ladder_text(const struct transcript *t, int attempt, struct buf *out);
ASSAY_RESULT ladder_svg(const struct transcript *t, int attempt, struct buf *out);

#endif
