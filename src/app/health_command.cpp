#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string_view>

#include "breakwater/base/strings.hpp"
#include "commands.hpp"

namespace breakwater::app {

namespace {

/// The first line of the answer to GET /readyz, or why there is none.
std::expected<std::string, std::string> ask(const std::string& host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
        return std::unexpected("the address must be an IPv4 address and a port");
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return std::unexpected("no socket could be made");
    const timeval limit{.tv_sec = 2, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    std::expected<std::string, std::string> line = std::unexpected("nothing answers there");
    constexpr std::string_view kRequest = "GET /readyz HTTP/1.0\r\n\r\n";
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        ::send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(kRequest.size())) {
        char buffer[256];
        if (const ssize_t got = ::recv(fd, buffer, sizeof(buffer), 0); got > 0) {
            const std::string_view answer(buffer, static_cast<std::size_t>(got));
            line = std::string(answer.substr(0, answer.find('\r')));
        }
    }
    ::close(fd);
    return line;
}

}  // namespace

int healthcheck(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    const auto port =
        colon == std::string::npos ? std::nullopt : parse_u64(std::string_view(address).substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) {
        fmt::print(stderr, "breakwater: --admin takes HOST:PORT, for example 127.0.0.1:9090, not \"{}\".\n", address);
        return kUsage;
    }
    std::string host = address.substr(0, colon);
    if (host.empty() || host == "localhost" || host == "0.0.0.0") host = "127.0.0.1";
    const auto line = ask(host, static_cast<std::uint16_t>(*port));
    if (!line) {
        fmt::print(stderr, "breakwater: not healthy: {} ({}).\n", line.error(), address);
        return kFailure;
    }
    fmt::print("{}\n", *line);
    return line->find(" 200") != std::string::npos ? kOk : kFailure;
}

}  // namespace breakwater::app
