#include "store/ownership/former_writers.h"

#include <algorithm>
#include <charconv>

namespace store::ownership {
namespace {

using batching::kafka::wire::producer_identity;

template <typename Number>
bool take_number(std::string_view& from, char end, Number& value) {
  const auto [after, error] = std::from_chars(from.data(), from.data() + from.size(), value);
  const auto taken = static_cast<std::size_t>(after - from.data());
  if (error != std::errc{} || taken == from.size() || from[taken] != end) return false;
  from.remove_prefix(taken + 1);
  return true;
}

}  // namespace

former_writers::former_writers(std::string_view note) {
  producer_identity w;
  while (writers_.size() < writers_max && take_number(note, ':', w.id) && take_number(note, ',', w.epoch))
    writers_.push_back(w);
}

std::string former_writers::note() const {
  std::string out;
  for (const producer_identity& w : writers_) out += std::to_string(w.id) + ":" + std::to_string(w.epoch) + ",";
  return out;
}

void former_writers::on_marker(const producer_identity& by) {
  producer_identity seen = by;
  const auto known = std::ranges::find(writers_, by.id, &producer_identity::id);
  if (known != writers_.end()) {
    seen.epoch = std::max(seen.epoch, known->epoch);
    writers_.erase(known);
  } else if (writers_.size() == writers_max) {
    writers_.erase(writers_.begin());
  }
  writers_.push_back(seen);
}

void former_writers::on_records(const producer_identity& by) {
  const auto known = std::ranges::find(writers_, by.id, &producer_identity::id);
  if (known != writers_.end()) known->epoch = std::max(known->epoch, by.epoch);
}

void former_writers::on_fence(const producer_identity& under) {
  std::erase_if(writers_, [&](const producer_identity& w) { return w.id == under.id && w.epoch <= under.epoch; });
}

std::optional<producer_identity> former_writers::other_than(std::int64_t own) const {
  const auto found =
      std::ranges::find_if(writers_, [own](const producer_identity& w) { return w.id != own && w.epoch < epoch_last; });
  if (found == writers_.end()) return std::nullopt;
  return *found;
}

}  // namespace store::ownership
