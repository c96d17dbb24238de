/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the waits of a board that cannot connect stop growing. A board that is told its first wait
 * is told a short one, so that hours become seconds: its waits count as if the first were a second.
 */
#include "stay_links.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    LEAST_CAP_S = 30,
    MOST_CAP_S = 3600,
    MOST_WAITS = STAY_LINKS_MAX,
    LEAST_LEVEL = 3,     /* waits that have to be alike to show a limit */
    STILL_PERCENT = 140, /* of what came before: more is growth, less is chance */
    SHORT_PERCENT = 75,  /* of the least: half of a wait may be chance */
    NOISE_MS = 100,      /* of a busy machine, in real time */
    NOMINAL_FIRST_MS = 1000
};

struct waits {
    uint64_t ms[MOST_WAITS]; /* as if the first were a second, where the board was told */
    size_t count;
    uint64_t noise_ms;
    uint64_t open_ms; /* since the last connection ended, when the watch was over */
};

static uint64_t scaled(uint64_t ms, int64_t told_ms)
{
    return told_ms > 0 ? ms * NOMINAL_FIRST_MS / (uint64_t)told_ms : ms;
}

static void read_waits(const struct rule_view *view, struct waits *ret)
{
    struct stay_links links;
    struct rule_walk walk = {.view = view};
    const struct event *end = rule_walk_find(&walk, EV_ATTEMPT_END);
    int64_t told_ms = walk.begin != NULL ? event_get_int(walk.begin, "backoff_ms", 0) : 0;
    const struct stay_link *last = NULL;

    *ret = (struct waits){.noise_ms = scaled(NOISE_MS, told_ms)};
    stay_links_read(view, &links);
    for (size_t i = 1; i < links.count; i++)
        ret->ms[ret->count++] =
            scaled(stay_ms(links.rows[i - 1].ended_ns, links.rows[i].opened_ns), told_ms);
    last = links.count > 0 ? &links.rows[links.count - 1] : NULL;
    /* With more connections than are kept, the last of them says nothing of the end. */
    if (end != NULL && last != NULL && last->is_ended && links.count < STAY_LINKS_MAX)
        ret->open_ms = scaled(stay_ms(last->ended_ns, end->t_ns), told_ms);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* The longest of them, leaving out a tenth: the machine may have been busy. */
static uint64_t usual_longest(const uint64_t *ms, size_t count)
{
    uint64_t sorted[MOST_WAITS];

    for (size_t i = 0; i < count; i++)
        sorted[i] = ms[i];
    qsort(sorted, count, sizeof(sorted[0]), compare);
    return count > 0 ? sorted[count - 1 - count / 10] : 0;
}

static uint64_t longest(const struct waits *w)
{
    uint64_t found = w->open_ms;

    for (size_t i = 0; i < w->count; i++)
        found = w->ms[i] > found ? w->ms[i] : found;
    return found;
}

/* Do the last waits, a third of all, grow beyond those before them? The one that is open counts. */
static bool has_level(const struct waits *w, uint64_t *ret_level_ms)
{
    size_t late = w->count / 3 > LEAST_LEVEL ? w->count / 3 : LEAST_LEVEL;
    uint64_t before = 0;
    uint64_t after = 0;

    if (w->count < 2 * late)
        return false;
    before = usual_longest(w->ms, w->count - late);
    after = usual_longest(w->ms + w->count - late, late);
    *ret_level_ms = after;
    before = before * STILL_PERCENT / 100 + w->noise_ms;
    return after <= before && w->open_ms <= before;
}

void rule_stay_backoff_cap(const struct rule_view *view, struct rule_finding *ret)
{
    struct waits w;
    uint64_t level_ms = 0;
    uint64_t longest_s = 0;

    read_waits(view, &w);
    longest_s = longest(&w) / 1000;
    if (longest_s > MOST_CAP_S)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It waited for %" PRIu64
                 " s%s, more than an hour, before it came back: after a long "
                 "outage it is away for hours or days although its broker is back. Let the waits "
                 "stop growing at some minutes.",
                 longest_s, w.open_ms / 1000 == longest_s ? " and longer" : "");
    else if (w.count < 2 * LEAST_LEVEL)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "It came back %zu times, which is too few to tell where its waits stop growing.",
                 w.count);
    else if (!has_level(&w, &level_ms))
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "Its waits still grew when the watch was over (up to %" PRIu64
                 " s): watch longer.",
                 longest_s);
    else if (level_ms * 100 < (uint64_t)LEAST_CAP_S * 1000 * SHORT_PERCENT)
        rule_say(ret, VERDICT_DEGRADED,
                 "Its waits stop growing at about %" PRIu64 " s, less than 30: all boards together "
                 "keep knocking at a broker that is down.",
                 (level_ms + 500) / 1000);
    else
        rule_say(ret, VERDICT_PASS, "Its waits stop growing at about %" PRIu64 " s.",
                 (level_ms + 500) / 1000);
}
