// headgate-readmodel: the projections that need no code. A program with folds of one's own is as short as this one.
#include "readmodel/app/latest.h"
#include "readmodel/app/program.h"

int main(int argc, char** argv) {
  std::vector<std::unique_ptr<readmodel::fold::projection>> projections;
  projections.push_back(readmodel::app::make_latest());
  return readmodel::app::run_program(argc, argv, "headgate-readmodel", projections);
}
