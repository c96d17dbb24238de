/* SPDX-License-Identifier: Apache-2.0 */
/* How a board comes back: how long it waits, and whether it ever waits less again. */
#include "backoff.h"
#include "stay_links.h"

#include <inttypes.h>

enum { JITTER_WAITS = 8, STABLE_MS = 2000 };

static uint64_t wait_before(const struct stay_links *links, size_t i)
{
    return stay_ms(links->rows[i - 1].ended_ns, links->rows[i].opened_ns);
}

static void read_waits(const struct rule_view *view, struct judge_backoff *ret)
{
    struct stay_links links;

    stay_links_read(view, &links);
    *ret = (struct judge_backoff){.present = true};
    for (size_t i = 1; i < links.count && ret->count < JUDGE_BACKOFF_MAX; i++)
        if (links.rows[i - 1].is_ended && !links.rows[i - 1].left)
            ret->waits_ms[ret->count++] = wait_before(&links, i);
    backoff_classify(ret);
}

static void say_jitter(const struct judge_backoff *b, const char *waits, struct rule_finding *ret)
{
    if (b->kind != BACKOFF_CONSTANT)
        rule_say(ret, VERDICT_PASS,
                 "Its waits grow (%s), and chance is in them: boards that lost their broker "
                 "together do not come back together. They were %s.",
                 judge_backoff_name(b->kind), waits);
    else if (b->count < JITTER_WAITS)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "There is chance in its waits; %zu are too few to tell whether they grow: %s.",
                 b->count, waits);
    else
        rule_say(ret, VERDICT_DEGRADED,
                 "There is chance in its waits, but they do not grow: a broker that is down for "
                 "an hour has all its boards at the door all the time. They were %s.",
                 waits);
}

void rule_stay_backoff(const struct rule_view *view, struct rule_finding *ret)
{
    struct judge_backoff b;
    char waits[160];

    read_waits(view, &b);
    ret->backoff = b;
    backoff_describe(&b, waits, sizeof(waits));
    if (b.kind == BACKOFF_UNKNOWN)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "It came back %zu times, which is too few to tell how it waits: watch longer.",
                 b.count);
    else if (b.kind == BACKOFF_NONE)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It comes back at once, every time (%zu times): a broker that is overloaded never "
                 "recovers from its own boards.",
                 b.count);
    else if (b.has_jitter)
        say_jitter(&b, waits, ret);
    else
        rule_say(ret, b.kind == BACKOFF_EXPONENTIAL ? VERDICT_DEGRADED : VERDICT_FAIL_BEHAVIOUR,
                 "Its waits are %s, without chance: all boards that lost their broker together "
                 "come back together. Wait twice as long each time, and a part of that by chance. "
                 "They were %s.",
                 judge_backoff_name(b.kind), waits);
}

void rule_stay_backoff_resets(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    uint64_t longest_ms = 0;

    stay_links_read(view, &links);
    for (size_t i = 1; i < links.count; i++) {
        const struct stay_link *before = &links.rows[i - 1];
        bool was_stable =
            before->accepted_ns != 0 && stay_ms(before->accepted_ns, before->ended_ns) >= STABLE_MS;
        uint64_t wait_ms = wait_before(&links, i);

        if (!was_stable || i < 2) {
            longest_ms = wait_ms > longest_ms ? wait_ms : longest_ms;
            continue;
        }
        if (wait_ms <= longest_ms)
            rule_say(ret, VERDICT_PASS,
                     "After a session that held, it waited %" PRIu64 " ms, where it had waited up "
                     "to %" PRIu64 " ms before.",
                     wait_ms, longest_ms);
        else
            rule_say(ret, VERDICT_DEGRADED,
                     "After a session that held for %" PRIu64 " ms it waited %" PRIu64 " ms, "
                     "longer than ever before (%" PRIu64 " ms): its waits never begin anew, and "
                     "grow over the days.",
                     stay_ms(before->accepted_ns, before->ended_ns), wait_ms, longest_ms);
        return;
    }
    rule_say(ret, VERDICT_INCONCLUSIVE, "It lost no session that had held, after failures before.");
}
