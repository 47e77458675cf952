// The shop's two projections: carts by id, orders by customer. An example to copy from; built by main.cpp.
#pragma once

#include <memory>

#include "readmodel/fold/projection.h"

namespace shop {

/// Topic carts: CartOpened .. CartCheckedOut. Table cart_by_id: cart_id, sku -> quantity.
[[nodiscard]] std::unique_ptr<readmodel::fold::projection> make_carts();

/// Topic orders. Table orders_by_customer: customer, order_id -> status, items, total_cents.
[[nodiscard]] std::unique_ptr<readmodel::fold::projection> make_orders();

}  // namespace shop
