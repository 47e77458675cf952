#include "gateway/api/store/aggregate_read.h"

#include <utility>

#include "gateway/api/store/append_answer.h"
#include "gateway/http1/endpoint.h"

namespace gateway::api::store {
namespace {

constexpr std::string_view index_unread =
    "the index cannot be read and is made anew: send the request again after Retry-After";

}  // namespace

bool aggregate_read::is_visible() const {
  const ::store::partition_index& index = at_->partition().index();
  if (index.applied_offset() <= query_.token_offset) return false;
  if (query_.at_least == 0) return true;
  const auto head = index.head_of(aggregate_);
  return head && head->version >= query_.at_least;
}

bool aggregate_read::begin() {
  const auto head = at_->partition().index().head_of(aggregate_);
  if (!head) {
    at_->report_index_failure(head.error());
    fail(http1::errc::no_owner, index_unread);
    return true;
  }
  http1::reply& to = exchange_->reply;
  to.content_type = content_type_of(form_);
  add_version_fields(head->version, to);
  is_answered_ = true;
  if (exchange_->without_body) return true;
  reader_.emplace(at_->partition().index(), aggregate_, head->version, query_.range);
  append_piece(first_piece_);
  if (is_broken_) {
    to.fields.clear();
    first_piece_.clear();
    fail(http1::errc::no_owner, index_unread);
    return true;
  }
  if (!reader_->is_done()) return false;
  to.body = std::move(first_piece_);
  return true;
}

void aggregate_read::write(std::string& body) {
  if (!first_piece_.empty())
    body += std::exchange(first_piece_, {});
  else
    append_piece(body);
  if (is_broken_ || reader_->is_done())
    exchange_->answered = true;
  else
    exchange_->tell();
}

// An array whose end is missing, or a line that says so, tells the client that the rest is missing.
void aggregate_read::append_piece(std::string& to) {
  const bool is_json = form_ == read_form::json;
  if (is_first_ && is_json) to += '[';
  if (!reader_->is_done()) {
    const auto done = reader_->read(http1::endpoint::piece_bytes_max, [&](const ::store::stored_event& e) {
      if (!std::exchange(is_first_, false) && is_json) to += ',';
      append_event(to, e, form_);
      if (!is_json) to += '\n';
    });
    is_broken_ = !done;
    if (is_broken_) at_->report_index_failure(done.error());
    if (is_broken_ && !is_json) to += "{\"error\":\"the rest cannot be read\"}\n";
  }
  if (is_json && !is_broken_ && reader_->is_done()) to += ']';
}

void aggregate_read::fail(http1::errc error, std::string_view detail, std::string_view owner) {
  write_problem(error, detail, {}, exchange_->reply);
  add_owner_field(owner, exchange_->reply);
  if (exchange_->reply.status == 503) exchange_->reply.retry_after_seconds = 1;
  is_answered_ = true;
}

void aggregate_read::tell(bool is_whole) {
  if (is_whole) return exchange_->finish();
  exchange_->in_pieces = true;
  exchange_->tell();
}

}  // namespace gateway::api::store
