#include "map_reader.hpp"

#include "breakwater/config/scalars.hpp"

namespace breakwater::config {

const Node* MapReader::find(std::string_view key) const noexcept {
    const Node* value = node_ == nullptr ? nullptr : node_->find(key);
    return value == nullptr || value->broken || value->kind == Node::Kind::null ? nullptr : value;
}

Mark MapReader::mark(std::string_view key) const noexcept {
    const Node* value = node_ == nullptr ? nullptr : node_->find(key);
    if (value != nullptr) return value->mark;
    return node_ == nullptr ? Mark{} : node_->mark;
}

std::string_view MapReader::scalar(std::string_view key) const noexcept {
    const Node* value = find(key);
    return value == nullptr ? std::string_view{} : std::string_view(value->text);
}

void MapReader::text(std::string_view key, std::string& out) const {
    if (const Node* value = find(key)) out = value->text;
}

void MapReader::boolean(std::string_view key, bool& out) const {
    if (const auto value = parse_boolean(scalar(key))) out = *value;
}

void MapReader::duration(std::string_view key, milliseconds& out) const {
    if (const auto value = parse_duration(scalar(key))) out = *value;
}

void MapReader::size(std::string_view key, std::size_t& out) const {
    if (const auto value = parse_size(scalar(key))) out = *value;
}

void MapReader::share(std::string_view key, double& out) const {
    if (const auto value = parse_share(scalar(key))) out = *value;
}

void MapReader::rate(std::string_view key, double& out) const {
    if (const auto value = parse_rate(scalar(key))) out = *value;
}

std::optional<std::uint64_t> MapReader::integer(std::string_view key) const {
    const auto value = parse_integer(scalar(key));
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::int64_t> MapReader::count(std::string_view key) const {
    const auto value = parse_count(scalar(key));
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<double> MapReader::number(std::string_view key) const {
    const auto value = parse_number(scalar(key));
    return value ? std::optional(*value) : std::nullopt;
}

std::vector<std::pair<std::string, double>> MapReader::numbers(std::string_view key) const {
    std::vector<std::pair<std::string, double>> numbers;
    if (const Node* value = find(key)) {
        for (const MapEntry& entry : value->entries) {
            if (entry.value->broken) continue;
            if (const auto number = parse_number(entry.value->text)) numbers.emplace_back(entry.key, *number);
        }
    }
    return numbers;
}

void MapReader::texts(std::string_view key, std::vector<std::string>& out) const {
    if (find(key) == nullptr) return;
    out.clear();
    for (const Node* item : list(key)) out.push_back(item->text);
}

std::vector<const Node*> MapReader::list(std::string_view key) const {
    std::vector<const Node*> items;
    if (const Node* value = find(key)) {
        for (const Node* item : value->items) {
            if (!item->broken && item->kind == Node::Kind::scalar) items.push_back(item);
        }
    }
    return items;
}

}  // namespace breakwater::config
