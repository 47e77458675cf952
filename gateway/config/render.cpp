#include "gateway/config/render.h"

#include <algorithm>

#include "gateway/config/auth_options.h"
#include "gateway/config/kafka_properties.h"
#include "gateway/config/kafka_security.h"
#include "gateway/config/option_table.h"
#include "gateway/config/values.h"

namespace gateway::config {
namespace {

constexpr std::string_view masked = "\"********\"";
constexpr std::string_view masked_option = "\"****************\"";  // as long as the shortest that is taken

void line(std::string& to, std::size_t indent, std::string_view lead, std::string_view key, std::string value,
          std::string_view from) {
  constexpr std::size_t comment_column = 52;
  std::string text = std::string(indent, ' ') + std::string(lead) + std::string(key) + ": " + std::move(value);
  text.resize(std::max(text.size() + 2, comment_column), ' ');
  to.append(text).append("# ").append(from).append("\n");
}

template <typename Target>
std::string shown(const option<Target>& o, const Target& in) {
  if (o.is_secret && !o.show(in).empty()) return std::string(masked_option);
  return o.takes_list ? o.show(in) : yaml_scalar(o.show(in));
}

/// The options of one section, in the table's order. Sections are one deep: `limits.body_bytes_max`.
void settings_lines(std::string& to, const draft& from, const settings& s) {
  std::string_view section;
  for (const setting_option& o : setting_options()) {
    const auto dot = o.path.find('.');
    const std::string_view own = dot == std::string_view::npos ? std::string_view() : o.path.substr(0, dot);
    if (own == "kafka") continue;  // below, with the properties
    if (own != section && !own.empty()) to.append(own).append(":\n");
    section = own;
    std::string why = from.origin_of(o.path).text();
    if (o.path == "lanes" && !s.lanes_reason.empty()) why += ": " + s.lanes_reason;
    line(to, own.empty() ? 0 : 2, "", o.path.substr(own.empty() ? 0 : dot + 1), shown(o, s), why);
  }
}

std::string origin_of_publisher(const draft& from, const settings& s) {
  const std::string written = from.origin_of("kafka.publisher").text();
  if (s.kafka.is_direct) return written + ": direct is in force";
  const std::string& property = s.kafka.librdkafka_for;
  return written + ": librdkafka is in force" +
         (property.empty() ? "" : ", kafka.properties." + property + " needs it");
}

/// `tls.ca` stands in a section of its own below `kafka`.
void kafka_option_lines(std::string& to, const draft& from, const settings& s) {
  constexpr std::string_view prefix = "kafka.";
  std::string_view section;
  for (const setting_option& o : setting_options()) {
    if (!o.path.starts_with(prefix)) continue;
    std::string_view key = o.path.substr(prefix.size());
    const auto dot = key.find('.');
    const std::string_view own = dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
    if (own != section && !own.empty()) to.append("  ").append(own).append(":\n");
    section = own;
    if (!own.empty()) key.remove_prefix(dot + 1);
    const bool is_hidden = is_secret_option(o.path) && !o.show(s).empty();
    line(to, own.empty() ? 2 : 4, "", key, is_hidden ? std::string(masked) : shown(o, s),
         o.path == "kafka.publisher" ? origin_of_publisher(from, s) : from.origin_of(o.path).text());
  }
}

// Properties that `kafka.tls` and `kafka.login` made of themselves are not written twice.
void kafka_lines(std::string& to, const draft& from, const settings& s) {
  to.append("kafka:\n");
  kafka_option_lines(to, from, s);
  if (!from.properties.empty()) to.append("  properties:\n");
  for (const auto& [name, value] : s.kafka.properties)
    if (from.properties.contains(name))
      line(to, 4, "", name, is_secret(name) ? std::string(masked) : yaml_scalar(value),
           from.origin_of("kafka.properties." + name).text());
}

void topic_lines(std::string& to, const draft& from, const settings& s) {
  to.append("topic_defaults:\n");
  for (const topic_option& o : topic_options())
    if (o.path != "pattern")
      line(to, 2, "", o.path, shown(o, s.topics.back()),
           from.origin_of("topic_defaults." + std::string(o.path)).text());
  if (!from.topics.empty()) to.append("topics:\n");
  for (std::size_t i = 0; i < from.topics.size(); ++i)
    for (const topic_option& o : topic_options()) {
      const auto own = from.topics[i].values.find(o.path);
      if (own == from.topics[i].values.end()) continue;
      const bool first = o.path == "pattern";
      line(to, first ? 2 : 4, first ? "- " : "", o.path, shown(o, s.topics[i]), own->second.from.text());
    }
}

void route_lines(std::string& to, const draft& from, const settings& s) {
  if (!s.routes.empty()) to.append("routes:\n");
  for (std::size_t i = 0; i < s.routes.size(); ++i) {
    std::string types;
    for (const std::string& t : s.routes[i].types) types.append(types.empty() ? "" : ", ").append(yaml_scalar(t, true));
    line(to, 2, "- ", "types", "[" + types + "]", from.routes[i].from.text());
    line(to, 4, "", "topic", yaml_scalar(s.routes[i].topic), from.routes[i].from.text());
  }
}

void auth_lines(std::string& to, const draft& from, const settings& s) {
  if (!s.auth) return;
  to.append("auth:\n");
  for (const auth_option& o : auth_options())
    if (const auto own = from.auth.values.find(o.path); own != from.auth.values.end())
      line(to, 2, "", o.path, shown(o, *s.auth), own->second.from.text());
  to.append("tenants:\n");
  for (std::size_t i = 0; i < from.tenants.size(); ++i) {
    line(to, 2, "", yaml_scalar(from.tenants[i].name), "", from.tenants[i].from.text());
    for (const tenant_option& o : tenant_options())
      if (const auto own = from.tenants[i].values.find(o.path); own != from.tenants[i].values.end())
        line(to, 4, "", o.path, shown(o, s.tenants[i]), own->second.from.text());
  }
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '|' ? "\\|" : std::string(1, c));
  return out;
}

std::string code(std::string_view text) { return text.empty() ? std::string("none") : "`" + cell(text) + "`"; }

template <typename Target>
void row(std::string& to, const option<Target>& o, const Target& by_default, std::string_view prefix = {}) {
  const std::string usual = o.derived.empty() ? code(o.show(by_default)) : cell(o.derived);
  to.append("| `")
      .append(prefix)
      .append(o.path)
      .append("` | ")
      .append(usual)
      .append(" | ")
      .append(cell(o.takes))
      .append(" | ");
  to.append(cell(o.doc)).append(o.reloadable ? " *SIGHUP.*" : "").append(" |\n");
}

constexpr std::string_view head = "| Option | Default | Takes | What it does |\n|---|---|---|---|\n";

}  // namespace

std::string render_effective(const draft& from, const settings& s) {
  std::string out;
  settings_lines(out, from, s);
  kafka_lines(out, from, s);
  auth_lines(out, from, s);
  route_lines(out, from, s);
  topic_lines(out, from, s);
  return out;
}

std::string render_options() {
  std::string out;
  std::string_view section = "-";
  const settings by_default;
  for (const setting_option& o : setting_options()) {
    const std::string_view own = o.path.substr(0, std::min(o.path.find('.'), o.path.size()));
    if (own != section) out.append(out.empty() ? "" : "\n").append("### ").append(own).append("\n\n").append(head);
    section = own;
    row(out, o, by_default);
  }
  out.append("\n### auth\n\n").append(head);
  for (const auth_option& o : auth_options()) row(out, o, auth_settings{}, "auth.");
  out.append("\n### tenants\n\n").append(head);
  for (const tenant_option& o : tenant_options()) row(out, o, tenant_settings{});
  out.append("\n### topic_defaults and topics\n\n").append(head);
  for (const topic_option& o : topic_options()) row(out, o, topic_settings{});
  return out;
}

std::string render_refused_properties() {
  std::string out = "| Property | Taken all the same | Why, and what to write instead |\n|---|---|---|\n";
  for (const refused_property& r : refused_properties())
    out.append("| `")
        .append(r.name)
        .append("` | ")
        .append(r.allowed.empty() ? "nothing" : code(r.allowed))
        .append(" | ")
        .append(r.why)
        .append(" |\n");
  return out;
}

std::string render_known_properties() {
  std::string out = "| Property | With these values | Who reads it |\n|---|---|---|\n";
  for (const known_property& k : known_properties())
    out.append("| `")
        .append(k.name)
        .append("` | ")
        .append(k.values.empty() ? "any" : code(k.values))
        .append(k.of == property_class::honoured ? " | both publishers |\n" : " | metadata, lag and diagnosis |\n");
  return out;
}

}  // namespace gateway::config
