#include "readmodel/app/latest.h"

#include <charconv>
#include <string>
#include <utility>

namespace readmodel::app {

namespace {

using namespace fold;

struct last final : state_base {
  std::int64_t events = 0;
  std::string type;
  std::string event;
};

class latest final : public projection {
 public:
  latest() {
    name = "latest";
    views = {{"latest",
              {{"aggregate_id", column_type::text}},
              {},
              {{"events", column_type::bigint}, {"event_type", column_type::text}, {"event", column_type::text}}}};
  }
  [[nodiscard]] std::unique_ptr<state_base> make() const override { return std::make_unique<last>(); }
  [[nodiscard]] std::unique_ptr<state_base> clone(const state_base& of) const override {
    return std::make_unique<last>(static_cast<const last&>(of));
  }
  // events, type and event, a line break between them; neither of the first two has one.
  [[nodiscard]] std::string save(const state_base& of) const override {
    const auto& s = static_cast<const last&>(of);
    return std::to_string(s.events) + "\n" + s.type + "\n" + s.event;
  }
  [[nodiscard]] std::unique_ptr<state_base> load(std::string_view from) const override {
    auto s = std::make_unique<last>();
    const std::size_t first = from.find('\n');
    const std::size_t second = first == from.npos ? from.npos : from.find('\n', first + 1);
    if (second == from.npos) return nullptr;
    if (std::from_chars(from.data(), from.data() + first, s->events).ptr != from.data() + first) return nullptr;
    s->type = from.substr(first + 1, second - first - 1);
    s->event = from.substr(second + 1);
    return s;
  }
  [[nodiscard]] bool wants(std::string_view) const override { return true; }
  [[nodiscard]] problem apply(state_base& to, const event& one) const override {
    if (one.type.find('\n') != one.type.npos) return "the event's type has a line break";
    auto& s = static_cast<last&>(to);
    ++s.events;
    s.type = one.type;
    s.event = one.from->value;
    return std::nullopt;
  }
  [[nodiscard]] std::vector<row> rows(const state_base& of, std::string_view aggregate) const override {
    const auto& s = static_cast<const last&>(of);
    return {{0, {std::string(aggregate)}, {s.events, s.type, s.event}, false}};
  }
};

}  // namespace

std::unique_ptr<projection> make_latest() { return std::make_unique<latest>(); }

}  // namespace readmodel::app
