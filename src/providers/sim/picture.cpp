#include "picture.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "../shared/crc32.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "breakwater/wire/multipart.hpp"
#include "form.hpp"

namespace breakwater::sim {
namespace {

/// A picture is this many times smaller than what was asked for, so that it stays tiny.
constexpr std::size_t kShrink = 64;
constexpr std::size_t kSideMax = 64;
constexpr std::size_t kUsualSide = 1024 / kShrink;
constexpr std::size_t kBytesPerToken = 4;
constexpr std::int64_t kPictureTokens = 272;

struct Shape {
    std::size_t width = kUsualSide;
    std::size_t height = kUsualSide;
};

void append_big(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFFu);
}

/// The checksum of a zlib stream (RFC 1950).
std::uint32_t adler32(std::string_view bytes) noexcept {
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char c : bytes) {
        a = (a + static_cast<unsigned char>(c)) % 65521;
        b = (b + a) % 65521;
    }
    return (b << 16) | a;
}

void append_chunk(std::string& out, std::string_view type, std::string_view data) {
    append_big(out, static_cast<std::uint32_t>(data.size()));
    out.append(type).append(data);
    append_big(out, crc32(crc32(0, type), data));
}

/// A zlib stream of one block that is stored as it is: at most 65535 bytes.
std::string stored(std::string_view bytes) {
    const auto size = static_cast<std::uint16_t>(bytes.size());
    std::string out("\x78\x01\x01", 3);
    for (const unsigned value : {unsigned{size}, ~unsigned{size}}) {
        out += static_cast<char>(value & 0xFFu);
        out += static_cast<char>((value >> 8) & 0xFFu);
    }
    out += bytes;
    append_big(out, adler32(bytes));
    return out;
}

std::string png(const Shape& shape, std::uint64_t colour) {
    std::string header;
    append_big(header, static_cast<std::uint32_t>(shape.width));
    append_big(header, static_cast<std::uint32_t>(shape.height));
    header.append("\x08\x02\x00\x00\x00", 5);  // 8 bits each of red, green and blue
    std::string line(1, '\0');                 // no filter
    for (std::size_t x = 0; x < shape.width; ++x) {
        for (int shift = 0; shift < 24; shift += 8) line += static_cast<char>((colour >> shift) & 0xFFu);
    }
    std::string lines;
    for (std::size_t y = 0; y < shape.height; ++y) lines += line;
    std::string out("\x89PNG\r\n\x1a\n");
    append_chunk(out, "IHDR", header);
    append_chunk(out, "IDAT", stored(lines));
    append_chunk(out, "IEND", {});
    return out;
}

/// The side of a size, shrunk; nothing when it is no number.
std::optional<std::size_t> side_of(std::string_view text) {
    const auto side = parse_u64(text);
    if (!side || *side == 0) return std::nullopt;
    return std::clamp<std::size_t>(static_cast<std::size_t>(*side) / kShrink, 1, kSideMax);
}

std::optional<Shape> shape_of(std::string_view size) {
    if (size.empty() || size == "auto") return Shape{};
    const std::size_t times = size.find('x');
    if (times == std::string_view::npos) return std::nullopt;
    const auto width = side_of(size.substr(0, times));
    const auto height = side_of(size.substr(times + 1));
    if (!width || !height) return std::nullopt;
    return Shape{*width, *height};
}

/// What is wanted, in either form of a request.
struct Wanted {
    std::string_view prompt{};
    std::string_view size{};
    std::string_view form{};
    std::int64_t count = 1;
    std::uint64_t seed = 0;  ///< of the pictures that others are made of
    bool stream = false;
    std::int64_t drafts = 0;
};

std::int64_t tokens_of(std::string_view prompt) noexcept {
    return static_cast<std::int64_t>((prompt.size() + kBytesPerToken - 1) / kBytesPerToken);
}

void write_usage(JsonWriter& json, std::int64_t input, std::int64_t output) {
    json.key("usage").begin_object().field("input_tokens", input).field("output_tokens", output);
    json.field("total_tokens", input + output).end_object();
}

std::string whole(const Wanted& wanted, const std::vector<std::string>& pictures) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().field("created", 0).field("output_format", "png").key("data").begin_array();
    for (const std::string& bytes : pictures) {
        json.begin_object();
        if (wanted.form == "url") {
            json.field("url", "data:image/png;base64," + bytes);
        } else {
            json.field("b64_json", bytes);
        }
        json.end_object();
    }
    json.end_array();
    write_usage(json, tokens_of(wanted.prompt), static_cast<std::int64_t>(pictures.size()) * kPictureTokens);
    json.end_object();
    return text;
}

JsonWriter begin_event(std::string& text, const std::string& type, std::string_view bytes) {
    text.append("event: ").append(type).append("\ndata: ");
    JsonWriter json(text);
    json.begin_object().field("type", type).field("b64_json", bytes).field("created_at", 0);
    json.field("output_format", "png");
    return json;
}

/// A draft looks like what it is a draft of.
std::string events(const Wanted& wanted, std::string_view name, const std::vector<std::string>& pictures) {
    std::string text;
    std::int64_t input = tokens_of(wanted.prompt);
    for (const std::string& bytes : pictures) {
        for (std::int64_t i = 0; i < wanted.drafts; ++i) {
            begin_event(text, std::string(name) + ".partial_image", bytes).field("partial_image_index", i).end_object();
            text += "\n\n";
        }
        JsonWriter json = begin_event(text, std::string(name) + ".completed", bytes);
        write_usage(json, std::exchange(input, 0), kPictureTokens);
        json.end_object();
        text += "\n\n";
    }
    return text;
}

Result<ResultBody> draw(const Wanted& wanted, std::string_view name) {
    if (wanted.prompt.empty()) return fail(ErrorKind::invalid_request, "prompt: expected a text", "prompt");
    const auto shape = shape_of(wanted.size);
    if (!shape) return fail(ErrorKind::invalid_request, "size: expected auto or a size such as 1024x1024", "size");
    Rng rng(fnv1a(wanted.prompt) ^ wanted.seed);
    std::vector<std::string> pictures(static_cast<std::size_t>(std::clamp<std::int64_t>(wanted.count, 1, 10)));
    for (std::string& bytes : pictures) bytes = encode_base64(png(*shape, rng.next()));
    if (!wanted.stream) return ResultBody{.body = whole(wanted, pictures)};
    return ResultBody{.body = events(wanted, name, pictures), .content_type = "text/event-stream"};
}

void read_field(const FormPart& part, Wanted& wanted) {
    if (part.name == "prompt") wanted.prompt = part.content;
    if (part.name == "size") wanted.size = part.content;
    if (part.name == "response_format") wanted.form = part.content;
    if (part.name == "n") wanted.count = parse_i64(part.content).value_or(1);
    if (part.name == "stream") wanted.stream = part.content == "true";
    if (part.name == "partial_images") wanted.drafts = parse_i64(part.content).value_or(0);
}

}  // namespace

Result<ResultBody> draw_pictures(JsonReader::Element body) {
    return draw({.prompt = get_string(body, "prompt").value_or(""),
                 .size = get_string(body, "size").value_or(""),
                 .form = get_string(body, "response_format").value_or(""),
                 .count = get_int(body, "n").value_or(1),
                 .stream = get_bool(body, "stream").value_or(false),
                 .drafts = get_int(body, "partial_images").value_or(0)},
                "image_generation");
}

Result<ResultBody> edit_pictures(std::string_view form) {
    const auto parts = read_form(form, boundary_of(form));
    if (!parts) return std::unexpected(parts.error());
    Wanted wanted;
    bool found = false;
    for (const FormPart& part : *parts) {
        read_field(part, wanted);
        if (part.name != "image" && part.name != "image[]") continue;
        found = true;
        wanted.seed = std::rotl(wanted.seed, 7) ^ fnv1a(part.content);
    }
    if (!found) return fail(ErrorKind::invalid_request, "image: the form has no such file", "image");
    return draw(wanted, "image_edit");
}

}  // namespace breakwater::sim
