// Folds the whole log into a new generation beside the live one, catches up, compares, switches, drops what is older
// than the one before. Queries never see half a view. Blocks its thread; `headgate-readmodel rebuild` calls it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "readmodel/project/comparison.h"
#include "readmodel/project/projector.h"

namespace readmodel::project {

struct rebuild_options {
  bool switches = true;            // false: leaves the new generation beside the live one
  bool only_if_identical = false;  // switches only where both generations agree
  bool takes_cut_log = false;      // although the log does not begin with its first event any more
  int generations_kept = 1;        // behind the live one
};

struct rebuild_progress {
  std::uint64_t done = 0;  // events, of those in the log when it was last asked
  std::uint64_t total = 0;
  double seconds = 0;
};

struct rebuild_result {
  int before = 0;
  int now = 0;
  bool switched = false;
  std::uint64_t events = 0;
  double seconds = 0;
  std::optional<comparison> compared;  // with the one before
};

class rebuild {
 public:
  template <typename T>
  using result = cassandra::session::result<T>;

  rebuild(projector_settings settings, const fold::projection& how, cassandra::session& session, progress& count,
          rebuild_options options);

  [[nodiscard]] result<rebuild_result> run(const std::stop_token& stop,
                                           const std::function<void(const rebuild_progress&)>& tell);

 private:
  [[nodiscard]] result<int> prepare(rebuild_result& into);
  [[nodiscard]] std::optional<cassandra::failure> fold_all(const tables::statements& to, const std::stop_token& stop,
                                                           rebuild_result& into,
                                                           const std::function<void(const rebuild_progress&)>& tell);
  [[nodiscard]] std::optional<cassandra::failure> compare_and_switch(const tables::statements& to,
                                                                     rebuild_result& into);
  [[nodiscard]] std::optional<cassandra::failure> drop_old(int live);

  projector_settings settings_;
  const fold::projection* how_;
  cassandra::session* session_;
  progress* count_;
  rebuild_options options_;
  tables::generations generations_;
};

}  // namespace readmodel::project
