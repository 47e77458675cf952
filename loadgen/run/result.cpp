#include "loadgen/run/result.h"

#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"
#include "loadgen/measure/tally.h"

namespace loadgen::run {

std::vector<std::string> result::problems() const {
  std::vector<std::string> found;
  const measure::counters& counts = course.total().counts;
  if (counts.with_fate(answers::fate::acked) == 0 && counts.outcome(answers::event_outcome::accepted) == 0) {
    found.push_back("no event was acked");
  }
  if (!run_file_error.empty()) found.push_back(run_file_error);
  if (!verify_error.empty()) found.push_back("could not be verified: " + verify_error);
  if (verification && !verification->sound()) {
    for (std::size_t i = 0; i < verify::finding_kinds; ++i) {
      const auto kind = static_cast<verify::finding_kind>(i);
      if (const auto count = verification->count(kind)) {
        found.push_back(std::string(name_of(kind)) + " " + std::to_string(count));
      }
    }
  }
  return found;
}

}  // namespace loadgen::run
