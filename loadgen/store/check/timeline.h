#pragma once

// When an aggregate had which version, as far as its clients can know: a version cannot be there before the append that
// makes it was sent, and it was there when an answer showed it. Pure. Used by checker.
//
//      append is sent          an answer shows v or more
//   ──────┤may begin├───────────────┤has begun├──────>      version v
//
// Version v may be the current one from earliest(v) until latest(v + 1).

#include <cstdint>
#include <vector>

namespace loadgen::store::check {

class timeline {
 public:
  using time = std::int64_t;
  static constexpr time never = INT64_MAX;

  /// Versions 0 to `versions`.
  explicit timeline(std::uint64_t versions);

  /// The append that made `version` was sent then; `is_last`: it is the last version of its append, so an aggregate can
  /// be at it.
  void sent(std::uint64_t version, time at, bool is_last);
  /// An answer showed the aggregate at `version`.
  void shown(std::uint64_t version, time at);
  void finish();

  std::uint64_t versions() const { return sent_.size() - 1; }
  time sent_at(std::uint64_t version) const { return sent_[version]; }
  time earliest(std::uint64_t version) const { return earliest_[version]; }
  /// Until then at the latest the aggregate has come to this version; never for a version that nobody saw.
  time latest(std::uint64_t version) const { return version < latest_.size() ? latest_[version] : never; }
  bool can_be_at(std::uint64_t version) const { return version <= versions() && is_last_[version]; }

  /// The newest version that was shown before `moment`.
  std::uint64_t known_before(time moment) const;

 private:
  std::vector<time> sent_;
  std::vector<time> earliest_;
  std::vector<time> latest_;
  std::vector<bool> is_last_;
};

}  // namespace loadgen::store::check
