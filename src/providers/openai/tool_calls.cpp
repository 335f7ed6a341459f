#include "tool_calls.hpp"

#include <algorithm>
#include <array>

#include "../shared/unknown_fields.hpp"
#include "json_members.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

/// TGI gives every call the id "0": a bare small number identifies nothing.
bool is_useless_id(std::string_view id) noexcept {
    return id.size() <= 2 && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

/// Members of an entry that may be there whatever kind of call it is.
constexpr std::array<std::string_view, 6> kMembers{"index", "id", "type", "function", "custom", "extra_content"};

/// Whether an entry that has neither of the objects that calls are made of is of a kind to come, by its type or by what
/// it has instead. Its id and type alone are no other kind: there are servers that send the name later.
bool is_unknown_kind(Element entry) noexcept {
    const std::string_view type = get_string(entry, "type").value_or("");
    if (!type.empty()) return type != "function" && type != "custom";
    bool other = !entry.is_object();
    for_each_member(entry, [&other](std::string_view key, Element value) {
        const bool known = std::ranges::find(kMembers, key) != kMembers.end();
        std::string_view text;
        other = other || !known || (key == "type" && !value.get(text));
    });
    return other;
}

/// A name may come whole, whole on every delta, growing, or in pieces.
void add_name(std::string& name, std::string_view piece) {
    if (piece == name) return;
    if (piece.starts_with(name)) {
        name = piece;
    } else {
        name += piece;
    }
}

}  // namespace

bool ToolNames::is_complete(std::string_view name) const noexcept {
    bool known = false;
    for (const std::string& tool : names_) {
        if (tool == name) {
            known = true;
        } else if (tool.starts_with(name)) {
            return false;
        }
    }
    return known;
}

/// One entry of `tool_calls`, read.
struct ToolCallReader::Entry {
    std::optional<std::int64_t> index{};
    std::size_t position = 0;  ///< in its list
    std::size_t entries = 1;   ///< length of the list
    std::string_view id{};
    std::string_view name{};
    std::optional<Element> arguments{};
    std::optional<Element> extension{};
    bool custom = false;
    bool whole = false;
    bool legacy = false;
    bool unknown = false;  ///< there is nothing of a call in it, but something that is not known

    void read(Element element, EventSink& sink) {
        index = get_int(element, "index");
        const auto said = get_string(element, "id");
        id = said && !is_useless_id(*said) ? *said : std::string_view();
        // Some servers write both objects and leave the one that is not meant empty: the type decides where there is
        // one.
        const auto type = get_string(element, "type");
        custom = type == "custom" || (type != "function" && get_object(element, "custom").has_value());
        extension = get_object(element, "extra_content");
        const auto function = get_object(element, custom ? "custom" : "function");
        unknown = !function && is_unknown_kind(element);
        name = {};
        arguments = {};
        if (!function) return;
        read_function(*function);
        const auto read =
            std::size_t{1} + index.has_value() + said.has_value() + type.has_value() + extension.has_value();
        report_unread_fields(element, read, kMembers, sink);
    }
    void read_function(Element function) {
        name = get_string(function, "name").value_or("");
        arguments = get_value(function, custom ? "input" : "arguments");
    }
};

Result<void> ToolCallReader::read(JsonReader::Array entries, bool whole, std::uint32_t choice, const ToolNames& names,
                                  EventSink& sink) {
    Entry entry{.entries = entries.size(), .whole = whole};
    std::size_t position = 0;
    for (const Element element : entries) {
        entry.position = position++;
        entry.read(element, sink);
        if (auto done = take(entry, choice, names, sink); !done) return done;
    }
    return {};
}

Result<void> ToolCallReader::read_legacy(JsonReader::Element element, std::uint32_t choice, const ToolNames& names,
                                         EventSink& sink) {
    if (!calls_.empty() && !calls_.front().legacy) return {};
    Entry entry{.index = 0, .legacy = true};
    entry.read_function(element);
    if (entry.name.empty() && calls_.empty()) return {};  // {} stands for none
    return take(entry, choice, names, sink);
}

Result<void> ToolCallReader::take(const Entry& entry, std::uint32_t choice, const ToolNames& names, EventSink& sink) {
    if (goes_on_with_dropped(entry)) return {};
    Call* known = find(entry);
    if (known == nullptr) {
        const Result<Call*> begun = begin(entry, choice, sink);
        if (!begun) return std::unexpected(begun.error());
        known = *begun;
    } else if (entry.unknown && !known->unknown) {
        sink.on_unknown(Unknown::content);
    }
    if (known == nullptr || known->unknown) return {};
    Call& call = *known;
    if (!call.open) {
        if (call.id.empty()) call.id = entry.id;
        add_name(call.name, entry.name);
        call.custom = call.custom || entry.custom;
        if (entry.extension) call.extension = to_json(*entry.extension);
    }
    std::string_view text;
    if (entry.arguments && !entry.arguments->get(text)) {
        // Some servers send the arguments as an object.
        scratch_.clear();
        append_json(scratch_, *entry.arguments);
        text = scratch_;
    }
    if (!call.open && (entry.whole || !text.empty() || names.is_complete(call.name))) open(call, choice, sink);
    if (text.empty()) return {};
    const auto index = static_cast<std::uint32_t>(&call - calls_.data());
    sink.on_event(ToolArgsDelta{.choice = choice, .index = index, .json = text});
    return {};
}

/// The call that an entry begins, or null when it is one of an unknown kind too many.
Result<ToolCallReader::Call*> ToolCallReader::begin(const Entry& entry, std::uint32_t choice, EventSink& sink) {
    // The name of the call before cannot grow any more.
    flush(choice, sink);
    if (!entry.unknown) {
        if (calls_.size() - unknown_calls_ >= kCallsMax)
            return fail(ErrorKind::upstream_invalid, "The provider sent more tool calls than the gateway allows.");
        return &calls_.emplace_back(Call{.index = entry.index, .legacy = entry.legacy});
    }
    sink.on_unknown(Unknown::content);
    if (unknown_calls_ >= kUnknownMax) {
        dropped_ = true;
        return nullptr;
    }
    ++unknown_calls_;
    return &calls_.emplace_back(Call{.index = entry.index, .id = std::string(entry.id), .open = true, .unknown = true});
}

/// Behind calls that were not remembered, what has no name may be the rest of one: no index that is known, nor an id.
bool ToolCallReader::goes_on_with_dropped(const Entry& entry) const noexcept {
    if (!dropped_ || entry.whole || !entry.name.empty() || entry.unknown) return false;
    if (entry.index) return std::ranges::find(calls_, entry.index, &Call::index) == calls_.end();
    return entry.id.empty() || std::ranges::find(calls_, entry.id, &Call::id) == calls_.end();
}

/// The call that an entry goes on with, or null when it begins a new one.
ToolCallReader::Call* ToolCallReader::find(const Entry& entry) noexcept {
    if (entry.whole || calls_.empty()) return nullptr;
    Call* known = nullptr;
    if (entry.index) {
        const auto found = std::ranges::find_if(calls_.rbegin(), calls_.rend(),
                                                [&](const Call& call) { return call.index == entry.index; });
        if (found == calls_.rend()) return nullptr;
        known = &*found;
        // A name says that a call of a known kind begins, whatever had the index before.
        if (known->unknown && !entry.name.empty()) return nullptr;
        // A second id on an index that is in use belongs to another call. One without a name does not: there are
        // servers that make up a new id for each delta.
        const bool begins = !entry.name.empty() || (entry.unknown && !known->unknown);
        const bool other = begins && !entry.id.empty() && !known->id.empty() && entry.id != known->id;
        return other ? nullptr : known;
    }
    // Without an index: the id decides, then a name, which only the beginning of a call has, then the place in the
    // list.
    if (!entry.id.empty()) {
        const auto found = std::ranges::find(calls_, entry.id, &Call::id);
        return found == calls_.end() ? nullptr : &*found;
    }
    if (!entry.name.empty()) return nullptr;
    if (entry.entries > 1) return entry.position < calls_.size() ? &calls_[entry.position] : nullptr;
    return &calls_.back();
}

void ToolCallReader::flush(std::uint32_t choice, EventSink& sink) {
    if (!calls_.empty() && !calls_.back().open) open(calls_.back(), choice, sink);
}

void ToolCallReader::open(Call& call, std::uint32_t choice, EventSink& sink) {
    call.open = true;
    sink.on_event(ToolCallStart{.choice = choice,
                                .index = static_cast<std::uint32_t>(&call - calls_.data()),
                                .id = call.id,
                                .name = call.name,
                                .custom = call.custom,
                                .extension = call.extension});
}

}  // namespace breakwater::openai
