// One read under way, from plan() to its last piece. Belongs to its exchange; what waits elsewhere for it holds it
// weakly. Lane thread only.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/store/event_lines.h"
#include "gateway/api/store/read_query.h"
#include "gateway/http1/exchange.h"
#include "gateway/stores/stores.h"
#include "store/reader.h"

namespace gateway::api::store {

class aggregate_read {
 public:
  aggregate_read(http1::exchange& x, stores::place& at, std::string aggregate, const read_query& query, read_form form)
      : exchange_(&x), at_(&at), aggregate_(std::move(aggregate)), query_(query), form_(form) {}

  [[nodiscard]] stores::place& at() const noexcept { return *at_; }
  [[nodiscard]] const read_query& query() const noexcept { return query_; }
  [[nodiscard]] ::store::visibility wanted() const { return {aggregate_, query_.at_least, query_.token_offset}; }
  [[nodiscard]] bool is_visible() const;

  /// Fills the reply in: the whole answer, or its head and first piece. True: the whole.
  bool begin();
  /// The next piece of an answer that begin() has begun.
  void write(std::string& body);
  /// The answer is an error.
  void fail(http1::errc error, std::string_view detail, std::string_view owner = {});
  /// In a later handler than plan(): tells the exchange what begin() or fail() came to.
  void tell(bool is_whole);
  [[nodiscard]] bool is_answered() const noexcept { return is_answered_; }

  std::optional<boost::asio::steady_timer> timer;  // of the wait

 private:
  void append_piece(std::string& to);

  http1::exchange* exchange_;
  stores::place* at_;
  std::string aggregate_;
  read_query query_;
  read_form form_;
  std::optional<::store::reader> reader_;
  std::string first_piece_;
  bool is_first_ = true;
  bool is_answered_ = false;
  bool is_broken_ = false;
};

}  // namespace gateway::api::store
