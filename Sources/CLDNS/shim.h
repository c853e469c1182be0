#ifndef WEFT_CLDNS_SHIM_H
#define WEFT_CLDNS_SHIM_H

// ldns spells `bool` without including its definition.
#include <stdbool.h>
#include <ldns/ldns.h>

#endif
