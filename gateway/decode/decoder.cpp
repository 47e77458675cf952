#include "gateway/decode/decoder.h"

#include "gateway/decode/event_writer.h"
#include "gateway/decode/json_reader.h"
#include "gateway/decode/ndjson_reader.h"
#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

using result = boost::system::result<void, body_error>;

body_error no_events(std::string detail) { return {body_errc::no_events, std::move(detail)}; }

/// Nobody may publish part of a body that could not be read.
result or_nothing(result read, batching::events& out) {
  if (!read) out.clear();
  return read;
}

}  // namespace

struct decoder::tables {
  structural_index tokens;
  walker walk;
};

decoder::decoder() : tables_(std::make_unique<tables>()) {}
decoder::~decoder() = default;

result decoder::ndjson(std::string_view body, const decode_options& how, batching::events& out) {
  out.clear();
  event_writer write(body, how, out);
  const bool whole = ndjson_reader(body, write, tables_->tokens, tables_->walk).run();
  tables_->tokens.shrink();
  if (!whole) return or_nothing(write.too_many(), out);
  if (out.size() == 0) return no_events("the body holds no line with an event");
  return {};
}

result decoder::json(std::string_view body, const decode_options& how, batching::events& out) {
  out.clear();
  const std::string_view text = trimmed(body);
  if (text.empty()) return no_events("the body is empty; send a JSON object or an array of objects");
  event_writer write(body, how, out);
  result read = json_reader(text, write, tables_->tokens, tables_->walk).run();
  tables_->tokens.shrink();
  if (!read) return or_nothing(std::move(read), out);
  if (out.size() == 0) return no_events("the array is empty");
  return {};
}

result decoder::document(std::string_view body, const decode_options& how, batching::events& out) {
  out.clear();
  const std::string_view text = trimmed(body);
  if (text.empty()) return no_events("the body is empty; send one JSON document");
  event_writer write(body, how, out);
  result read = json_reader(text, write, tables_->tokens, tables_->walk).run_document();
  tables_->tokens.shrink();
  return or_nothing(std::move(read), out);
}

result decoder::opaque(std::string_view body, batching::events& out) {
  out.clear();
  if (body.empty()) return no_events("the body is empty; an event has at least one byte");
  out.add().value = body;
  return {};
}

}  // namespace gateway::decode
