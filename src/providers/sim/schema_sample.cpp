#include "schema_sample.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/wire/json_writer.hpp"
#include "schema_facets.hpp"

namespace breakwater::sim {
namespace {

using Element = JsonReader::Element;

/// How deep a recursive schema is followed before the shortest way out is taken, and where even that is given up.
constexpr std::size_t kWillingDepth = 6;
constexpr std::size_t kDepthMax = 24;
/// A schema may ask for any amount (minItems: 1e9); it gets at most about this much.
constexpr std::size_t kBytesMax = 128u << 10;
constexpr std::size_t kStringMax = 4096;

/// A keyword that counts something, as a count.
std::optional<std::size_t> as_count(std::optional<double> value) {
    if (!value) return std::nullopt;
    return static_cast<std::size_t>(std::clamp(std::ceil(*value), 0.0, 1e6));
}

class Sampler {
public:
    explicit Sampler(Element root) : root_(root), json_(out_) {}

    std::string run() {
        value(root_, "value", 0, 0);
        return std::move(out_);
    }

private:
    /// A value called `name`, item number `variant` of its array.
    void value(Element schema, std::string_view name, std::size_t variant, std::size_t depth) {
        if (depth > kDepthMax || out_.size() > kBytesMax) {
            json_.null();
            return;
        }
        const SchemaFacets facets(root_, schema, shortest(depth));
        if (const auto constant = facets.find("const")) return copy(*constant);
        if (fixed(facets, variant)) return;
        const std::string_view type = facets.type();
        if (type == "object") return object(facets, depth);
        if (type == "array") return array(facets, name, depth);
        if (type == "integer" || type == "number") return number(facets, type == "integer", variant);
        if (type == "boolean")
            json_.boolean(true);
        else if (type == "null")
            json_.null();
        else
            string(facets, name, variant);
    }

    [[nodiscard]] bool shortest(std::size_t depth) const {
        return depth > kWillingDepth || out_.size() > kBytesMax / 2;
    }

    void copy(Element element) {
        std::string text = to_json(element);
        json_.raw(text);
    }

    /// An enum: its values in turn, null only when there is no other.
    bool fixed(const SchemaFacets& facets, std::size_t variant) {
        const auto values = facets.find("enum");
        JsonArray list;
        if (!values || !values->get(list) || list.size() == 0) return false;
        std::vector<Element> choices;
        for (const Element choice : list) {
            if (!choice.is_null()) choices.push_back(choice);
        }
        if (choices.empty())
            json_.null();
        else
            copy(choices[variant % choices.size()]);
        return true;
    }

    void object(const SchemaFacets& facets, std::size_t depth) {
        json_.begin_object();
        std::vector<std::string_view> written;
        const auto required = required_names(facets);
        for (const Element properties : facets.find_all("properties")) {
            JsonObject members;
            if (!properties.get(members)) continue;
            for (const auto& member : members) {
                if (contains(written, member.key)) continue;
                // Near the end of what may be written only what must be there is.
                if (shortest(depth) && !contains(required, member.key)) continue;
                written.push_back(member.key);
                json_.key(member.key);
                value(member.value, member.key, 0, depth + 1);
            }
        }
        for (const std::string_view name : required) {
            if (contains(written, name)) continue;
            written.push_back(name);
            additional(facets, name, depth);
        }
        fill_up(facets, written.size(), depth);
        json_.end_object();
    }

    static bool contains(const std::vector<std::string_view>& names, std::string_view name) {
        return std::ranges::find(names, name) != names.end();
    }

    static std::vector<std::string_view> required_names(const SchemaFacets& facets) {
        std::vector<std::string_view> names;
        for (const Element list : facets.find_all("required")) {
            JsonArray items;
            if (!list.get(items)) continue;
            std::string_view name;
            for (const Element item : items) {
                if (item.get(name) && !contains(names, name)) names.push_back(name);
            }
        }
        return names;
    }

    /// A member that `properties` does not describe.
    void additional(const SchemaFacets& facets, std::string_view name, std::size_t depth) {
        json_.key(name);
        const auto schema = facets.find("additionalProperties");
        if (schema && schema->is_object())
            value(*schema, name, 0, depth + 1);
        else
            json_.string(sample_string("", name, 0));
    }

    void fill_up(const SchemaFacets& facets, std::size_t written, std::size_t depth) {
        const std::size_t wanted = as_count(facets.largest("minProperties")).value_or(0);
        for (std::size_t i = 1; written < wanted && out_.size() < kBytesMax; ++i, ++written) {
            additional(facets, "key" + std::to_string(i), depth);
        }
    }

    void array(const SchemaFacets& facets, std::string_view name, std::size_t depth) {
        const std::size_t least = as_count(facets.largest("minItems")).value_or(0);
        const std::size_t most = as_count(facets.smallest("maxItems")).value_or(least + 1);
        const auto items = facets.find("items");
        const auto fixed_items = facets.find("prefixItems");
        JsonArray prefix;
        const bool has_prefix = fixed_items && fixed_items->get(prefix);

        std::size_t wanted = std::max<std::size_t>(least, shortest(depth) ? 0 : 1);
        if (has_prefix) wanted = std::max(least, prefix.size());
        wanted = std::min(wanted, most);
        json_.begin_array();
        std::size_t index = 0;
        if (has_prefix) {
            for (const Element item : prefix) {
                if (index == wanted) break;
                value(item, name, index++, depth + 1);
            }
        }
        for (; index < wanted && out_.size() < kBytesMax; ++index) {
            if (items && items->is_object())
                value(*items, name, index, depth + 1);
            else
                json_.string(sample_string("", name, index));
        }
        json_.end_array();
    }

    void string(const SchemaFacets& facets, std::string_view name, std::size_t variant) {
        std::string_view format;
        if (const auto stated = facets.find("format")) {
            if (!stated->get(format)) format = {};
        }
        std::string text = sample_string(format, name, variant);
        const std::size_t least = std::min(as_count(facets.largest("minLength")).value_or(0), kStringMax);
        if (text.size() < least) text.append(least - text.size(), 'x');
        // The text is ASCII, so bytes are the characters that the schema counts.
        if (const auto most = as_count(facets.smallest("maxLength")); most && text.size() > *most) text.resize(*most);
        json_.string(text);
    }

    void number(const SchemaFacets& facets, bool whole, std::size_t variant) {
        const double step = std::abs(facets.largest("multipleOf").value_or(whole ? 1 : 0));
        const auto [low, high] = range(facets, step);
        double result = std::clamp(1.0 + static_cast<double>(variant), std::min(low, high), high);
        if (step > 0) {
            result = std::ceil(result / step) * step;
            if (result > high) result = std::floor(high / step) * step;
        }
        if (std::abs(result) < 1e15 && result == std::trunc(result)) {
            json_.number(static_cast<std::int64_t>(result));
        } else {
            json_.number(result);
        }
    }

    /// The smallest and the largest number that will do, with exclusive bounds moved inwards.
    static std::pair<double, double> range(const SchemaFacets& facets, double step) {
        double low = facets.largest("minimum").value_or(-HUGE_VAL);
        double high = facets.smallest("maximum").value_or(HUGE_VAL);
        const auto above = facets.largest("exclusiveMinimum");
        const auto below = facets.smallest("exclusiveMaximum");
        const bool above_low = above && *above >= low;
        const bool below_high = below && *below <= high;
        if (above_low) low = *above;
        if (below_high) high = *below;
        const double margin = std::isfinite(high - low) ? (high - low) / 4 : 1;
        if (above_low) low = step > 0 ? std::floor(low / step) * step + step : low + margin;
        if (below_high) high = step > 0 ? std::ceil(high / step) * step - step : high - margin;
        return {low, high};
    }

    Element root_;
    std::string out_{};
    JsonWriter json_;
};

}  // namespace

std::string sample_json(Element schema) {
    return Sampler(schema).run();
}

std::string sample_string(std::string_view format, std::string_view name, std::size_t variant) {
    const std::string number = std::to_string(variant + 1);
    const std::string two_digits = (variant % 28 < 9 ? "0" : "") + std::to_string(variant % 28 + 1);
    if (format == "date") return "2026-01-" + two_digits;
    if (format == "date-time") return "2026-01-" + two_digits + "T12:00:00Z";
    if (format == "time") return "12:00:" + two_digits + "Z";
    if (format == "duration") return "P" + number + "D";
    if (format == "email") return "user" + number + "@example.com";
    if (format == "hostname") return "host" + number + ".example.com";
    if (format == "ipv4") return "192.0.2." + std::to_string(variant % 254 + 1);
    if (format == "ipv6") return "2001:db8::" + std::to_string(variant % 9999 + 1);
    if (format == "uri" || format == "url") return "https://example.com/" + number;
    if (format == "uuid") {
        const std::string digits = std::to_string(variant + 1);
        return "123e4567-e89b-42d3-a456-" + std::string(12 - std::min<std::size_t>(digits.size(), 12), '0') + digits;
    }
    std::string text = "sample ";
    // Only ASCII, so that lengths can be counted in bytes.
    for (const char c : name.substr(0, 40)) text += c >= 0x20 && c < 0x7f ? c : '_';
    if (variant > 0) text += " " + number;
    return text;
}

}  // namespace breakwater::sim
