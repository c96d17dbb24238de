/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WWEP_REGISTERS_H
#define WWEP_REGISTERS_H

#include "wwep/wwep.h"

/*
 * @retval ASSAY_ERR_LIMIT  the register is new and there are as many as there may be
 * @retval ASSAY_ERR_NOMEM
 */
ASSAY_RESULT wwep_registers_write(struct wwep_registers *registers,
                                  const struct wwep_register *written);

#endif
