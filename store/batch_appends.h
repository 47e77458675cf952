// A sealed batch of an ordinary request on its way into a store partition: each of its records is an append of one
// event, without an expected version. Settles the batch record by record and gives it home. Lives from take() to then;
// on the partition's lane.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batching/batch.h"
#include "store/append.h"

namespace store {

/// The id in an event's text; empty: none. May use `storage`, which lives as long as the append.
using id_reader = std::function<std::string_view(std::string_view value, std::string& storage)>;

class batch_appends final : public append_listener {
 public:
  /// Gives all records of `sealed` to `take`, in order.
  static void begin(std::unique_ptr<batching::batch> sealed, const id_reader& ids,
                    const std::function<void(const append&)>& take);

  void on_appended(const append& what, const append_answer& result) noexcept override;

 private:
  explicit batch_appends(std::unique_ptr<batching::batch> sealed);
  void read(const id_reader& ids);

  std::unique_ptr<batching::batch> sealed_;
  std::vector<event> events_;          // by record
  std::vector<std::string> id_texts_;  // by record; what their ids point into where they are no part of the batch
  std::size_t open_;
};

}  // namespace store
