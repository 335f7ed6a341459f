#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace breakwater::test {

/// A message head as Beast's parser understands it: the second opinion that the project's own reading of heads is held
/// to.
template <bool IsRequest>
class BeastHead final : public boost::beast::http::basic_parser<IsRequest> {
    using Text = boost::beast::string_view;
    using Code = boost::beast::error_code;

public:
    explicit BeastHead(std::string_view head) {
        this->header_limit(1u << 20);
        this->body_limit(boost::none);
        Code ec;
        while (!head.empty() && !this->is_header_done() && !ec) {
            const std::size_t used = this->put(boost::asio::const_buffer(head.data(), head.size()), ec);
            head.remove_prefix(used);
            if (used == 0) break;
        }
        valid = !ec && this->is_header_done();
    }

    bool valid = false;
    std::string method;
    std::string target;
    int status = 0;
    std::vector<std::pair<std::string, std::string>> fields;

private:
    void on_request_impl(boost::beast::http::verb, Text method_text, Text target_text, int, Code&) override {
        method = std::string(method_text);
        target = std::string(target_text);
    }
    void on_response_impl(int code, Text, int, Code&) override { status = code; }
    void on_field_impl(boost::beast::http::field, Text name, Text value, Code&) override {
        fields.emplace_back(name, value);
    }
    void on_header_impl(Code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, Code&) override {}
    std::size_t on_body_impl(Text, Code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text, Code&) override { return 0; }
    void on_finish_impl(Code&) override {}
};

}  // namespace breakwater::test
