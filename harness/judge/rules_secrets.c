/* SPDX-License-Identifier: Apache-2.0 */
/* What a board gives away: on its serial line, and to servers that it should have refused. */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <stdio.h>
#include <string.h>

/* ---- what it prints ---- */

void rule_no_secrets_printed(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned lines = 0;

    while ((e = rule_walk_find(&walk, EV_BOARD_LINE)) != NULL) {
        const char *text = event_get_text(e, "text");
        const char *scenario = event_get_text(walk.begin, "scenario");

        lines++;
        /* The driver puts this in the place of what the board was told in confidence. */
        if (strstr(text, "(secret)") != NULL)
            rule_say(
                ret, VERDICT_FAIL_BEHAVIOUR,
                "It printed its password or its pre-shared key (in %s): whoever opens the case, "
                "or gets a log, has it. Print that there is one, not which.",
                scenario);
        else if (strstr(text, "PRIVATE KEY") != NULL)
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It printed a private key (in %s): whoever opens the case, or gets a log, is "
                     "this board from now on.",
                     scenario);
        else
            continue;
        return;
    }
    if (lines == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It prints nothing that the bench could read.");
    else
        rule_say(ret, VERDICT_PASS, "Nothing that it printed was a password or a key.");
}

/* ---- what it tells the wrong servers ---- */

enum { SECRETS = 5 };

/* In the order in which MQTT sends them. */
static const char *const secret_names[SECRETS] = {"its client identifier", "its user name",
                                                  "its password", "a topic", "a payload"};

struct leaks {
    unsigned servers; /* that had to be refused */
    unsigned talked;  /* ... and were told something */
    bool told[SECRETS];
    bool here;  /* this server has to be refused */
    bool heard; /* ... and was told something */
    const char *first;
};

static void tell(struct leaks *l, size_t secret, const struct event *begin)
{
    l->told[secret] = true;
    l->talked += l->heard ? 0 : 1;
    l->heard = true;
    if (l->first == NULL)
        l->first = event_get_text(begin, "scenario");
}

static void see_leak(struct leaks *l, const struct event *e, const struct event *begin)
{
    const struct event_field *payload = event_field(e, "payload");
    bool rx = strcmp(event_get_text(e, "dir"), "rx") == 0;

    if (event_is(e, EV_MQTT_CONNECT)) {
        tell(l, 0, begin);
        if (event_get_bool(e, "has_username"))
            tell(l, 1, begin);
        if (event_get_bool(e, "has_password"))
            tell(l, 2, begin);
    }
    if (event_is(e, EV_MQTT_PACKET) && rx && strcmp(event_get_text(e, "type"), "SUBSCRIBE") == 0)
        tell(l, 3, begin);
    if (!event_is(e, EV_MQTT_PUBLISH) || !rx)
        return;
    tell(l, 3, begin);
    if (payload != NULL && payload->text_len > 0)
        tell(l, 4, begin);
}

static void list_told(const struct leaks *l, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < SECRETS && used < size; i++)
        if (l->told[i])
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     secret_names[i]);
}

void rule_first_leak(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct leaks l = {.servers = 0};
    const struct event *e = NULL;
    char told[120];

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            l.here = strcmp(event_get_text(e, "expect"), "refuse") == 0;
            l.heard = false;
            l.servers += l.here ? 1 : 0;
        } else if (l.here) {
            see_leak(&l, e, walk.begin);
        }
    }
    list_told(&l, told, sizeof(told));
    if (l.servers == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE, "The run has no server that has to be refused.");
    else if (l.talked == 0)
        rule_say(ret, VERDICT_PASS,
                 "None of the %u servers that have to be refused was told anything.", l.servers);
    else
        rule_say(ret, VERDICT_FAIL_LEAK,
                 "To %u of %u servers that have to be refused it gave, in this order: %s; first in "
                 "%s.",
                 l.talked, l.servers, told, l.first);
}
