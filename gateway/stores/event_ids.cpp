#include "gateway/stores/event_ids.h"

#include "gateway/decode/key_lookup.h"

namespace gateway::stores {

std::string_view event_ids::read(std::string_view value, std::string& storage) {
  if (value.empty() || value.find('{') == std::string_view::npos) return {};
  texts_.clear();
  const decode::key_verdict found = decode::key_of(finder_, value, false, texts_);
  if (found.what != decode::key_verdict::verdict::found || found.key.size() > ::store::event_id_bytes_max) return {};
  const bool is_in_value = found.key.data() >= value.data() && found.key.data() < value.data() + value.size();
  if (is_in_value) return found.key;
  storage = found.key;
  return storage;
}

}  // namespace gateway::stores
