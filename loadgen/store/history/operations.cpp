#include "loadgen/store/history/operations.h"

namespace loadgen::store::history {

const char* name_of(answer said) {
  switch (said) {
    case answer::written: return "written";
    case answer::duplicate: return "duplicate";
    case answer::conflict: return "conflict";
    case answer::refused: return "refused";
    case answer::unknown: return "unknown";
  }
  return "unknown";
}

const char* name_of(promise asked) {
  switch (asked) {
    case promise::none: return "none";
    case promise::token: return "token";
    case promise::at_least: return "at_least";
    case promise::fresh: return "fresh";
  }
  return "none";
}

}  // namespace loadgen::store::history
