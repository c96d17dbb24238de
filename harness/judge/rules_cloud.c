/* SPDX-License-Identifier: Apache-2.0 */
/* What a board makes of a cloud's own services: shadows and jobs of AWS IoT
 * (docs/formats/faces.md).
 */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

static bool is_of_service(const struct event *e, const char *service, const char *operation)
{
    return event_is(e, EV_FACE_SERVICE) && strcmp(event_get_text(e, "service"), service) == 0 &&
           strcmp(event_get_text(e, "operation"), operation) == 0;
}

static bool is_rejected(const struct event *e)
{
    return event_get_int(e, "code", 0) != 0;
}

/* What the cloud let in, of all connections. */
static bool was_known(const struct rule_view *view)
{
    struct rule_walk walk = {.view = view};

    return rule_walk_find(&walk, EV_FACE_ACCEPTED) != NULL;
}

static void say_stranger(struct rule_finding *ret)
{
    rule_say(ret, VERDICT_INCONCLUSIVE, "The cloud did not let it in, so there is nothing to see.");
}

void rule_cloud_shadow_reports(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *rejected = NULL;
    const struct event *report = NULL;

    while ((e = rule_walk_next(&walk)) != NULL && report == NULL) {
        if (is_of_service(e, "shadow", "report") && !is_rejected(e))
            report = e;
        if (is_of_service(e, "shadow", "update") && is_rejected(e))
            rejected = e;
    }
    if (!was_known(view))
        say_stranger(ret);
    else if (report != NULL)
        rule_say(ret, VERDICT_PASS, "It reported its state to its shadow (version %" PRId64 ").",
                 event_get_int(report, "version", 0));
    else if (rejected != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its report was rejected with %" PRId64 " (%s), and it made no other.",
                 event_get_int(rejected, "code", 0), event_get_text(rejected, "text"));
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It connected and reported no state to its shadow "
                 "($aws/things/THING/shadow/update).");
}

/* A delta is told after each update that leaves one: the last word counts. */
void rule_cloud_shadow_follows(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *open = NULL; /* the delta that nothing has settled */
    bool was_told = false;
    bool reported = false; /* since the delta was told first */

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (is_of_service(e, "shadow", "delta")) {
            open = e;
            was_told = true;
        }
        if (is_of_service(e, "shadow", "report") && !is_rejected(e)) {
            open = NULL;
            reported = was_told;
        }
    }
    if (!was_known(view))
        say_stranger(ret);
    else if (!was_told)
        rule_say(
            ret, VERDICT_FAIL_BEHAVIOUR,
            "It did not subscribe to $aws/things/THING/shadow/update/delta, so that no desired "
            "state reaches it.");
    else if (open == NULL)
        rule_say(ret, VERDICT_PASS, "It reported the state that was desired.");
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 reported ? "It reported again, but not the state that was desired (version "
                            "%" PRId64 ")."
                          : "It was told the desired state (version %" PRId64
                            "), and reported nothing afterwards.",
                 event_get_int(open, "version", 0));
}

static bool has_status(const struct event *e, const char *status)
{
    return strcmp(event_get_text(e, "status"), status) == 0;
}

struct job_story {
    bool was_there, was_begun;
    const struct event *ended, *rejected;
};

static void see_job(struct job_story *story, const struct event *e)
{
    if (!event_is(e, EV_FACE_SERVICE) || strcmp(event_get_text(e, "service"), "jobs") != 0)
        return;
    story->was_there = true;
    if (is_rejected(e)) {
        story->rejected = e;
        return;
    }
    if (has_status(e, "IN_PROGRESS"))
        story->was_begun = true;
    if (story->ended == NULL && strcmp(event_get_text(e, "operation"), "update") == 0 &&
        !has_status(e, "IN_PROGRESS"))
        story->ended = e;
}

void rule_cloud_job_done(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct job_story story = {.was_there = false};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL)
        see_job(&story, e);
    if (!was_known(view))
        say_stranger(ret);
    else if (!story.was_there)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It neither subscribed to $aws/things/THING/jobs/notify-next nor asked for jobs.");
    else if (story.ended != NULL && story.was_begun)
        rule_say(ret, VERDICT_PASS, "It began the job and reported %s.",
                 event_get_text(story.ended, "status"));
    else if (story.ended != NULL)
        rule_say(ret, VERDICT_DEGRADED,
                 "It reported %s without having said IN_PROGRESS: nobody can see a job that hangs.",
                 event_get_text(story.ended, "status"));
    else if (story.rejected != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its report was rejected: %s.",
                 event_get_text(story.rejected, "text"));
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "It was given a job and did not report its end.");
}
