// One read under way, from plan() to its last piece. Belongs to its exchange; what waits elsewhere for it holds it
// weakly. Lane thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/store/event_lines.h"
#include "gateway/api/store/read_query.h"
#include "gateway/http1/exchange.h"
#include "gateway/stores/read_job.h"
#include "gateway/stores/stores.h"
#include "store/reader.h"

namespace gateway::api::store {

class aggregate_read {
 public:
  /// `known`: the request's If-None-Match; empty: there is none.
  aggregate_read(http1::exchange& x, stores::place& at, std::string aggregate, const read_query& query, read_form form,
                 std::string known)
      : exchange_(&x),
        at_(&at),
        aggregate_(std::move(aggregate)),
        query_(query),
        form_(form),
        known_(std::move(known)) {}

  [[nodiscard]] stores::place& at() const noexcept { return *at_; }
  [[nodiscard]] stores::read_wanted wanted() const {
    return {aggregate_, query_.at_least, query_.token_offset, query_.wait, query_.fresh};
  }

  /// Fills the reply in: the whole answer, or its head and first piece. True: the whole. `owner`: who we are; empty:
  /// there is but one instance.
  bool begin(std::string_view owner);
  /// The same with what another instance has answered.
  bool begin(const stores::remote_piece& first);
  /// The piece to ask another instance for: the first, or the next.
  [[nodiscard]] stores::remote_read wanted_elsewhere() const;
  /// The next piece of that instance's.
  void go_on(const stores::remote_piece& next);
  /// The partition has come here meanwhile: the rest is read from our index.
  void go_on_here();
  /// The next piece has to be asked for.
  std::function<void()> on_wants_piece;
  /// The next piece of an answer that begin() has begun.
  void write(std::string& body);
  /// The answer is an error.
  void fail(http1::errc error, std::string_view detail, std::string_view owner = {});
  /// In a later handler than plan(): tells the exchange what begin() or fail() came to.
  void tell(bool is_whole);
  [[nodiscard]] bool is_answered() const noexcept { return is_answered_; }

  std::shared_ptr<stores::read_job> job;  // what stands before it; co-owned by nobody else for longer than a call

 private:
  /// The reply's head; true: it is the whole answer.
  bool write_head(std::uint64_t version, std::string_view owner);
  void append_piece(std::string& to);
  void append_one(std::string& to, const ::store::stored_event& e);
  void append_remote(std::string& to, const stores::remote_piece& piece);

  http1::exchange* exchange_;
  stores::place* at_;
  std::string aggregate_;
  read_query query_;
  read_form form_;
  std::string known_;
  std::optional<::store::reader> reader_;
  bool is_remote_ = false;
  bool has_more_ = false;    // at the other instance
  std::uint64_t up_to_ = 0;  // the version of the first piece
  std::uint64_t next_ = 0;   // version to be asked for
  std::uint64_t left_ = 0;   // of the limit
  std::string first_piece_;
  bool is_first_ = true;
  bool is_answered_ = false;
  bool is_broken_ = false;
};

}  // namespace gateway::api::store
