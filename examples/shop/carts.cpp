#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "examples/shop/projections.h"

namespace shop {

namespace {

using namespace readmodel::fold;

// A sku with quantity 0 was in the cart once: its row must not be there any more, whoever wrote it.
struct cart {
  std::map<std::string, std::int64_t> items;
};

std::string text_of(const event& e, std::string_view member) { return std::string(std::string_view(e.json[member])); }

// One line a sku: quantity, blank, sku.
std::string to_bytes(const cart& c) {
  std::string bytes;
  for (const auto& [sku, quantity] : c.items) bytes += std::to_string(quantity) + " " + sku + "\n";
  return bytes;
}

std::optional<cart> from_bytes(std::string_view from) {
  std::istringstream lines{std::string(from)};
  cart c;
  std::int64_t quantity = 0;
  std::string sku;
  while (lines >> quantity && lines.get() == ' ' && std::getline(lines, sku)) c.items[sku] = quantity;
  if (!lines.eof()) return std::nullopt;
  return c;
}

problem add(cart& c, const event& e) {
  const std::string sku = text_of(e, "sku");
  if (sku.empty() || sku.find('\n') != sku.npos) return "ItemAddedToCart: a sku that is none";
  c.items[sku] += std::int64_t(e.json["quantity"]);
  return std::nullopt;
}

problem remove(cart& c, const event& e) {
  const auto found = c.items.find(text_of(e, "sku"));
  if (found == c.items.end()) return "ItemRemovedFromCart: it was not in the cart";
  found->second = 0;
  return std::nullopt;
}

// In version 1 an event was one piece; in version 2 it says how many.
std::string with_quantity(const event& e) {
  return R"({"eventType":"ItemAddedToCart","eventVersion":2,"quantity":1,"sku":")" + text_of(e, "sku") + "\"}";
}

std::vector<row> to_rows(const cart& c, std::string_view id) {
  std::vector<row> rows;
  for (const auto& [sku, quantity] : c.items) rows.push_back({0, {std::string(id), sku}, {quantity}, quantity == 0});
  return rows;
}

}  // namespace

std::unique_ptr<projection> make_carts() {
  auto p = std::make_unique<projection_of<cart>>();
  p->name = "carts";
  p->views = {{"cart_by_id",
               {{"cart_id", column_type::text}},
               {{"sku", column_type::text}},
               {{"quantity", column_type::bigint}}}};
  p->on("ItemAddedToCart", 2, add);
  p->upcast("ItemAddedToCart", 1, with_quantity);
  p->on("ItemRemovedFromCart", 1, remove);
  p->to_bytes = to_bytes;
  p->from_bytes = from_bytes;
  p->to_rows = to_rows;
  return p;
}

}  // namespace shop
