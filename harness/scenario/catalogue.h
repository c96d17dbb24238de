/* SPDX-License-Identifier: Apache-2.0 */
/* Names that scenarios use and that nobody chooses freely. */
#ifndef SCENARIO_CATALOGUE_H
#define SCENARIO_CATALOGUE_H

/* The heading of an id of the catalogue ("PATH-01"); NULL for other letters. */
const char *catalogue_group(const char *id);

#endif
