/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOARD_PROBE_HOST_INTERNAL_H
#define BOARD_PROBE_HOST_INTERNAL_H

#include "probe_host.h"

/* probe_plan.c: what to send next, as a text and a row for h->out (which, used, is_secret). */
enum probe_command probe_plan_next(struct probe_host *h, uint64_t now_ms,
                                   char text[PROBE_LINE_TEXT_MAX + 1]);

/* probe_answer.c: what an answer, or none in spite of all tries, means. */
void probe_answer_take(struct probe_host *h, const struct probe_outstanding *asked,
                       const char *text, uint64_t now_ms);
void probe_answer_missing(struct probe_host *h, const struct probe_outstanding *asked,
                          uint64_t now_ms);

/* probe_event.c: news from the board. */
void probe_event_take(struct probe_host *h, const struct probe_line *line, uint64_t now_ms);
void probe_event_finish(struct probe_host *h, const struct probe_result *result);

/* probe_host.c: nothing is known of the board any more; the attempt has failed. */
void probe_host_forget(struct probe_host *h);
void probe_host_fail(struct probe_host *h, enum probe_failure failure, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool probe_host_set_known(struct probe_host *h, enum probe_key key, const char *value);

#endif
