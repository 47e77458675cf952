#include "gateway/api/rest_proxy/v3_reader.h"

#include <algorithm>
#include <utility>

#include "gateway/api/rest_proxy/document_scan.h"

namespace gateway::api::rest_proxy {
namespace {

using decode::json_members;
using decode::json_value;

// Returns what is wrong with one document as JSON; empty: nothing, and `scratch` holds it.
std::string check(decode::decoder& with, std::string_view document, const decode::decode_options& how,
                  batching::events& scratch) {
  decode::decode_options whole = how;
  whole.keys = nullptr;
  whole.rules = nullptr;
  whole.validate = true;
  if (!with.document(document, whole, scratch)) return "the body is empty";
  if (scratch[0].invalid == batching::reason::none) return {};
  return "this is not JSON: " + std::string(scratch[0].detail);
}

bool is_id(std::string_view text) noexcept {
  const auto legal = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= v3_batch_reader::id_bytes_max && std::ranges::all_of(text, legal);
}

std::string after(std::size_t records, std::string_view what) {
  return "behind " + std::to_string(records) + " records: " + std::string(what);
}

}  // namespace

std::optional<ingress::refusal> v3_documents::read(std::string_view plain, const decode::decode_options& how,
                                                   batching::events& out) {
  begin();
  out.clear();
  why_ = {};
  record_.begin(how);
  document_scan scan;
  std::size_t at = 0;
  auto found = document_scan::found::nothing;
  while ((found = scan.last(plain.substr(at))) == document_scan::found::document) {
    if (out.size() == how.events_max) {
      why_ = {413, 413, "more records than limits.events_per_request_max: send them in chunks, as a stream"};
      return ingress::refusal{ingress::errc::invalid_json, why_.message};
    }
    if (!read_one(plain.substr(at, scan.length()), how, out)) break;
    at += scan.length();
  }
  if (broken_.empty() && found == document_scan::found::garbage)
    broken_ = after(out.size(), "what follows is no JSON; nothing of it was read");
  if (broken_.empty() && scan.is_open())
    broken_ = after(out.size(), "the body ends in the middle of one; it was not stored");
  if (out.size() > 0) return {};
  why_ = broken_.empty() ? fault{422, 422, "Payload error. Request body is empty. Data is required."}
                         : fault{400, 400, broken_};
  return ingress::refusal{ingress::errc::invalid_json, why_.message};
}

bool v3_documents::read_one(std::string_view document, const decode::decode_options& how, batching::events& out) {
  if (std::string wrong = check(*decoder_, document, how, checked_); !wrong.empty()) {
    broken_ = after(out.size(), wrong);
    return false;
  }
  std::string_view text = document;
  notes_.push_back(record_.read(decode::take_value(text), {}, out));
  return true;
}

bool v3_batch_reader::wrong(int status, int code, std::string_view message) {
  why_ = {status, code, std::string(message)};
  return false;
}

std::optional<ingress::refusal> v3_batch_reader::read(std::string_view plain, const decode::decode_options& how,
                                                      batching::events& out) {
  notes_.clear();
  ids_.clear();
  record_.begin(how);
  const std::string broken = check(*decoder_, plain, how, out);
  bool good = false;
  if (!broken.empty()) {
    wrong(400, 400, broken);
  } else {
    std::string_view text = out[0].value;
    const json_value request = decode::take_value(text);
    out.clear();
    good = read_request(request, out);
  }
  if (good) return {};
  return ingress::refusal{ingress::errc::invalid_json, why_.message};
}

bool v3_batch_reader::read_request(json_value request, batching::events& out) {
  if (!request.is_object()) return wrong(422, 422, "the body must be an object: {\"entries\":[..]}");
  json_value entries;
  for (json_members m(request); m.next();) {
    if (!m.is("entries")) return wrong(422, 422, "unknown member " + std::string(m.name().text.substr(0, 80)));
    if (!decode::take_once(m, entries)) return wrong(422, 422, "entries stands twice");
  }
  if (!entries.is_array()) return wrong(422, batch_size_wrong, "entries must be an array of 1 to 10 records with ids");
  for (decode::json_elements e(entries); e.next();) {
    if (out.size() == entries_max) return wrong(422, batch_size_wrong, "a batch takes at most 10 entries");
    if (!read_entry(e.value(), out)) return false;
  }
  if (out.size() == 0) return wrong(422, batch_size_wrong, "a batch has at least one entry");
  return true;
}

bool v3_batch_reader::read_entry(json_value entry, batching::events& out) {
  json_value named;
  if (entry.is_object())
    for (json_members m(entry); m.next();)
      if (m.is("id") && !decode::take_once(m, named))
        return wrong(422, batch_id_wrong, "the member id of an entry stands twice");
  auto id = named.is_string() ? named.string() : std::nullopt;
  if (!id || !is_id(*id))
    return wrong(422, batch_id_wrong, "each entry needs an id of 1 to 80 of the characters 0-9 a-z A-Z _ -");
  if (std::ranges::find(ids_, *id) != ids_.end()) return wrong(422, batch_id_twice, "the id " + *id + " stands twice");
  ids_.push_back(std::move(*id));
  notes_.push_back(record_.read(entry, "id", out));
  return true;
}

}  // namespace gateway::api::rest_proxy
