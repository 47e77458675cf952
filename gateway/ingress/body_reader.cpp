#include "gateway/ingress/body_reader.h"

#include <utility>

namespace gateway::ingress {
namespace {

using read_result = boost::system::result<void, decode::body_error>;

errc code_of(decode::body_errc e) noexcept {
  switch (e) {
    case decode::body_errc::broken_array: return errc::invalid_json;
    case decode::body_errc::no_events: return errc::no_events;
    case decode::body_errc::too_many_events: return errc::too_many_events;
  }
  return errc::invalid_json;
}

std::optional<refusal> refusal_of(read_result done) {
  if (done) [[likely]]
    return {};
  return refusal{code_of(done.error().code), std::move(done.error().detail)};
}

}  // namespace

std::optional<refusal> json_body::read(std::string_view plain, const decode::decode_options& how,
                                       batching::events& out) {
  return refusal_of(decoder_->json(plain, how, out));
}

std::optional<refusal> ndjson_body::read(std::string_view plain, const decode::decode_options& how,
                                         batching::events& out) {
  return refusal_of(decoder_->ndjson(plain, how, out));
}

std::optional<refusal> document_body::read(std::string_view plain, const decode::decode_options& how,
                                           batching::events& out) {
  return refusal_of(decoder_->document(plain, how, out));
}

std::optional<refusal> opaque_body::read(std::string_view plain, const decode::decode_options&, batching::events& out) {
  return refusal_of(decoder_->opaque(plain, out));
}

std::optional<refusal> tombstone_body::read(std::string_view, const decode::decode_options&, batching::events& out) {
  out.clear();
  out.add().is_tombstone = true;
  return {};
}

}  // namespace gateway::ingress
