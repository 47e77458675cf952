#include "readmodel/project/beginning.h"

#include <algorithm>

namespace readmodel::project {

namespace {

std::string place(const std::string& topic, std::int32_t partition) {
  return "topic " + topic + ", partition " + std::to_string(partition) + ": ";
}

std::string tell_loss(const std::string& topic, std::int32_t partition, std::int64_t next, std::int64_t first) {
  return place(topic, partition) + "the view needs offset " + std::to_string(next) + " next, but the log begins at " +
         std::to_string(first) + " (events gone: " + std::to_string(first - next) + ")";
}

std::string tell_other_log(const std::string& topic, std::int32_t partition, std::int64_t next, std::int64_t end) {
  return place(topic, partition) + "the view has everything before offset " + std::to_string(next) +
         ", but the log ends at " + std::to_string(end) +
         ": the topic was made anew or has lost its end; rebuild, which begins a new generation at its first event";
}

constexpr const char* what_to_do =
    ". A view without them would be wrong: make the topic's retention longer, bring the events back and rebuild; or "
    "accept the loss with --from-what-is-left";

}  // namespace

boost::system::result<beginning, std::string> find_beginning(
    const std::string& topic, const std::map<std::int32_t, std::int64_t>& next,
    const std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>>& log, bool accepts_loss) {
  beginning all;
  for (const auto& [partition, at] : next) {
    const auto [first, end] = log.at(partition);
    if (at > end) return tell_other_log(topic, partition, at, end);
    all.from[partition] = std::max(at, first);
    if (at >= first) continue;
    all.missing += static_cast<std::uint64_t>(first - at);
    all.loss += (all.loss.empty() ? "" : "; ") + tell_loss(topic, partition, at, first);
  }
  if (all.missing > 0 && !accepts_loss) return all.loss + what_to_do;
  return all;
}

}  // namespace readmodel::project
