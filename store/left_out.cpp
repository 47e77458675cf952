#include "store/left_out.h"

namespace store {

// Nothing else may stand in this file: another definition takes the place of the whole of it.
bool leaves_out(safeguard) noexcept { return false; }

}  // namespace store
