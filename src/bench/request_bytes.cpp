#include "request_bytes.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::bench {

namespace {

constexpr std::string_view kQuestion = "Say hello.";
constexpr std::string_view kFiller = " The quick brown fox jumps over the lazy dog.";

std::string body_with(const Options& options, std::string_view question) {
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().field("model", options.model).field("stream", options.stream);
    writer.key("messages").begin_array().begin_object();
    writer.field("role", "user").field("content", question).end_object().end_array().end_object();
    return body;
}

/// Adds one header of the command line.
Result<void> add_header(Headers& headers, std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_header_name(name))
        return fail(ErrorKind::invalid_request, "--header takes \"Name: value\".");
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_header_value(value))
        return fail(ErrorKind::invalid_request,
                    "The value of --header " + std::string(name) + " has a control character.");
    if (iequals(name, "authorization"))
        return fail(
            ErrorKind::invalid_request,
            "A key on the command line is seen by every user of the machine: name its variable with --key-env.");
    constexpr std::array<std::string_view, 5> kOurs{"host", "content-length", "transfer-encoding", "connection",
                                                    "expect"};
    if (std::ranges::any_of(kOurs, [name](std::string_view ours) { return iequals(name, ours); }))
        return fail(ErrorKind::invalid_request, "--header cannot change " + to_lower(name) + ".");
    headers.set(name, std::string(value));
    return {};
}

}  // namespace

std::string make_body(const Options& options) {
    if (options.body) return *options.body;
    std::string question(kQuestion);
    const std::size_t bytes = body_with(options, question).size();
    if (bytes < options.body_bytes) {
        const std::size_t wanted = question.size() + options.body_bytes - bytes;
        question.reserve(wanted + kFiller.size());
        while (question.size() < wanted) question += kFiller;
        question.resize(wanted);
    }
    return body_with(options, question);
}

Result<std::string> make_request(std::string_view host, std::string_view target, const Options& options) {
    Headers headers;
    headers.set("host", std::string(host));
    headers.set("user-agent", "breakwater-bench");
    headers.set("accept", options.stream ? "text/event-stream" : "application/json");
    headers.set("content-type", "application/json");
    for (const std::string& line : options.headers) {
        if (auto added = add_header(headers, line); !added) return std::unexpected(std::move(added.error()));
    }
    if (!options.key.empty()) {
        if (!is_header_value(options.key.reveal()))
            return fail(ErrorKind::invalid_request, "The key has a control character.");
        headers.set("authorization", "Bearer " + std::string(options.key.reveal()));
    }
    const std::string body = make_body(options);
    headers.set("content-length", std::to_string(body.size()));

    std::string request = "POST " + std::string(target) + " HTTP/1.1\r\n";
    for (const auto& [name, value] : headers.fields()) request.append(name).append(": ").append(value).append("\r\n");
    return request + "\r\n" + body;
}

}  // namespace breakwater::bench
