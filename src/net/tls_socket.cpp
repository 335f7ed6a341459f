#include "tls_socket.hpp"

#include <openssl/bio.h>
#include <sys/socket.h>

#include <cerrno>

namespace breakwater {

namespace {

Descriptor& descriptor_of(BIO* socket) {
    return *static_cast<Descriptor*>(BIO_get_data(socket));
}

bool may_be_repeated(int error) noexcept {
    return error == EAGAIN || error == EINTR;
}

int read_from(BIO* socket, char* out, int room) {
    BIO_clear_retry_flags(socket);
    Descriptor& descriptor = descriptor_of(socket);
    const auto got = static_cast<int>(::recv(descriptor.fd(), out, static_cast<std::size_t>(room), 0));
    if (got > 0 && got < room) descriptor.drained();
    if (got == 0) BIO_set_flags(socket, BIO_FLAGS_IN_EOF);
    if (got < 0 && may_be_repeated(errno)) BIO_set_retry_read(socket);
    return got;
}

int write_to(BIO* socket, const char* bytes, int size) {
    BIO_clear_retry_flags(socket);
    const int fd = descriptor_of(socket).fd();
    const auto put = static_cast<int>(::send(fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL));
    if (put < 0 && may_be_repeated(errno)) BIO_set_retry_write(socket);
    return put;
}

// Whether the peer has ended is how OpenSSL tells an end from a failure; what it asks for besides is not for a socket.
long control(BIO* socket, int command, long /*number*/, void* /*argument*/) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(socket, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int create(BIO* socket) {
    BIO_set_init(socket, 1);
    return 1;
}

const BIO_METHOD* method() {
    static const BIO_METHOD* const made = [] {
        BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "breakwater socket");
        if (method == nullptr) return method;
        BIO_meth_set_create(method, create);
        BIO_meth_set_read(method, read_from);
        BIO_meth_set_write(method, write_to);
        BIO_meth_set_ctrl(method, control);
        return method;
    }();
    return made;
}

}  // namespace

bio_st* make_tls_socket(Descriptor& descriptor) {
    BIO* const socket = method() != nullptr ? BIO_new(method()) : nullptr;
    if (socket != nullptr) BIO_set_data(socket, &descriptor);
    return socket;
}

}  // namespace breakwater
