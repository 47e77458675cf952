// The place at which a view goes on in its log, and whether the log still has what comes next. Pure. Used by the
// projector, whenever it is given partitions. A log that has lost events which the view has not seen gives a wrong
// view: that is refused, unless an operator has accepted the loss.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace readmodel::project {

struct beginning {
  std::map<std::int32_t, std::int64_t> from;  // the next offset to read
  std::uint64_t missing = 0;                  // events between the view and the log's first one
  std::string loss;                           // the same as a sentence for people; empty: nothing is missing
};

/// `next`: everything before is in the view (0: nothing yet). `log`: [first, end) of the same partitions. The error is
/// one sentence that says what to do. `accepts_loss`: begins at the log's first event and says what is missing; a
/// position beyond the log's end is an error even then, because offsets have begun again.
[[nodiscard]] boost::system::result<beginning, std::string> find_beginning(
    const std::string& topic, const std::map<std::int32_t, std::int64_t>& next,
    const std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>>& log, bool accepts_loss);

}  // namespace readmodel::project
