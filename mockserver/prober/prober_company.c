/* SPDX-License-Identifier: Apache-2.0 */
/* Other connections than the one that is judged: beside it, or before. */
#include "prober_internal.h"

static const struct prober_party *good_party(const struct prober *prober)
{
    return &prober->parties[prober->options.still != NULL ? 1 : 0];
}

bool prober_company_next(struct prober *prober)
{
    const struct prober_settings *s = &prober->parties[0].settings;
    bool has_tls = s->company == PROBER_COMPANY_HANDSHAKE || s->company == PROBER_COMPANY_SHAKEN;
    struct prober_visit *visit = NULL;

    if (s->company == PROBER_ALONE || prober->company_made >= (unsigned)s->company_count)
        return false;
    prober->company_made++;
    if (prober_visit_new(prober, good_party(prober), PROBER_FOR_COMPANY,
                         has_tls ? PROBER_OPEN_TLS : PROBER_OPEN_SILENCE, &visit, NULL) != ASSAY_OK)
        return false;
    visit->next_company = prober->company;
    prober->company = visit;
    prober->current = visit;
    return true;
}

void prober_company_settled(struct prober_visit *visit)
{
    struct prober *prober = visit->prober;

    if (prober->current != visit)
        return;
    prober->current = NULL;
    if (prober->parties[0].settings.company == PROBER_COMPANY_QUICK)
        prober_visit_leave(visit, PROBER_LEFT, "at once");
    prober_next(prober);
}

void prober_company_leave(struct prober *prober)
{
    for (struct prober_visit *v = prober->company; v != NULL; v = v->next_company)
        prober_visit_leave(v, PROBER_LEFT, "the case is over");
}

void prober_company_forget(struct prober_visit *visit)
{
    struct prober_visit **at = &visit->prober->company;

    while (*at != NULL && *at != visit)
        at = &(*at)->next_company;
    if (*at != NULL)
        *at = visit->next_company;
}
