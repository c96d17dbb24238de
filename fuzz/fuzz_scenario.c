/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scenario script: whatever it holds, it ends, and either gives a set in which everything is
 * there that readers rely on, or an error that names its file and a line.
 */
#include "scenario/scenario.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT "pos/POS-01-x.lua"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
    if (!ok)
        abort();
}

static void check_scenario(const struct scenario_set *set, const struct scenario *s)
{
    const struct scenario *control = scenario_set_find(set, s->control);

    require(s->id[0] != '\0' && s->title[0] != '\0' && s->group[0] != '\0');
    require(s->server != NULL && s->why != NULL && s->good != NULL && s->bad != NULL);
    require(value_count(s->spec) > 0 && s->alerts != NULL && s->differs != NULL);
    require(value_kind(s->flaws) == VALUE_LIST);
    require(s->category < CATEGORY_COUNT && s->severity < SEVERITY_COUNT);
    require(control != NULL && control->expect == SCENARIO_ACCEPT);
    require(control == s || value_count(s->differs) > 0 || s->step_count > 0 ||
            s->expect == SCENARIO_OBSERVE);
    require(control != s || value_count(s->differs) == 0);
    require(value_kind(value_get(s->description, "certs")) == VALUE_MAP);
    require(strcmp(s->file, SCRIPT) == 0 && s->line > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {0};

    if (scenario_set_load_text(SCRIPT, (const char *)data, size, &set, &err) != ASSAY_OK) {
        require(set == NULL && strncmp(err.text, SCRIPT ":", strlen(SCRIPT ":")) == 0);
        require(strtol(err.text + strlen(SCRIPT ":"), NULL, 10) > 0);
        return 0;
    }
    for (size_t i = 0; i < scenario_set_count(set); i++)
        check_scenario(set, scenario_set_at(set, i));
    for (size_t i = 0; i < scenario_missing_count(set); i++)
        require(scenario_missing_at(set, i)->id != NULL &&
                scenario_missing_at(set, i)->title != NULL &&
                scenario_missing_at(set, i)->reason != NULL);
    scenario_set_free(set);
    return 0;
}
