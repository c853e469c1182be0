#ifndef WEFT_CIDN2_SHIM_H
#define WEFT_CIDN2_SHIM_H

#include <idn2.h>

#endif
