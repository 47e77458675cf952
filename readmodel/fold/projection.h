// The part that a library's user writes: folds of (state, event) to state by event type, upcasters of older forms, and
// the rows that a state shows. Everything here is deterministic and touches nothing but its arguments; the projector
// calls it on its own thread, the verification on another.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "readmodel/fold/event.h"
#include "readmodel/fold/view.h"

namespace readmodel::fold {

/// Why an event cannot be folded; nullopt: it was.
using problem = std::optional<std::string>;

/// The consequence of an event that cannot be folded. Both send it to the dead-letter topic.
enum class poison_rule : std::uint8_t {
  fence,  // its aggregate stays as it was: later events of it are not folded until the next rebuild
  skip,   // its aggregate goes on without it
};

/// The members in which an event says what it is, by name.
struct event_format {
  std::string type = "eventType";
  std::string version = "eventVersion";  // absent in an event: 1
};

class state_base {
 public:
  virtual ~state_base() = default;
};

class projection {
 public:
  virtual ~projection() = default;

  std::string name;  // of the tables, too: a-z, 0-9 and _
  std::vector<view> views;
  event_format format;
  poison_rule on_poison = poison_rule::fence;

  [[nodiscard]] virtual std::unique_ptr<state_base> make() const = 0;
  [[nodiscard]] virtual std::unique_ptr<state_base> clone(const state_base& of) const = 0;
  /// As bytes for the state table, and back. nullptr: not such bytes.
  [[nodiscard]] virtual std::string save(const state_base& of) const = 0;
  [[nodiscard]] virtual std::unique_ptr<state_base> load(std::string_view from) const = 0;
  /// False: no fold wants this type, at any version.
  [[nodiscard]] virtual bool wants(std::string_view type) const = 0;
  /// After a problem the state is of no use any more.
  [[nodiscard]] virtual problem apply(state_base& to, const event& one) const = 0;
  [[nodiscard]] virtual std::vector<row> rows(const state_base& of, std::string_view aggregate) const = 0;
};

/// The form in which everybody writes one: a copyable State with `save` and `load`, then the folds.
template <typename State>
class projection_of final : public projection {
 public:
  using fold_function = std::function<problem(State&, const event&)>;
  /// From one version of an event's form to the next: returns the event's new JSON.
  using upcast_function = std::function<std::string(const event&)>;
  using rows_function = std::function<std::vector<row>(const State&, std::string_view aggregate)>;

  std::function<std::string(const State&)> to_bytes;
  std::function<std::optional<State>(std::string_view)> from_bytes;
  rows_function to_rows;

  /// Folds events of this type in this version, the newest there is.
  void on(const std::string& type, int version, fold_function how) { folds_[type] = {version, std::move(how)}; }
  /// An event of this type in `version` becomes one of `version + 1`.
  void upcast(const std::string& type, int version, upcast_function how) { upcasts_[{type, version}] = std::move(how); }

  [[nodiscard]] std::unique_ptr<state_base> make() const override { return std::make_unique<held>(); }
  [[nodiscard]] std::unique_ptr<state_base> clone(const state_base& of) const override {
    return std::make_unique<held>(static_cast<const held&>(of));
  }
  [[nodiscard]] std::string save(const state_base& of) const override { return to_bytes(state_of(of)); }
  [[nodiscard]] std::unique_ptr<state_base> load(std::string_view from) const override {
    auto state = from_bytes(from);
    if (!state) return nullptr;
    auto h = std::make_unique<held>();
    h->state = std::move(*state);
    return h;
  }
  [[nodiscard]] bool wants(std::string_view type) const override { return folds_.contains(type); }
  [[nodiscard]] problem apply(state_base& to, const event& one) const override;
  [[nodiscard]] std::vector<row> rows(const state_base& of, std::string_view aggregate) const override {
    return to_rows(state_of(of), aggregate);
  }

 private:
  struct held final : state_base {
    State state{};
  };
  struct newest {
    int version = 1;
    fold_function how;
  };
  static const State& state_of(const state_base& of) { return static_cast<const held&>(of).state; }
  [[nodiscard]] problem apply_older(State& to, const event& one, const newest& fold) const;

  std::map<std::string, newest, std::less<>> folds_;
  std::map<std::pair<std::string, int>, upcast_function, std::less<>> upcasts_;
};

template <typename State>
problem projection_of<State>::apply(state_base& to, const event& one) const {
  const auto found = folds_.find(one.type);
  if (found == folds_.end()) return std::nullopt;
  State& state = static_cast<held&>(to).state;
  if (one.version == found->second.version) return found->second.how(state, one);
  return apply_older(state, one, found->second);
}

template <typename State>
problem projection_of<State>::apply_older(State& to, const event& one, const newest& fold) const {
  event now = one;
  simdjson::dom::parser parser;
  while (now.version < fold.version) {
    const auto how = upcasts_.find({std::string(now.type), now.version});
    if (how == upcasts_.end()) break;
    now.json = parser.parse(how->second(now)).get_object();
    ++now.version;
  }
  if (now.version == fold.version) return fold.how(to, now);
  return std::string(one.type) + ": version " + std::to_string(one.version) + " is unknown to this projection";
}

}  // namespace readmodel::fold
