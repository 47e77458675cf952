#include "gateway/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

namespace gateway::config {
namespace {

int line_of(const YAML::Mark& mark) { return mark.line + 1; }

/// Builds the tree from the parser's events. Throws YAML::ParserException where a bound is reached.
class tree_builder final : public YAML::EventHandler {
 public:
  yaml_node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, yaml_node::shape::nothing); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_alias(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string& value) override {
    add(mark, anchor, yaml_node::shape::text).text = value;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, yaml_node::shape::list);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, yaml_node::shape::map);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  [[noreturn]] static void refuse_alias(const YAML::Mark& mark) {
    throw YAML::ParserException(mark, "anchors (&) and aliases (*) are not taken: write the value out, or in quotes");
  }

  yaml_node& add(const YAML::Mark& mark, YAML::anchor_t anchor, yaml_node::shape shape) {
    if (anchor != 0) refuse_alias(mark);
    yaml_node node;
    node.is = shape;
    node.line = line_of(mark);
    if (open_.empty()) return root_ = std::move(node);
    return open_.back()->children.emplace_back(std::move(node));
  }

  // A pointer into `children` stays good while its node is open: only the innermost open node grows.
  void open(const YAML::Mark& mark, YAML::anchor_t anchor, yaml_node::shape shape) {
    if (open_.size() >= yaml_depth_max) throw YAML::ParserException(mark, "nested too deeply");
    open_.push_back(&add(mark, anchor, shape));
  }

  yaml_node root_;
  std::vector<yaml_node*> open_;
};

}  // namespace

boost::system::result<yaml_node, yaml_error> parse_yaml(std::string_view text) {
  if (text.size() > yaml_bytes_max) return yaml_error{0, "is larger than 1 MiB: this is no configuration of ours"};
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return yaml_error{0, "holds a zero byte: no text"};
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    tree_builder builder;
    if (!parser.HandleNextDocument(builder)) return yaml_node{};
    yaml_node root = builder.take();
    tree_builder second;
    if (parser.HandleNextDocument(second))
      return yaml_error{second.take().line, "a second document (---) begins here: write one"};
    return root;
  } catch (const YAML::Exception& wrong) {
    return yaml_error{wrong.mark.is_null() ? 0 : line_of(wrong.mark), wrong.msg};
  }
}

}  // namespace gateway::config
