/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transcript: an append-only list of events with everything they point to. One per case; the
 * judge, the explainer, the ladder, the capture and the reports only read it.
 */
#ifndef BASE_TRANSCRIPT_H
#define BASE_TRANSCRIPT_H

#include "base/event.h"

struct transcript;

/* max_bytes bounds the memory of all events together. NULL: no memory. */
struct transcript *transcript_new(size_t max_bytes);
void transcript_free(struct transcript *t); /* NULL is allowed */

/* A sink that appends to t; valid as long as t. */
const struct event_sink *transcript_sink(struct transcript *t);

/* Copy an event to the end. A failure is kept: see transcript_status(). */
enum assay_status transcript_append(struct transcript *t, const struct event *event);

/* ASSAY_OK, or why the transcript is incomplete (ASSAY_ERR_LIMIT, ASSAY_ERR_NOMEM). */
enum assay_status transcript_status(const struct transcript *t);

size_t transcript_count(const struct transcript *t);
const struct event *transcript_at(const struct transcript *t, size_t index); /* NULL past the end */

/*
 * Hand every event that is appended from now on to a second sink as well (a file being written, a
 * live explainer); NULL ends that.
 */
void transcript_tee(struct transcript *t, const struct event_sink *second);

#endif
