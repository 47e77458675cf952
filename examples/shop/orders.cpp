#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

#include "examples/shop/projections.h"

namespace shop {

namespace {

using namespace readmodel::fold;

struct order {
  std::string customer;
  std::string status;
  std::int64_t items = 0;
  std::int64_t total_cents = 0;
};

std::string to_bytes(const order& o) {
  return std::to_string(o.items) + " " + std::to_string(o.total_cents) + " " + o.status + " " + o.customer;
}

std::optional<order> from_bytes(std::string_view from) {
  std::istringstream line{std::string(from)};
  order o;
  if (!(line >> o.items >> o.total_cents >> o.status) || line.get() != ' ' || !std::getline(line, o.customer))
    return std::nullopt;
  return o;
}

problem place(order& o, const event& e) {
  o.customer = std::string(std::string_view(e.json["customer"]));
  if (o.customer.empty() || o.customer.find('\n') != o.customer.npos) return "OrderPlaced: a customer that is none";
  o.items = e.json["items"];
  o.total_cents = e.json["totalCents"];
  o.status = "placed";
  return std::nullopt;
}

problem ship(order& o, const event&) {
  if (o.status != "placed") return "OrderShipped: it was never placed";
  o.status = "shipped";
  return std::nullopt;
}

std::vector<row> to_rows(const order& o, std::string_view id) {
  return {{0, {o.customer, std::string(id)}, {o.status, o.items, o.total_cents}, false}};
}

}  // namespace

std::unique_ptr<projection> make_orders() {
  auto p = std::make_unique<projection_of<order>>();
  p->name = "orders";
  p->views = {{"orders_by_customer",
               {{"customer", column_type::text}},
               {{"order_id", column_type::text}},
               {{"status", column_type::text}, {"items", column_type::bigint}, {"total_cents", column_type::bigint}}}};
  p->on("OrderPlaced", 1, place);
  p->on("OrderShipped", 1, ship);
  p->to_bytes = to_bytes;
  p->from_bytes = from_bytes;
  p->to_rows = to_rows;
  return p;
}

}  // namespace shop
