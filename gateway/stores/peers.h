// The other instances of the store.group, as the stores see them: which one should own a partition, and how it is
// asked. Implemented by gateway/peers; where there is no group there is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/runtime/lane.h"
#include "store/append.h"
#include "store/partition_index.h"

namespace gateway::stores {

/// The fate of a request that was passed on.
enum class forwarding : std::uint8_t {
  answered,  // by the other instance: the results are its words
  not_sent,  // it certainly has not taken it: another try is safe
  unknown,   // it may have: nobody says what became of it
};
inline constexpr std::size_t forwardings = 3;
[[nodiscard]] std::string_view name(forwarding) noexcept;

/// A piece of an aggregate that another instance is asked for.
struct remote_read {
  std::string topic;
  std::string aggregate;
  std::uint64_t from = 0;   // a version; 0: the first, or the last when backward
  std::uint64_t limit = 0;  // 0: only the version
  std::uint64_t at_least = 0;
  std::uint64_t up_to = 0;  // 0: all
  std::int64_t token_offset = -1;
  std::chrono::milliseconds wait{};
  ::store::direction towards = ::store::direction::forward;
  bool fresh = false;
};

enum class read_status : std::uint8_t { done, no_owner, not_visible, failed };

/// The answer. `events` are views into `bytes`.
struct remote_piece {
  read_status status = read_status::no_owner;
  std::string why;  // beside `failed`
  std::string owner;
  std::uint64_t version = 0;  // of the aggregate
  bool has_more = false;
  std::string bytes;
  std::vector<::store::stored_event> events;
};

class peers {
 public:
  using appends_told = std::function<void(forwarding, std::span<const ::store::append_answer>)>;
  using piece_told = std::function<void(forwarding, remote_piece)>;

  virtual ~peers() = default;

  /// Any thread. Our own name.
  [[nodiscard]] virtual const std::string& own_name() const = 0;
  /// Any thread. The other instance that should own a partition, by name; empty: nobody is known, or we should.
  [[nodiscard]] virtual std::string owner_of(std::string_view topic, std::int32_t partition) const = 0;
  /// Any thread: what owner_of() says is not true (any more). Asked for anew, at most so often.
  virtual void ask_again() = 0;

  // On the lane `on`, where `told` is called, once; maybe from within. Bytes are copied.
  virtual void append(runtime::lane& on, const std::string& owner, std::string_view topic,
                      std::span<const ::store::append> appends, std::chrono::milliseconds time_max,
                      appends_told told) = 0;
  virtual void read(runtime::lane& on, const std::string& owner, const remote_read& what, piece_told told) = 0;
};

}  // namespace gateway::stores
