// The safeguards of the event store by name, and whether one of them is left out. In the program that ships none is: it
// has no switch. The controls of the chaos campaign link another answer (tests/chaos/left_out.cpp), to show that its
// scenarios find what each safeguard is for. Asked once, when a part is made. Any thread.
#pragma once

#include <cstdint>

namespace store {

enum class safeguard : std::uint8_t {
  marker,              // an owner serves once it has read its marker, not once it has a producer id
  end_of_transaction,  // .. nor once EndTxn was answered
  former_writers,      // other producer ids in the log are fenced
  keep_alives,         // the owner's ids are kept from expiring
  expected_versions,   // an append is written only at the version it expects
  event_ids,           // an append whose events are there already is not written again
};

[[nodiscard]] bool leaves_out(safeguard what) noexcept;

}  // namespace store
