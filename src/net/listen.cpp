#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>

#include <cerrno>
#include <cstring>

#include "breakwater/net/server.hpp"

namespace breakwater {

namespace {

struct Bindable {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

std::optional<Bindable> to_sockaddr(const config::Address& address) {
    Bindable result;
    const std::string host = address.host == "localhost" ? "127.0.0.1"
                             : address.host.empty()      ? "0.0.0.0"
                                                         : address.host;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&result.storage);
    if (::inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(address.port);
        result.length = sizeof(sockaddr_in);
        return result;
    }
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
    if (::inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(address.port);
        result.length = sizeof(sockaddr_in6);
        return result;
    }
    return std::nullopt;
}

}  // namespace

std::expected<int, std::string> listen_on(const config::Address& address) {
    const std::string name = address.host + ":" + std::to_string(address.port);
    const auto bindable = to_sockaddr(address);
    if (!bindable)
        return std::unexpected("Cannot listen on " + name + ": the host must be an IP address or localhost.");
    const int fd = ::socket(bindable->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    // SO_REUSEPORT lets each worker have its own queue, and a new process start before the old one has drained.
    const bool bound = fd >= 0 && ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
                       ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0 &&
                       ::bind(fd, reinterpret_cast<const sockaddr*>(&bindable->storage), bindable->length) == 0 &&
                       ::listen(fd, SOMAXCONN) == 0;
    if (bound) return fd;
    const std::string why = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return std::unexpected("Cannot listen on " + name + ": " + why +
                           ". Choose another address under `server:`, or stop what uses it.");
}

bool is_listened_on(const config::Address& address) {
    const auto bindable = to_sockaddr(address);
    if (!bindable || address.port == 0) return false;
    const int fd = ::socket(bindable->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    const bool taken =
        ::bind(fd, reinterpret_cast<const sockaddr*>(&bindable->storage), bindable->length) != 0 && errno == EADDRINUSE;
    ::close(fd);
    return taken;
}

std::uint16_t bound_port(int listen_fd) {
    sockaddr_storage storage{};
    socklen_t length = sizeof(storage);
    ::getsockname(listen_fd, reinterpret_cast<sockaddr*>(&storage), &length);
    if (storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port);
    return ntohs(reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
}

}  // namespace breakwater
