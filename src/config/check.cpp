#include "check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "key_spec.hpp"
#include "redaction.hpp"
#include "suggestions.hpp"
#include "value_types.hpp"

namespace breakwater::config {
namespace {

class Checker {
public:
    Checker(const Environment& environment, Problems& problems, bool complete)
        : environment_(environment), problems_(problems), complete_(complete) {}

    /// `owner` is where a missing key is reported.
    void map(Node& node, std::span<const KeySpec> keys, const std::string& path, Mark owner) {
        for (MapEntry& entry : node.entries) {
            const auto key = std::ranges::find(keys, std::string_view(entry.key), &KeySpec::name);
            const std::string below = path.empty() ? entry.key : fmt::format("{}.{}", path, entry.key);
            if (key == keys.end()) {
                const std::string name = shown_key(entry.key);
                problems_.add(
                    entry.key_mark,
                    fmt::format("unknown key `{}`{}", name, path.empty() ? "" : fmt::format(" in `{}`", path)),
                    unknown_key_hint(name, keys));
            } else if (key->type == Type::later) {
                problems_.add(entry.key_mark, fmt::format("`{}` is not available in this version", below),
                              "remove the key");
            } else {
                value(*entry.value, *key, below, entry.key_mark);
            }
        }
        if (!complete_ || node.partial) return;
        for (const KeySpec& key : keys) {
            if (key.required && !is_there(node, key.name, keys) &&
                (key.unless.empty() || !is_there(node, key.unless, keys))) {
                report_missing(key, path, owner);
            }
        }
    }

private:
    /// The map has the key, or one that was reported with "did you mean" this one.
    static bool is_there(const Node& node, std::string_view name, std::span<const KeySpec> keys) {
        if (node.find(name) != nullptr) return true;
        return std::ranges::any_of(node.entries, [&](const MapEntry& entry) {
            const bool known = std::ranges::find(keys, std::string_view(entry.key), &KeySpec::name) != keys.end();
            return !known && !did_you_mean(entry.key, std::span(&name, 1)).empty();
        });
    }

    void report_missing(const KeySpec& key, const std::string& path, Mark owner) {
        const std::string where = path.empty() ? std::string{} : fmt::format(" in `{}`", path);
        const std::string other = key.unless.empty() ? std::string{} : fmt::format(", or a `{}`", key.unless);
        const std::string hint = key.from == "1" && key.to == "1"
                                     ? fmt::format("add `{}: 1` as the first line", key.name)
                                     : fmt::format("expected {}{}", expectation(key, environment_), other);
        problems_.add(owner, fmt::format("`{}` is missing{}", key.name, where), hint);
    }

    void fault(Node& node, const std::string& path, const std::string& message, std::string hint = {}) {
        problems_.add(node.mark, fmt::format("`{}`: {}", path, message), std::move(hint));
        node.broken = true;
    }

    void value(Node& node, const KeySpec& key, const std::string& path, Mark owner) {
        if (node.broken) return;
        switch (node.kind) {
            // A map whose keys are all commented out is as good as none.
            case Node::Kind::null:
                if (key.type == Type::map || key.type == Type::named_maps || key.type == Type::headers) {
                    if (complete_ && key.type == Type::map) map(node, key.children(), path, owner);
                    return;
                }
                if (complete_)
                    fault(node, path, fmt::format("has no value; expected {}", expectation(key, environment_)));
                return;
            case Node::Kind::scalar:
                return scalar(node, key, path);
            case Node::Kind::sequence:
                return sequence(node, key, path);
            case Node::Kind::map:
                return map_value(node, key, path, owner);
        }
    }

    void scalar(Node& node, const KeySpec& key, const std::string& path) {
        if (has_word(key.later_words, node.text)) {
            return fault(node, path, fmt::format("`{}` is not available in this version", node.text),
                         fmt::format("use `{}`, or leave the key out", key.words));
        }
        const auto found = scalar_fault(key, node.text, environment_);
        if (!found) return;
        std::string hint = found->hint;
        if (hint.empty() && key.type == Type::names) hint = fmt::format("write [{}]", node.written);
        fault(node, path, fmt::format("expected {}; got {}", found->expected, shown(node)), std::move(hint));
    }

    void sequence(Node& node, const KeySpec& key, const std::string& path) {
        switch (key.type) {
            case Type::list_of_maps:
                return maps_of_list(node, key, path);
            case Type::secrets:
                return secrets(node, key, path);
            case Type::names:
                return items(node, KeySpec{.name = key.name, .type = Type::name}, path);
            case Type::texts:
                return items(node, KeySpec{.name = key.name, .type = Type::text}, path);
            case Type::word_list:
                return items(
                    node,
                    KeySpec{.name = key.name, .type = Type::word, .words = key.words, .later_words = key.later_words},
                    path);
            case Type::map:
            case Type::named_maps:
            case Type::headers:
            case Type::numbers:
            case Type::preference:
            case Type::text:
            case Type::secret:
            case Type::boolean:
            case Type::integer:
            case Type::number:
            case Type::duration:
            case Type::spread:
            case Type::size:
            case Type::count:
            case Type::share:
            case Type::rate:
            case Type::address:
            case Type::url:
            case Type::path:
            case Type::word:
            case Type::name:
            case Type::digest:
            case Type::dialect:
            case Type::preset:
            case Type::later:
                return fault(node, path, fmt::format("expected {}; got a list", expectation(key, environment_)));
        }
    }

    void items(Node& node, const KeySpec& item, const std::string& path) {
        if (node.items.empty() && complete_)
            return fault(node, path, "the list is empty", "name at least one, or leave the key out");
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            Node& child = *node.items[i];
            value(child, item, fmt::format("{}[{}]", path, i), child.mark);
            const auto same = [&](const Node* other) {
                return other->kind == Node::Kind::scalar && other->text == child.text;
            };
            if (child.kind == Node::Kind::scalar && !child.broken &&
                std::any_of(node.items.begin(), node.items.begin() + static_cast<std::ptrdiff_t>(i), same)) {
                fault(child, fmt::format("{}[{}]", path, i), fmt::format("{} is in the list twice", shown(child)),
                      "keep one of the two");
            }
        }
    }

    void maps_of_list(Node& node, const KeySpec& key, const std::string& path) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            Node& child = *node.items[i];
            const std::string below = fmt::format("{}[{}]", path, i);
            if (child.broken) continue;
            if (child.kind != Node::Kind::map) {
                fault(child, below,
                      fmt::format("expected a map with `{}`; got {}", key.children().front().name, shown(child)));
                continue;
            }
            map(child, key.children(), below, child.mark);
        }
    }

    void secrets(Node& node, const KeySpec& key, const std::string& path) {
        if (node.items.empty() && complete_)
            return fault(node, path, "the list is empty", "name at least one, or leave the key out");
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            Node& child = *node.items[i];
            const std::string below = fmt::format("{}[{}]", path, i);
            if (child.broken) continue;
            if (child.kind == Node::Kind::map) {
                map(child, key.children(), below, child.mark);
            } else {
                value(child, KeySpec{.name = key.name, .type = Type::secret}, below, child.mark);
            }
        }
    }

    void map_value(Node& node, const KeySpec& key, const std::string& path, Mark owner) {
        if (key.type == Type::map || key.type == Type::spread || key.type == Type::preference)
            return map(node, key.children(), path, owner);
        if (key.type == Type::named_maps) return named_maps(node, key, path);
        if (key.type == Type::headers) return headers(node, path);
        if (key.type == Type::numbers) return numbers(node, path);
        fault(node, path, fmt::format("expected {}; got a map", expectation(key, environment_)));
    }

    void named_maps(Node& node, const KeySpec& key, const std::string& path) {
        for (MapEntry& entry : node.entries) {
            const std::string below = fmt::format("{}.{}", path, shown_key(entry.key));
            if (!is_name(entry.key)) {
                problems_.add(entry.key_mark, fmt::format("`{}`: expected {}", below,
                                                          expectation(KeySpec{.type = Type::name}, environment_)));
            }
            Node& child = *entry.value;
            if (child.broken) continue;
            if (child.kind == Node::Kind::map || child.kind == Node::Kind::null) {
                map(child, key.children(), below, entry.key_mark);
            } else {
                fault(child, below,
                      fmt::format("expected a map with `{}`; got {}", key.children().front().name, shown(child)));
            }
        }
    }

    void numbers(Node& node, const std::string& path) {
        const KeySpec number{.type = Type::number, .from = "0", .to = "1000000"};
        for (MapEntry& entry : node.entries) {
            const std::string below = fmt::format("{}.{}", path, shown_key(entry.key));
            if (!is_name(entry.key)) {
                problems_.add(entry.key_mark, fmt::format("`{}`: expected {}", below,
                                                          expectation(KeySpec{.type = Type::name}, environment_)));
            }
            value(*entry.value, number, below, entry.key_mark);
        }
    }

    void headers(Node& node, const std::string& path) {
        for (MapEntry& entry : node.entries) {
            Node& child = *entry.value;
            if (child.kind == Node::Kind::scalar || child.broken) continue;
            // An unquoted number is a scalar as well, so only maps, lists and nothing at all come here.
            child.mark = entry.key_mark;
            fault(child, fmt::format("{}.{}", path, shown_key(entry.key)),
                  fmt::format("expected a text; got {}", shown(child)));
        }
    }

    const Environment& environment_;
    Problems& problems_;
    bool complete_;
};

}  // namespace

std::string shown(const Node& node) {
    constexpr std::size_t kShownMax = 60;
    switch (node.kind) {
        case Node::Kind::null:
            return "nothing";
        case Node::Kind::map:
            return "a map";
        case Node::Kind::sequence:
            return "a list";
        case Node::Kind::scalar:
            break;
    }
    std::string text = node.written;
    cover_secrets(text);
    if (text.size() > kShownMax) text = replace_invalid_utf8(std::string_view(text).substr(0, kShownMax)) + "...";
    std::ranges::replace(text, '\n', ' ');
    // The value of a variable may be a secret that was put into the wrong one.
    return node.written == node.text ? fmt::format("\"{}\"", text) : fmt::format("the value of \"{}\"", text);
}

void check_against_table(YamlTree& tree, const Environment& environment, Problems& problems) {
    Checker(environment, problems, tree.complete).map(*tree.root, all_keys(), {}, Mark{1, 1});
}

}  // namespace breakwater::config
