/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a certificate, by the names that `omit` knows them under. */
#ifndef PKI_PARTS_H
#define PKI_PARTS_H

#define PKI_PART_NAMES                                                                             \
    "version serial tbs_algorithm issuer validity not_before not_after subject public_key "        \
    "extensions outer_algorithm signature"

#endif
