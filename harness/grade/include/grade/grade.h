/* SPDX-License-Identifier: Apache-2.0 */
/* Grading: a pure function of a board's cases; tables of the contract (weights, letters, caps). */
#ifndef GRADE_GRADE_H
#define GRADE_GRADE_H

#include "record/record.h"

/*
 * Fill grade, score, caps and categories of `board` from those cases whose board is board->id.
 * Old caps are replaced.
 */
ASSAY_RESULT grade_board(struct board_record *board, const struct case_record *cases,
                         size_t case_count);

/* Exit code of a run (contract): 0 all as expected, 1 deviates, 3 inconclusive or bench failed. */
int grade_exit_code(const struct run_record *run);

#endif
