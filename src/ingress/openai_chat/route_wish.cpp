#include "breakwater/ingress/route_wish.hpp"

#include <algorithm>
#include <array>

#include "../shared/value.hpp"

namespace breakwater {
namespace {

using ingress::Problem;
using ingress::Value;

constexpr std::array<std::string_view, 4> kMembers{"route", "models", "provider", "fallbacks"};
constexpr std::size_t kModelsMax = 32;
/// Read on the worker, whose streams wait meanwhile; lists of names are far shorter.
constexpr std::size_t kWishBytesMax = 64u << 10;

bool is_ours(std::string_view name) noexcept {
    return std::ranges::find(kMembers, name) != kMembers.end();
}

/// A scalar as a header would have it.
std::string scalar(const Value& value) {
    return value.is_string() ? std::string(value.text()) : value.json();
}

bool add(RouteWish& wish, WishPart part, const Value& value, std::string_view name, std::string_view text) {
    if (auto fault = add_wish(wish, part, name, text)) return value.wrong_value(*fault);
    return true;
}

/// `cost` as it stands, a list of names, or a map of names to values.
bool read_part(const Value& value, WishPart part, RouteWish& wish) {
    if (value.is_string()) return add(wish, part, value, value.text(), {});
    if (value.is_array()) {
        return value.each_item([&](const Value& item) {
            return item.is_string() ? add(wish, part, item, item.text(), {}) : item.wrong_type("a string");
        });
    }
    return value.each_member(
        [&](std::string_view name, const Value& member) { return add(wish, part, member, name, scalar(member)); });
}

bool read_route(const Value& route, RouteWish& wish) {
    // The name that older clients of OpenRouter send: fallbacks are what `models` means anyway.
    if (route.is_string()) return route.text() == "fallback" || route.wrong_value("an object");
    return route.each_member([&](std::string_view name, const Value& value) {
        const auto part = wish_part_from(name);
        if (!part) {
            return value.fail("unknown_parameter",
                              "expected one of require, max, min, prefer, tags, region, only, not");
        }
        return read_part(value, *part, wish);
    });
}

/// Names of models, as strings or, as LiteLLM takes them, as objects with a `model`.
bool read_models(const Value& models, RouteWish& wish) {
    return models.each_item([&](const Value& item) {
        if (wish.models.size() == kModelsMax) return item.fail("array_above_max_length", "expected at most 32 models");
        std::string name;
        const bool read = item.is_object() ? item.required("model", name) : item.read(name);
        if (!read) return false;
        if (name.empty() || name.size() > 256) return item.wrong_value("the name of a model");
        wish.models.push_back(std::move(name));
        return true;
    });
}

bool read_sort(const Value& value, RouteWish& wish) {
    constexpr std::array<std::string_view, 3> kWords{"price", "throughput", "latency"};
    std::size_t word = 0;
    if (!value.read_word(word, kWords)) return false;
    if (!wish.prefer) wish.prefer.emplace();
    *wish.prefer = {.objective = word == 0 ? config::Objective::cost : config::Objective::latency};
    return true;
}

bool read_max_price(const Value& value, RouteWish& wish) {
    return value.each_member([&](std::string_view name, const Value& price) {
        if (name == "prompt") return add(wish, WishPart::max, price, "price_input", scalar(price));
        if (name == "completion") return add(wish, WishPart::max, price, "price_output", scalar(price));
        return price.fail("unknown_parameter", "expected one of prompt, completion");
    });
}

bool read_order(const Value& value, RouteWish& wish) {
    return value.each_item([&](const Value& item) {
        if (wish.first.size() == kModelsMax) return item.fail("array_above_max_length", "expected at most 32 names");
        return item.read(wish.first.emplace_back());
    });
}

/// `only` beside the `only` of `route` is another list that has to be met.
bool read_only(const Value& value, RouteWish& wish) {
    RouteWish apart;
    if (!value.is_array()) return value.wrong_type("an array");
    if (!read_part(value, WishPart::only, apart)) return false;
    wish.constraints.narrow(apart.constraints);
    return true;
}

bool read_provider(const Value& provider, RouteWish& wish) {
    return provider.each_member([&](std::string_view name, const Value& value) {
        if (name == "order") return read_order(value, wish);
        if (name == "only") return read_only(value, wish);
        if (name == "ignore")
            return value.is_array() ? read_part(value, WishPart::exclude, wish) : value.wrong_type("an array");
        if (name == "allow_fallbacks") return value.read(wish.alternatives);
        if (name == "sort") return read_sort(value, wish);
        if (name == "max_price") return read_max_price(value, wish);
        return value.fail("unknown_parameter", "expected one of order, only, ignore, allow_fallbacks, sort, max_price");
    });
}

bool read_member(std::string_view name, const Value& value, RouteWish& wish) {
    if (name == "route") return read_route(value, wish);
    if (name == "provider") return read_provider(value, wish);
    return read_models(value, wish);
}

}  // namespace

Result<void> take_route_wish(std::vector<std::pair<std::string, JsonText>>& extensions, JsonReader& reader,
                             RouteWish& wish) {
    const auto ours = [](const auto& extension) { return is_ours(extension.first); };
    if (std::ranges::none_of(extensions, ours)) return {};
    // One document of all of them, so that whatever is wrong is said with its path in the client's body.
    std::string text = "{";
    for (const auto& [name, json] : extensions) {
        if (is_ours(name)) text += (text.size() > 1 ? ",\"" : "\"") + name + "\":" + json;
    }
    text += '}';
    std::erase_if(extensions, ours);
    if (text.size() > kWishBytesMax) {
        return fail(ErrorKind::invalid_request,
                    "route: expected at most 64 KB of `route`, `models`, `provider` and `fallbacks` together", "route");
    }
    const Result<JsonReader::Element> parsed = reader.parse(text);
    if (!parsed) return std::unexpected(parsed.error());
    Problem problem;
    const Value root(*parsed, problem);
    const bool read =
        root.each_member([&](std::string_view name, const Value& value) { return read_member(name, value, wish); });
    if (!read) return std::unexpected(std::move(*problem));
    return {};
}

}  // namespace breakwater
