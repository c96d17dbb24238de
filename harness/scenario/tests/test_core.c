/* SPDX-License-Identifier: Apache-2.0 */
/* The scenarios that Assay comes with. */
#include "scenario/scenario.h"

#include "test_support.h"

#include <stdlib.h>

static struct scenario_set *load_scenarios(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {0};
    enum assay_status status = scenario_set_load(ASSAY_SOURCE_DIR "/scenarios", &set, &err);

    test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s", err.text);
    return set;
}

static void every_scenario_loads_and_is_proven(void)
{
    struct scenario_set *set = load_scenarios();

    REQUIRE(set != NULL);
    CHECK(scenario_set_count(set) > 0);
    scenario_set_free(set);
}

TEST_SUITE(core, TEST(every_scenario_loads_and_is_proven));
