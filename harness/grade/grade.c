/* SPDX-License-Identifier: Apache-2.0 */
/* Weights, letters and caps of the contract, as tables. See grade/grade.h. */
#include "grade/grade.h"

#include <stdio.h>
#include <string.h>

/* Worst last, so that the worst of two letters is the larger index. */
static const struct {
    const char *letter;
    double at_least;
} letters[] = {{"A", 90}, {"B", 75}, {"C", 60}, {"D", 40}, {"E", 20}, {"F", -1}};

enum { LETTER_B = 1, LETTER_C = 2, LETTER_D = 3, LETTER_F = 5, LETTER_COUNT = 6 };

/* More than this share of inconclusive cases leaves a board ungraded. */
static const double max_inconclusive_percent = 5.0;

/* What one board's cases add up to. */
struct tally {
    double weight[CATEGORY_COUNT];
    double earned[CATEGORY_COUNT];
    size_t cases;
    size_t inconclusive;
    size_t harness_errors;
    size_t s1_fails;
    size_t worst; /* index into letters */
};

/* A cap that a single failed case sets. The first row that matches a case applies. */
struct cap_row {
    bool (*applies)(const struct case_record *c);
    size_t letter;
    const char *reason; /* after the case's title */
};

static bool accepts_or_leaks(const struct case_record *c)
{
    return c->verdict == VERDICT_FAIL_ACCEPT || c->verdict == VERDICT_FAIL_LEAK;
}

static bool s0_accept(const struct case_record *c)
{
    return c->severity == SEVERITY_S0 && accepts_or_leaks(c);
}

static bool s0_crash(const struct case_record *c)
{
    return c->severity == SEVERITY_S0 && c->verdict == VERDICT_FAIL_CRASH;
}

static bool s0_behaviour(const struct case_record *c)
{
    return c->severity == SEVERITY_S0 && c->verdict == VERDICT_FAIL_BEHAVIOUR;
}

static bool s1_fail(const struct case_record *c)
{
    return c->severity <= SEVERITY_S1 && verdict_is_fail(c->verdict);
}

static bool in_list(const char *const *ids, const char *id)
{
    for (; *ids != NULL; ids++) {
        size_t len = strlen(*ids);

        /* A sweep appends what it varies: "SIG-09/rsa1024". */
        if (strncmp(*ids, id, len) == 0 && (id[len] == '\0' || id[len] == '/'))
            return true;
    }
    return false;
}

static bool weak_accept(const struct case_record *c)
{
    /* TLS 1.1 and older, SHA-1 signatures, RSA keys of 1024 bits and less. */
    static const char *const ids[] = {"VER-01", "VER-02", "VER-03", "SIG-07",
                                      "SIG-08", "SIG-09", "SIG-10", NULL};

    return accepts_or_leaks(c) && in_list(ids, c->id);
}

static const struct cap_row caps[] = {
    {s0_accept, LETTER_F, "accepted a peer that it must refuse"},
    {s0_crash, LETTER_F, "crashed in a case of severity S0"},
    {s0_behaviour, LETTER_F, "broke a rule of severity S0"},
    {s1_fail, LETTER_C, "failed a case of severity S1"},
    {weak_accept, LETTER_B, "accepted an outdated version, signature or key"},
};

static void worsen(struct tally *t, size_t letter)
{
    if (letter > t->worst)
        t->worst = letter;
}

static enum assay_status apply_caps(struct board_record *board, const struct case_record *c,
                                    struct tally *t)
{
    for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
        char reason[256];

        if (!caps[i].applies(c))
            continue;
        if (caps[i].applies == s1_fail)
            t->s1_fails++;
        worsen(t, caps[i].letter);
        snprintf(reason, sizeof(reason), "%s: %s", caps[i].reason, c->title);
        return board_record_add_cap(board, letters[caps[i].letter].letter, c->id, reason);
    }
    return ASSAY_OK;
}

static enum assay_status count_case(struct board_record *board, const struct case_record *c,
                                    struct tally *t)
{
    int weight = severity_weight(c->severity);

    if (c->verdict == VERDICT_NOT_APPLICABLE || c->verdict == VERDICT_WAIVED)
        return ASSAY_OK;
    t->cases++;
    t->inconclusive += c->verdict == VERDICT_INCONCLUSIVE;
    t->harness_errors += c->verdict == VERDICT_HARNESS_ERROR;
    if (!verdict_counts(c->verdict))
        return ASSAY_OK;
    t->weight[c->category] += weight;
    t->earned[c->category] += weight * verdict_percent(c->verdict) / 100.0;
    return apply_caps(board, c, t);
}

static double score_categories(struct board_record *board, const struct tally *t)
{
    double weight = 0;
    double earned = 0;

    for (size_t i = 0; i < CATEGORY_COUNT; i++) {
        board->categories[i] =
            (struct record_category){.category = (enum category)i, .present = t->weight[i] > 0};
        if (t->weight[i] > 0)
            board->categories[i].score = 100.0 * t->earned[i] / t->weight[i];
        weight += t->weight[i];
        earned += t->earned[i];
    }
    return weight > 0 ? 100.0 * earned / weight : 0;
}

static size_t letter_of(double score)
{
    size_t i = 0;

    while (i + 1 < LETTER_COUNT && score < letters[i].at_least)
        i++;
    return i;
}

/* Too little is known for a letter? The reason becomes a cap of its own. */
static enum assay_status check_evidence(struct board_record *board, const struct tally *t,
                                        bool *ret_ungraded)
{
    double percent = t->cases > 0 ? 100.0 * (double)t->inconclusive / (double)t->cases : 100.0;
    char reason[160];

    if (t->harness_errors > 0)
        snprintf(reason, sizeof(reason), "%zu of %zu cases ended in an error of the bench",
                 t->harness_errors, t->cases);
    else if (t->cases == 0)
        snprintf(reason, sizeof(reason), "no case applies to this board");
    else if (percent > max_inconclusive_percent)
        snprintf(reason, sizeof(reason), "%zu of %zu cases are inconclusive", t->inconclusive,
                 t->cases);
    else
        return ASSAY_OK;
    *ret_ungraded = true;
    return board_record_add_cap(board, "U", "", reason);
}

enum assay_status grade_board(struct board_record *board, const struct case_record *cases,
                              size_t case_count)
{
    struct tally t = {.worst = 0};
    bool ungraded = false;

    board_record_clear_caps(board);
    for (size_t i = 0; i < case_count; i++)
        if (strcmp(cases[i].board, board->id) == 0)
            ASSAY_TRY(count_case(board, &cases[i], &t));
    board->score = score_categories(board, &t);
    if (t.s1_fails >= 3)
        worsen(&t, LETTER_D);
    worsen(&t, letter_of(board->score));
    ASSAY_TRY(check_evidence(board, &t, &ungraded));
    return record_set(&board->grade, ungraded ? "U" : letters[t.worst].letter);
}

int grade_exit_code(const struct run_record *run)
{
    enum { AS_EXPECTED = 0, DEVIATES = 1, NO_EVIDENCE = 3, INTERRUPTED = 130 };
    bool inconclusive = false;
    bool counted = false;

    if (run->interrupted)
        return INTERRUPTED;
    for (size_t i = 0; i < run->case_count; i++) {
        enum verdict v = run->cases[i].verdict;

        if (verdict_is_fail(v) || v == VERDICT_DEGRADED || v == VERDICT_FLAKY)
            return DEVIATES;
        counted = counted || verdict_counts(v) || v == VERDICT_WAIVED;
        inconclusive = inconclusive || v == VERDICT_INCONCLUSIVE || v == VERDICT_HARNESS_ERROR;
    }
    /* A run in which nothing applied has shown nothing. */
    return inconclusive || !counted ? NO_EVIDENCE : AS_EXPECTED;
}
