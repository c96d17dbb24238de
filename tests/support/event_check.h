/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds events against the list of base/event_kinds.h: the kind exists, every field is listed with
 * that type, secrets are marked, none of the fields that are not optional is missing, and a text
 * whose words are listed is one of them. For the tests of everybody who emits events; link
 * assay::event_check.
 */
#ifndef EVENT_CHECK_H
#define EVENT_CHECK_H

#include "base/event.h"
#include "base/transcript.h"
#include "test_support.h"

enum { EVENT_CHECK_TEXT = 256, EVENT_KIND_FIELD_NAME = 48, EVENT_KIND_FIELD_NOTE = 128 };

/* One field of a row of event_kinds. */
struct event_kind_field {
    char name[EVENT_KIND_FIELD_NAME];
    enum event_field_kind kind;
    bool secret;
    bool optional;
    char note[EVENT_KIND_FIELD_NOTE]; /* what stands in brackets, "" for nothing */
};

/*
 * Read the next field of a row's text and move *text past it.
 * @retval ASSAY_ERR_NOT_FOUND  the end
 * @retval ASSAY_ERR_MALFORMED  the row is not written as the head of event_kinds.h says
 */
ASSAY_RESULT event_kind_next_field(const char **text, struct event_kind_field *ret);

/* Whether the event is as its row says; why is filled where it is not. */
bool event_is_listed(const struct event *event, char why[static EVENT_CHECK_TEXT]);

#define CHECK_EVENT(event)                                                                         \
    do {                                                                                           \
        char check_why_[EVENT_CHECK_TEXT] = "";                                                    \
        bool check_listed_ = event_is_listed((event), check_why_);                                 \
        test_check(check_listed_, __FILE__, __LINE__, "%s", check_why_);                           \
    } while (0)

/* Every event of a transcript, and that nothing was lost. */
#define CHECK_EVENTS(transcript)                                                                   \
    do {                                                                                           \
        CHECK_OK(transcript_status(transcript));                                                   \
        for (size_t check_i_ = 0; check_i_ < transcript_count(transcript); check_i_++)             \
            CHECK_EVENT(transcript_at((transcript), check_i_));                                    \
    } while (0)

#endif
