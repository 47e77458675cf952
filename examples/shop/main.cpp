// shop-readmodel: the shop's folds as a program with every command of headgate-readmodel.
#include "examples/shop/projections.h"
#include "readmodel/app/program.h"

int main(int argc, char** argv) {
  std::vector<std::unique_ptr<readmodel::fold::projection>> projections;
  projections.push_back(shop::make_carts());
  projections.push_back(shop::make_orders());
  return readmodel::app::run_program(argc, argv, "shop-readmodel", projections);
}
