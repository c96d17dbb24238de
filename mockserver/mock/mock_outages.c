/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that is gone now and then: `outages` of a description. What happens when is drawn from
 * the seed, so that the same seed gives the same day.
 */
#include "mock_internal.h"

#include "base/event_kinds.h"
#include "secured.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 86400000, WAYS_MAX = 16 };

enum way { WAY_REFUSE, WAY_SILENT, WAY_DROP, WAY_BAD, WAY_COUNT };

static const char *const way_names[WAY_COUNT] = {[WAY_REFUSE] = "refuse",
                                                 [WAY_SILENT] = "silent",
                                                 [WAY_DROP] = "drop",
                                                 [WAY_BAD] = "bad-certificate"};

struct range {
    int64_t least, most;
};

struct settings {
    int64_t seed, for_ms;
    struct range up_ms, down_ms;
    enum way ways[WAYS_MAX];
    size_t way_count;
};

struct mock_outages {
    struct mock *mock;
    struct settings settings;
    struct secured_tls *bad; /* of another root; NULL: no way asks for it */
    uv_timer_t timer;
    bool has_timer;
    uint64_t random;
    uint64_t planned_ms; /* what has been drawn so far; a busy machine does not change it */
    int64_t number;
    enum way way; /* of the one that is on */
    bool is_on;
};

static enum assay_status read_range(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    struct range range = {value_int(value_at(value, 0)), value_int(value_at(value, 1))};

    (void)spec;
    if (value_kind(value) != VALUE_LIST || value_count(value) != 2 || range.least < 0 ||
        range.most < range.least || range.most > DAY_MS)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s has to be a list of two numbers of milliseconds, the least and "
                               "the most, up to a day",
                               path);
    memcpy(target, &range, sizeof(range));
    return ASSAY_OK;
}

static enum assay_status read_ways(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    struct settings *s = (struct settings *)(void *)((char *)target - spec->offset);

    s->way_count = 0;
    for (size_t i = 0; i < value_count(value) && i < WAYS_MAX; i++)
        for (enum way way = 0; way < WAY_COUNT; way++)
            if (value_text(value_at(value, i)) != NULL &&
                strcmp(value_text(value_at(value, i)), way_names[way]) == 0)
                s->ways[s->way_count++] = way;
    if (value_kind(value) == VALUE_LIST && s->way_count > 0 && s->way_count == value_count(value))
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be a list of up to %d words: refuse, silent, drop, "
                           "bad-certificate",
                           path, WAYS_MAX);
}

#define AT(member) offsetof(struct settings, member)

/* clang-format off */
const struct key_spec mock_outages_keys[] = {
    {"ways", read_ways, AT(ways), 0, 0, "{\"refuse\"}",
     "how the server is gone, one of them drawn each time, see below"},
    {"up_ms", read_range, AT(up_ms), 0, 0, "{60000, 60000}",
     "how long the server is well before each outage, the least and the most"},
    {"down_ms", read_range, AT(down_ms), 0, 0, "{0, 0}", "how long an outage takes, the least and the most"},
    {"for_ms", key_read_int, AT(for_ms), 0, DAY_MS, "0",
     "all outages are over so long after the start; 0: they go on"},
    {"seed", key_read_int, AT(seed), 0, INT32_MAX, "1", "of what is drawn"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

/* splitmix64 */
static uint64_t draw(struct mock_outages *o)
{
    uint64_t z = o->random += 0x9e3779b97f4a7c15U;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static uint64_t draw_range(struct mock_outages *o, struct range range)
{
    return (uint64_t)range.least + draw(o) % (uint64_t)(range.most - range.least + 1);
}

/* ---- made ready ---- */

/* {certs = {leaf = {issuer = "other"}, other = {recipe = "other-root"}}} */
static enum assay_status spoil(struct value *description)
{
    struct value *over = value_new_map();
    struct value *certs = value_new_map();
    struct value *leaf = value_new_map();
    struct value *other = value_new_map();
    enum assay_status status = value_set(leaf, "issuer", value_new_text("other"));

    if (status == ASSAY_OK)
        status = value_set(other, "recipe", value_new_text("other-root"));
    if (status == ASSAY_OK)
        status = value_set(certs, "leaf", value_copy(leaf));
    if (status == ASSAY_OK)
        status = value_set(certs, "other", value_copy(other));
    if (status == ASSAY_OK)
        status = value_set(over, "certs", value_copy(certs));
    if (status == ASSAY_OK)
        status = value_merge(description, over);
    value_free(over);
    value_free(certs);
    value_free(leaf);
    value_free(other);
    return status;
}

static enum assay_status make_bad(struct mock_outages *o, const struct mock_options *options,
                                  struct assay_error *err)
{
    struct secured_settings settings = {.description = value_copy(o->mock->description),
                                        .store = options->store,
                                        .library = options->library,
                                        .clock = options->clock,
                                        .sink = options->sink};
    bool is_asked = false;

    for (size_t i = 0; i < o->settings.way_count; i++)
        is_asked = is_asked || o->settings.ways[i] == WAY_BAD;
    if (is_asked && settings.description != NULL && o->mock->tls != NULL &&
        spoil(settings.description) == ASSAY_OK)
        return secured_tls_new(&settings, &o->bad, err);
    value_free(settings.description);
    return is_asked ? assay_error_set(err, ASSAY_ERR_MALFORMED,
                                      "outages.ways: bad-certificate is for servers with TLS")
                    : ASSAY_OK;
}

enum assay_status mock_outages_prepare(struct mock *mock, const struct mock_options *options,
                                       struct assay_error *err)
{
    struct mock_outages *o = NULL;

    if (mock->settings.outages == NULL)
        return ASSAY_OK;
    if (mock->settings.later != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "outages: not together with `later`, which changes the same things");
    o = calloc(1, sizeof(*o));
    if (o == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    mock->outages = o;
    o->mock = mock;
    o->settings =
        (struct settings){.seed = 1, .up_ms = {60000, 60000}, .ways = {WAY_REFUSE}, .way_count = 1};
    ASSAY_TRY(keys_read(mock_outages_keys, mock->settings.outages, "outages", &o->settings, err));
    o->random = (uint64_t)o->settings.seed;
    return make_bad(o, options, err);
}

/* ---- the outages ---- */

static void emit(const struct mock_outages *o, const char *state, uint64_t planned_ms)
{
    struct event_builder e;

    event_begin(&e, o->mock->sink, "mock", EV_MOCK_OUTAGE, 0);
    event_text(&e, "state", state);
    event_text(&e, "way", way_names[o->way]);
    event_int(&e, "number", o->number);
    event_int(&e, "planned_ms", (int64_t)planned_ms);
    event_emit(&e);
}

/* The rules of the network while the server is gone. Without memory it stays. */
static void set_rules(const struct mock_outages *o)
{
    const struct value *given = o->mock->settings.net;
    struct value *rules = given != NULL ? value_copy(given) : value_new_map();
    enum assay_status status =
        value_set(rules, "accept", value_new_text(o->way == WAY_SILENT ? "silent" : "reset"));

    if (status == ASSAY_OK && o->way == WAY_SILENT)
        status = value_set(rules, "stall_after_tx", value_new_int(0));
    if (status == ASSAY_OK)
        status = net_change_rules(o->mock->net, rules, NULL);
    (void)status;
    value_free(rules);
}

static void swap_tls(struct mock_outages *o)
{
    struct secured_tls *other = o->bad;

    o->bad = o->mock->tls;
    o->mock->tls = other;
    o->mock->mqtt_service.tls = other;
    o->mock->request_service.tls = other;
}

static void on_timer(uv_timer_t *timer);

static void wait_for(struct mock_outages *o, uint64_t ms)
{
    o->planned_ms += ms;
    (void)uv_timer_start(&o->timer, on_timer, ms > 0 ? ms : 1, 0); /* it is initialised */
}

static void end(struct mock_outages *o)
{
    enum assay_status status = ASSAY_OK;

    o->is_on = false;
    if (o->way == WAY_BAD) {
        swap_tls(o);
        net_finish_all(o->mock->net);
    } else if (o->way != WAY_DROP) {
        status = net_change_rules(o->mock->net, o->mock->settings.net, NULL);
    }
    (void)status; /* they have been read before */
    emit(o, "end", 0);
    wait_for(o, draw_range(o, o->settings.up_ms));
}

static void begin(struct mock_outages *o)
{
    uint64_t down_ms = draw_range(o, o->settings.down_ms);

    o->way = o->settings.ways[draw(o) % o->settings.way_count];
    if (o->way == WAY_DROP)
        down_ms = 0;
    if (o->settings.for_ms > 0 && o->planned_ms + down_ms > (uint64_t)o->settings.for_ms)
        return; /* for good */
    o->number++;
    o->is_on = true;
    emit(o, "begin", down_ms);
    if (o->way == WAY_BAD)
        swap_tls(o);
    else if (o->way != WAY_DROP)
        set_rules(o);
    if (o->way == WAY_SILENT)
        net_stall_all(o->mock->net);
    else
        net_finish_all(o->mock->net);
    if (o->way == WAY_DROP)
        end(o);
    else
        wait_for(o, down_ms);
}

static void on_timer(uv_timer_t *timer)
{
    struct mock_outages *o = timer->data;

    if (o->is_on)
        end(o);
    else
        begin(o);
}

enum assay_status mock_outages_start(struct mock *mock, struct assay_error *err)
{
    struct mock_outages *o = mock->outages;

    if (o == NULL)
        return ASSAY_OK;
    if (o->bad != NULL)
        secured_tls_watch(o->bad, mock->clock, mock->sink);
    if (uv_timer_init(mock->loop, &o->timer) != 0)
        return assay_error_set(err, ASSAY_ERR_IO, "no timer");
    o->timer.data = o;
    o->has_timer = true;
    uv_update_time(mock->loop); /* making everything ready takes its time */
    wait_for(o, draw_range(o, o->settings.up_ms));
    return ASSAY_OK;
}

void mock_outages_stop(struct mock_outages *o)
{
    if (o == NULL || !o->has_timer)
        return;
    uv_close((uv_handle_t *)&o->timer, NULL);
    o->has_timer = false;
}

void mock_outages_free(struct mock_outages *o)
{
    if (o == NULL)
        return;
    secured_tls_drop(o->bad);
    free(o);
}
