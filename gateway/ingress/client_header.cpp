#include "gateway/ingress/client_header.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "gateway/auth/address.h"

namespace gateway::ingress {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Readers differ in whether the case of a header's name counts.
bool is_named(const batching::header& h, std::string_view name) noexcept {
  return std::ranges::equal(h.name, name, [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::span<const batching::header> client_header::without(const std::string& name,
                                                         std::span<const batching::header> all) {
  if (std::ranges::none_of(all, [&](const batching::header& h) { return is_named(h, name); })) return all;
  kept_.clear();
  std::ranges::copy_if(all, std::back_inserter(kept_), [&](const batching::header& h) { return !is_named(h, name); });
  return kept_;
}

// Those of the request are the same for all its events, and looked at once.
void client_header::add(const std::string& name, const auth::ip_address& client, batching::events& list,
                        std::uint16_t destination) {
  const batching::header ours{name, list.keep(auth::to_string(client))};
  std::span<const batching::header> shared_before;
  std::span<const batching::header> shared_after;
  for (std::size_t i = 0; i < list.size(); ++i) {
    batching::event& e = list[i];
    if (e.destination != destination) continue;
    if (shared_after.empty() || e.shared_headers.data() != shared_before.data()) {
      shared_before = e.shared_headers;
      shared_after = list.keep(without(name, shared_before), {&ours, 1});
    }
    e.shared_headers = shared_after;
    if (const auto own = without(name, e.headers); own.size() != e.headers.size()) e.headers = list.keep(own, {});
  }
}

}  // namespace gateway::ingress
