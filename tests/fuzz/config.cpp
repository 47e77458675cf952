// A configuration file of any bytes is refused with reasons or finalizes, and what finalizes reads back the same from
// what `headgate config` prints of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/finalize.h"
#include "gateway/config/reload.h"
#include "gateway/config/render.h"
#include "gateway/config/yaml_file.h"

using namespace gateway::config;

namespace {

std::optional<std::string> variable(const std::string& name) {
  return name.empty() ? std::nullopt : std::optional<std::string>("v");
}

draft read(std::string_view text) {
  draft out;
  read_yaml(text, "f.yaml", variable, out);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const draft first = read({reinterpret_cast<const char*>(data), size});
  const auto s = finalize(first);
  if (!s) {
    for (const config_error& e : s.error())
      if (e.text().empty()) std::abort();
    return 0;
  }
  const auto again = finalize(read(render_effective(first, *s)));
  if (!again) std::abort();
  const changes c = compare(*s, *again);
  const bool only_secrets = c.needs_restart.size() == 1 && c.needs_restart.front() == "kafka.properties";
  const bool only_token = c.reloadable.size() == 1 && c.reloadable.front() == "listen.admin_token";
  if ((!c.reloadable.empty() && !only_token) || (!c.needs_restart.empty() && !only_secrets)) std::abort();
  return 0;
}
